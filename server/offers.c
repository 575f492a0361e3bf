#include "server/offers.h"

#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "server/late.h"
#include "server/uri_template.h"

#include <stdlib.h>
#include <string.h>

static json_t *listed_prompt(const json_t *document, enum version v)
{
    static const struct result_member members[] = {{"name", VERSION_2025_03_26}, {"title", VERSION_2025_06_18},
                                            {"description", VERSION_2025_03_26}, {"arguments", VERSION_2025_03_26},
                                            {"icons", VERSION_2025_11_25}};
    json_t *out = result_item(document, members, ARRAY_LEN(members), v);
    if (v >= VERSION_2025_06_18 || !json_object_get(out, "arguments"))
        return out;
    json_t *arguments = json_array(), *one;
    size_t i;
    json_array_foreach(json_arr(document, "arguments"), i, one) {
        json_t *copy = json_copy(one);
        json_object_del(copy, "title");
        json_array_append_new(arguments, copy);
    }
    json_put(out, "arguments", arguments);
    return out;
}

static json_t *listed_resource(const json_t *document, enum version v)
{
    static const struct result_member members[] = {{"uri", VERSION_2025_03_26}, {"uriTemplate", VERSION_2025_03_26},
                                            {"name", VERSION_2025_03_26}, {"title", VERSION_2025_06_18},
                                            {"description", VERSION_2025_03_26}, {"mimeType", VERSION_2025_03_26},
                                            {"size", VERSION_2025_03_26}, {"annotations", VERSION_2025_03_26},
                                            {"icons", VERSION_2025_11_25}};
    return result_item(document, members, ARRAY_LEN(members), v);
}

static json_t *items_of(const struct offers *o, enum offers_list which, enum version v)
{
    json_t *items = json_array();
    if (which == OFFERS_PROMPTS)
        for (size_t i = 0; i < o->prompt_count; i++)
            json_array_append_new(items, listed_prompt(o->prompts[i].document, v));
    for (size_t i = 0; which != OFFERS_PROMPTS && i < o->resource_count; i++)
        if (!o->resources[i].uri == (which == OFFERS_TEMPLATES))
            json_array_append_new(items, listed_resource(o->resources[i].document, v));
    return items;
}

static struct result_text list_text(const struct offers *o, enum offers_list which, enum version v)
{
    static const char *const names[] = {
        [OFFERS_PROMPTS] = "prompts", [OFFERS_RESOURCES] = "resources", [OFFERS_TEMPLATES] = "resourceTemplates"};
    return result_list(names[which], items_of(o, which, v), v, true, o->server_info);
}

static json_t *parse(const char *what, const char *name, const char *text, size_t n, struct err *e)
{
    json_t *document = json_parse(text, n, JSON_DEPTH_CLIENT, e);
    if (!document)
        err_wrap(e, "%s document %s", what, name);
    else if (strcmp(json_str(document, "name", ""), name) != 0)
        err_set(e, ERR_CONFIG, "%s document %s: its name is \"%s\"", what, name, json_str(document, "name", ""));
    else
        return document;
    json_decref(document);
    return NULL;
}

static int read_prompt(struct offers_prompt *entry, struct err *e)
{
    const struct prompt *p = entry->prompt;
    entry->document = parse("prompt", p->name, p->document, p->document_len, e);
    return entry->document ? 0 : -1;
}

static int read_resource(struct offers_resource *entry, struct err *e)
{
    const struct resource *r = entry->resource;
    entry->document = parse("resource", r->name, r->document, r->document_len, e);
    if (!entry->document)
        return -1;
    entry->uri = json_str(entry->document, "uri", NULL);
    entry->uri_template = json_str(entry->document, "uriTemplate", NULL);
    if (!entry->uri == !entry->uri_template)
        return err_set(e, ERR_CONFIG, "resource document %s: it needs either a uri or a uriTemplate", r->name);
    return entry->uri ? 0 : uri_template_check(entry->uri_template, e);
}

