#include "server/mirror_params.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "server/mirror.h"

#include <stdlib.h>
#include <string.h>

static const char keyword[] = "x-mcp-header";

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Members of these are called as an author likes; their values are schemas. */
static bool holds_named_schemas(const char *name)
{
    static const char *const names[] = {"properties", "patternProperties", "$defs", "dependentSchemas"};
    return is_one_of(name, names, ARRAY_LEN(names));
}

/* What stands in these is data, whatever it looks like. */
static bool holds_data(const char *name)
{
    static const char *const names[] = {"const", "enum", "default", "examples"};
    return is_one_of(name, names, ARRAY_LEN(names));
}

static size_t count_all(const json_t *schema);

static size_t count_named(const json_t *schemas)
{
    const char *name;
    json_t *each;
    size_t count = 0;
    json_object_foreach((json_t *)schemas, name, each)
        count += count_all(each);
    return count;
}

/* Annotations anywhere in a schema, where they are allowed and where they are not. */
static size_t count_all(const json_t *schema)
{
    const char *name;
    json_t *value;
    size_t count = 0, i;
    json_array_foreach(schema, i, value)
        count += count_all(value);
    json_object_foreach((json_t *)schema, name, value) {
        if (strcmp(name, keyword) == 0)
            count++;
        else if (!holds_data(name))
            count += holds_named_schemas(name) ? count_named(value) : count_all(value);
    }
    return count;
}

/* Takes the annotation of one property. */
static int take(struct mirror_params *p, const struct mirrored_param *at, const json_t *property, struct err *e)
{
    const char *where = at->path[at->depth - 1], *type = json_str(property, "type", "");
    const json_t *header = json_object_get(property, keyword);
    if (!json_is_string(header) || !text_is_token(json_string_value(header), json_string_length(header)))
        return err_set(e, ERR_CONFIG, "%s of \"%s\" is no token (RFC 9110 section 5.6.2)", keyword, where);
    if (strcmp(type, "string") != 0 && strcmp(type, "integer") != 0 && strcmp(type, "boolean") != 0)
        return err_set(e, ERR_CONFIG, "%s of \"%s\": only a string, an integer or a boolean has one", keyword, where);
    for (size_t i = 0; i < p->count; i++)
        if (text_iequal(p->list[i].header, json_string_value(header)))
            return err_set(e, ERR_CONFIG, "%s of \"%s\": another property has \"%s\"", keyword, where, p->list[i].header);
    p->list = xrealloc(p->list, (p->count + 1) * sizeof *p->list);
    p->list[p->count] = *at;
    p->list[p->count++].header = json_string_value(header);
    return 0;
}

/* Walks down the chains of `properties`, the only way an annotation may be reached. */
static int collect(struct mirror_params *p, const json_t *schema, const struct mirrored_param *above, struct err *e)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_obj(schema, "properties"), name, property) {
        struct mirrored_param at = *above;
        if (at.depth == MIRROR_PATH_MAX)
            return 0;
        at.path[at.depth++] = name;
        if (json_object_get(property, keyword) && take(p, &at, property, e))
            return -1;
        if (collect(p, property, &at, e))
            return -1;
    }
    return 0;
}

int mirror_params_init(struct mirror_params *p, const json_t *schema, struct err *e)
{
    struct mirror_params found = {0};
    int rc = collect(&found, schema, &(struct mirrored_param){0}, e);
    if (rc == 0 && found.count != count_all(schema))
        rc = err_set(e, ERR_CONFIG, "%s stands where no chain of at most %d \"properties\" leads", keyword, MIRROR_PATH_MAX);
    if (rc)
        mirror_params_done(&found);
    else
        *p = found;
    return rc;
}

void mirror_params_done(struct mirror_params *p)
{
    free(p->list);
    *p = (struct mirror_params){0};
}

static const json_t *argument_at(const json_t *arguments, const struct mirrored_param *param)
{
    const json_t *v = arguments;
    for (int i = 0; i < param->depth; i++)
        v = json_object_get(v, param->path[i]);
    return v;
}

static bool has_form(const json_t *v)
{
    return json_is_string(v) || json_is_boolean(v) || json_is_number(v);
}

static struct header_value header_of(const struct protocol_headers *headers, const char *name)
{
    for (size_t i = 0; i < headers->param_count; i++)
        if (text_iequal(headers->params[i].name, name))
            return headers->params[i].value;
    return (struct header_value){0};
}

int mirror_params_check(const struct mirror_params *p, const json_t *arguments, const struct protocol_headers *headers,
                        struct rpc_fault *f)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct mirrored_param *param = &p->list[i];
        const json_t *v = argument_at(arguments, param);
        if (!has_form(v))
            continue;
        struct header_value h = header_of(headers, param->header);
        if (h.count == 0 && headers->params_cut)
            return rpc_refuse(f, 400, RPC_HEADER_MISMATCH, "there are more than %d headers Mcp-Param-*", PARAM_HEADERS_MAX);
        auto_free char *name = xasprintf("Mcp-Param-%s", param->header);
        if (mirror_check_coded(name, &h, v, f))
            return -1;
    }
    return 0;
}
