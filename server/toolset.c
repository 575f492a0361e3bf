#include "server/toolset.h"

#include "auth/auth.h"
#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

static unsigned view_of(unsigned scopes)
{
    return (scopes & SCOPE_READ ? 1u : 0u) | (scopes & SCOPE_WRITE ? 2u : 0u);
}

static bool view_shows(unsigned view, const struct tool *t)
{
    return view & (t->writes ? 2u : 1u);
}

/* Before `title` stood beside the name, it stood among the annotations. */
static void title_for_the_old(const json_t *document, json_t *out)
{
    json_t *title = json_object_get(document, "title");
    if (!title)
        return;
    json_t *annotations = json_copy(json_object_get(document, "annotations"));
    if (!annotations)
        annotations = json_object();
    json_object_set(annotations, "title", title);
    json_put(out, "annotations", annotations);
}

/* Copies the members of the document that clients of this version know. */
static json_t *listed(const struct toolset_entry *entry, enum version v)
{
    static const struct result_member members[] = {{"name", VERSION_2025_03_26},         {"title", VERSION_2025_06_18},
                                                   {"description", VERSION_2025_03_26},  {"inputSchema", VERSION_2025_03_26},
                                                   {"outputSchema", VERSION_2025_06_18}, {"annotations", VERSION_2025_03_26}};
    json_t *out = result_item(entry->document.json, members, ARRAY_LEN(members), v);
    if (v < VERSION_2025_06_18)
        title_for_the_old(entry->document.json, out);
    return out;
}

static struct result_text make_list(const struct documents *d, unsigned view, enum version v)
{
    const struct toolset *t = (const void *)d;
    json_t *tools = json_array();
    for (size_t i = 0; i < t->count; i++)
        if (view_shows(view, t->entries[i].tool))
            json_array_append_new(tools, listed(&t->entries[i], v));
    return result_list("tools", tools, v, false, d->server_info); /* it depends on the caller's scopes */
}

/* Annotations are what a client's person is asked to trust: they must say what the program does. */
static int check_annotations(const struct toolset_entry *entry, struct err *e)
{
    const json_t *annotations = json_obj(entry->document.json, "annotations");
    if (annotations && json_flag(annotations, "readOnlyHint", false) == entry->tool->writes)
        return err_set(e, ERR_CONFIG, "tool document %s: readOnlyHint contradicts what the tool does", entry->tool->name);
    return 0;
}

static int entry_read(struct toolset_entry *entry, struct err *e)
{
    const struct tool *tool = entry->tool;
    if (document_read(&entry->document, "tool", tool->document, tool->document_len, e))
        return -1;
    const json_t *input = json_obj(entry->document.json, "inputSchema");
    if (!input || strcmp(json_str(input, "type", ""), "object") != 0)
        return err_set(e, ERR_CONFIG, "tool document %s: inputSchema must be of type object", tool->name);
    entry->input = schema_compile(input, e);
    if (!entry->input)
        return err_wrap(e, "tool document %s: inputSchema", tool->name);
    if (mirror_params_init(&entry->mirrored, input, e))
        return err_wrap(e, "tool document %s: inputSchema", tool->name);
    const json_t *output = json_object_get(entry->document.json, "outputSchema");
    if (output) {
        struct schema *compiled = schema_compile(output, e);
        if (!compiled)
            return err_wrap(e, "tool document %s: outputSchema", tool->name);
        schema_free(compiled);
    }
    return check_annotations(entry, e);
}

static int read_all(struct documents *d, struct err *e)
{
    struct toolset *t = (void *)d;
    for (size_t i = 0; i < t->count; i++)
        if (entry_read(&t->entries[i], e))
            return -1;
    return 0;
}

int toolset_init(struct toolset *t, const struct tool *const *tools, size_t count, const json_t *server_info,
                 struct err *e)
{
    *t = (struct toolset){.entries = xcalloc(count, sizeof *t->entries), .count = count};
    documents_init(&t->documents, read_all, make_list, server_info);
    for (size_t i = 0; i < count; i++) {
        t->entries[i].document.name = tools[i]->name;
        t->entries[i].tool = tools[i];
    }
    return document_check_order(t->entries, count, sizeof *t->entries, "tool", e);
}

int toolset_check(const struct toolset_entry *entry, const json_t *arguments, struct err *e)
{
    const char *name;
    json_t *instead;
    json_object_foreach(json_obj(entry->document.json, "gone"), name, instead) {
        if (json_object_get(arguments, name))
            return err_set(e, ERR_INVALID, "/%s: this tool does not take it: %s", name, json_string_value(instead));
    }
    return schema_check(entry->input, arguments, e);
}

void toolset_done(struct toolset *t)
{
    for (size_t i = 0; i < t->count; i++) {
        json_decref(t->entries[i].document.json);
        schema_free(t->entries[i].input);
        mirror_params_done(&t->entries[i].mirrored);
    }
    documents_done(&t->documents);
    free(t->entries);
}

const struct toolset_entry *toolset_find(struct toolset *t, const char *name)
{
    documents_need(&t->documents);
    return document_find(t->entries, t->count, sizeof *t->entries, name);
}

const struct result_text *toolset_list(struct toolset *t, enum version v, unsigned scopes)
{
    return documents_list(&t->documents, view_of(scopes), v);
}
