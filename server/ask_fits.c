/* Answers of clients: what each method's result must look like. Clients are strangers: a handler sees only what fits. */
#include "server/ask_private.h"

#include "base/json.h"
#include "schema/schema.h"

#include <string.h>

/* ElicitResult: {action, content?}; content with an accepted form only. */
static bool elicit_fits(const struct schema *form, const json_t *result)
{
    const json_t *action = json_object_get(result, "action"), *content = json_object_get(result, "content");
    if (json_is_text(action, "decline") || json_is_text(action, "cancel"))
        return true;
    if (!json_is_text(action, "accept") || (content && !json_is_object(content)))
        return false;
    json_auto_t *nothing = json_object();
    return !form || schema_check(form, content ? content : nothing, NULL) == 0;
}

static bool all_are_objects(const json_t *items)
{
    const json_t *one;
    size_t i;
    json_array_foreach(items, i, one)
        if (!json_is_object(one))
            return false;
    return json_array_size(items) > 0;
}

/* CreateMessageResult: {role, content, model}; content is a block or, from 2025-11-25 on, several. */
static bool message_fits(const json_t *result)
{
    const json_t *role = json_object_get(result, "role"), *content = json_object_get(result, "content");
    return (json_is_text(role, "assistant") || json_is_text(role, "user")) &&
           (json_is_object(content) || all_are_objects(content)) && json_is_string(json_object_get(result, "model"));
}

/* ListRootsResult: {roots: [{uri, name?}]}. */
static bool roots_fit(const json_t *result)
{
    const json_t *roots = json_arr(result, "roots"), *one;
    size_t i;
    json_array_foreach(roots, i, one)
        if (!json_is_string(json_object_get(one, "uri")))
            return false;
    return roots != NULL;
}

bool ask_fits(const char *method, const struct schema *form, const json_t *result)
{
    if (strcmp(method, "elicitation/create") == 0)
        return elicit_fits(form, result);
    return strcmp(method, "roots/list") == 0 ? roots_fit(result) : message_fits(result);
}

int ask_form(const struct question *q, struct schema **form, struct err *e)
{
    const json_t *document = json_obj(q->params, "requestedSchema");
    if (strcmp(q->method, "elicitation/create") != 0 || !document) {
        *form = NULL;
        return 0;
    }
    json_auto_t *known = json_deep_copy(document);
    const char *name;
    json_t *property;
    json_object_foreach(json_obj(known, "properties"), name, property)
        json_object_del(property, "enumNames"); /* MCP's own: what clients show instead of the values */
    return (*form = schema_compile(known, e)) ? 0 : -1;
}
