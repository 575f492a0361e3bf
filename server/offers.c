#include "server/offers.h"

#include "base/json.h"
#include "base/own.h"
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

static json_t *items_of(const struct offers *o, unsigned which, enum version v)
{
    json_t *items = json_array();
    if (which == OFFERS_PROMPTS)
        for (size_t i = 0; i < o->prompt_count; i++)
            json_array_append_new(items, listed_prompt(o->prompts[i].document.json, v));
    for (size_t i = 0; which != OFFERS_PROMPTS && i < o->resource_count; i++)
        if (!o->resources[i].uri == (which == OFFERS_TEMPLATES))
            json_array_append_new(items, listed_resource(o->resources[i].document.json, v));
    return items;
}

static struct result_text make_list(const struct documents *d, unsigned which, enum version v)
{
    static const char *const names[] = {
        [OFFERS_PROMPTS] = "prompts", [OFFERS_RESOURCES] = "resources", [OFFERS_TEMPLATES] = "resourceTemplates"};
    return result_list(names[which], items_of((const void *)d, which, v), v, true, d->server_info);
}

static int read_resource(struct offers_resource *entry, struct err *e)
{
    const struct resource *r = entry->resource;
    if (document_read(&entry->document, "resource", r->document, r->document_len, e))
        return -1;
    entry->uri = json_str(entry->document.json, "uri", NULL);
    entry->uri_template = json_str(entry->document.json, "uriTemplate", NULL);
    if (!entry->uri == !entry->uri_template)
        return err_set(e, ERR_CONFIG, "resource document %s: it needs either a uri or a uriTemplate", r->name);
    return entry->uri ? 0 : uri_template_check(entry->uri_template, e);
}

static int read_all(struct documents *d, struct err *e)
{
    struct offers *o = (void *)d;
    for (size_t i = 0; i < o->prompt_count; i++) {
        const struct prompt *p = o->prompts[i].prompt;
        if (document_read(&o->prompts[i].document, "prompt", p->document, p->document_len, e))
            return -1;
    }
    for (size_t i = 0; i < o->resource_count; i++)
        if (read_resource(&o->resources[i], e))
            return -1;
    return 0;
}

int offers_init(struct offers *o, const struct offers_table *table, const json_t *server_info, struct err *e)
{
    *o = (struct offers){.prompts = xcalloc(table->prompt_count, sizeof *o->prompts), .prompt_count = table->prompt_count,
                         .resources = xcalloc(table->resource_count, sizeof *o->resources),
                         .resource_count = table->resource_count};
    documents_init(&o->documents, read_all, make_list, server_info);
    for (size_t i = 0; i < table->prompt_count; i++) {
        const struct prompt *p = o->prompts[i].prompt = table->prompts[i];
        o->prompts[i].document.name = p->name;
        o->completes |= p->complete != NULL;
    }
    for (size_t i = 0; i < table->resource_count; i++) {
        const struct resource *r = o->resources[i].resource = table->resources[i];
        o->resources[i].document.name = r->name;
        o->completes |= r->complete != NULL;
    }
    return document_check_order(o->prompts, o->prompt_count, sizeof *o->prompts, "prompt", e);
}

void offers_done(struct offers *o)
{
    for (size_t i = 0; i < o->prompt_count; i++)
        json_decref(o->prompts[i].document.json);
    for (size_t i = 0; i < o->resource_count; i++)
        json_decref(o->resources[i].document.json);
    documents_done(&o->documents);
    free(o->prompts);
    free(o->resources);
}

const struct result_text *offers_list(struct offers *o, enum offers_list which, enum version v)
{
    return documents_list(&o->documents, which, v);
}

const struct offers_prompt *offers_prompt(struct offers *o, const char *name)
{
    documents_need(&o->documents);
    return document_find(o->prompts, o->prompt_count, sizeof *o->prompts, name);
}

const struct offers_resource *offers_resource(struct offers *o, const char *uri, json_t **variables)
{
    documents_need(&o->documents);
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
    documents_need(&o->documents);
    for (size_t i = 0; i < o->resource_count; i++)
        if (o->resources[i].uri_template && strcmp(o->resources[i].uri_template, uri_template) == 0)
            return &o->resources[i];
    return NULL;
}