int offers_init(struct offers *o, const struct offers_table *table, const json_t *server_info, struct err *e)
{
    *o = (struct offers){.prompts = xcalloc(table->prompt_count, sizeof *o->prompts), .prompt_count = table->prompt_count,
                         .resources = xcalloc(table->resource_count, sizeof *o->resources),
                         .resource_count = table->resource_count, .server_info = server_info};
    pthread_mutex_init(&o->lock, NULL);
    const char *before = "";
    for (size_t i = 0; i < table->prompt_count; i++) {
        const struct prompt *p = o->prompts[i].prompt = table->prompts[i];
        if (strcmp(before, p->name) >= 0)
            return err_set(e, ERR_CONFIG, "the prompt table is not sorted at %s", p->name);
        before = p->name;
        o->completes |= p->complete != NULL;
    }
    for (size_t i = 0; i < table->resource_count; i++) {
        o->resources[i].resource = table->resources[i];
        o->completes |= table->resources[i]->complete != NULL;
    }
    return 0;
}

int offers_read(struct offers *o, struct err *e)
{
    int rc = 0;
    if (!late_begin(&o->read, &o->lock))
        return 0;
    for (size_t i = 0; rc == 0 && i < o->prompt_count; i++)
        rc = read_prompt(&o->prompts[i], e);
    for (size_t i = 0; rc == 0 && i < o->resource_count; i++)
        rc = read_resource(&o->resources[i], e);
    late_end(&o->read, &o->lock, rc == 0);
    return rc;
}

static void read_now(struct offers *o)
{
    struct err e = {0};
    if (offers_read(o, &e)) {
        log_event(LOG_ERROR, "document", "{s:s}", "error", e.text);
        abort();
    }
}

void offers_done(struct offers *o)
{
    for (size_t i = 0; i < o->prompt_count; i++)
        json_decref(o->prompts[i].document);
    for (size_t i = 0; i < o->resource_count; i++)
        json_decref(o->resources[i].document);
    for (int v = 0; v < VERSION_COUNT; v++)
        for (int which = 0; which < OFFERS_LISTS; which++)
            free(o->lists[v][which].json);
    if (o->prompts)
        pthread_mutex_destroy(&o->lock);
    free(o->prompts);
    free(o->resources);
    *o = (struct offers){0};
}

static int compare(const void *name, const void *entry)
{
    return strcmp(name, ((const struct offers_prompt *)entry)->prompt->name);
}

const struct result_text *offers_list(struct offers *o, enum offers_list which, enum version v)
{
    read_now(o);
    if (late_begin(&o->listed[v][which], &o->lock)) {
        o->lists[v][which] = list_text(o, which, v);
        late_end(&o->listed[v][which], &o->lock, true);
    }
    return &o->lists[v][which];
}

const struct offers_prompt *offers_prompt(struct offers *o, const char *name)
{
    read_now(o);
    return o->prompt_count ? bsearch(name, o->prompts, o->prompt_count, sizeof *o->prompts, compare) : NULL;
}

const struct offers_resource *offers_resource(struct offers *o, const char *uri, json_t **variables)
{
    read_now(o);
    for (size_t i = 0; i < o->resource_count; i++) {
        if (o->resources[i].uri && strcmp(o->resources[i].uri, uri) == 0) {
            *variables = json_object();
            return &o->resources[i];
        }
    }
    for (size_t i = 0; i < o->resource_count; i++) {
        json_t *found = o->resources[i].uri_template ? uri_template_match(o->resources[i].uri_template, uri) : NULL;
        if (found) {
            *variables = found;
            return &o->resources[i];
        }
    }
    return NULL;
}

const struct offers_resource *offers_template(struct offers *o, const char *uri_template)
{
    read_now(o);
    for (size_t i = 0; i < o->resource_count; i++)
        if (o->resources[i].uri_template && strcmp(o->resources[i].uri_template, uri_template) == 0)
            return &o->resources[i];
    return NULL;
}
