#include "server/toolset.h"

#include "auth/auth.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "server/late.h"

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
    json_t *out = result_item(entry->document, members, ARRAY_LEN(members), v);
    if (v < VERSION_2025_06_18)
        title_for_the_old(entry->document, out);
    return out;
}

static struct result_text list_text(const struct toolset *t, enum version v, unsigned view)
{
    json_t *tools = json_array();
    for (size_t i = 0; i < t->count; i++)
        if (view_shows(view, t->entries[i].tool))
            json_array_append_new(tools, listed(&t->entries[i], v));
    return result_list("tools", tools, v, false, t->server_info); /* it depends on the caller's scopes */
}

/* Annotations are what a client's person is asked to trust: they must say what the program does. */
static int check_annotations(const struct toolset_entry *entry, struct err *e)
{
    const json_t *annotations = json_obj(entry->document, "annotations");
    if (annotations && json_flag(annotations, "readOnlyHint", false) == entry->tool->writes)
        return err_set(e, ERR_CONFIG, "tool document %s: readOnlyHint contradicts what the tool does", entry->tool->name);
    return 0;
}

static int entry_read(struct toolset_entry *entry, struct err *e)
{
    const struct tool *tool = entry->tool;
    entry->document = json_parse(tool->document, tool->document_len, JSON_DEPTH_CLIENT, e);
    if (!entry->document)
        return err_wrap(e, "tool document %s", tool->name);
    if (strcmp(json_str(entry->document, "name", ""), tool->name) != 0)
        return err_set(e, ERR_CONFIG, "tool document %s: its name is \"%s\"", tool->name,
                       json_str(entry->document, "name", ""));
    const json_t *input = json_obj(entry->document, "inputSchema");
    if (!input || strcmp(json_str(input, "type", ""), "object") != 0)
        return err_set(e, ERR_CONFIG, "tool document %s: inputSchema must be of type object", tool->name);
    entry->input = schema_compile(input, e);
    if (!entry->input)
        return err_wrap(e, "tool document %s: inputSchema", tool->name);
    if (mirror_params_init(&entry->mirrored, input, e))
        return err_wrap(e, "tool document %s: inputSchema", tool->name);
    const json_t *output = json_object_get(entry->document, "outputSchema");
    if (output) {
        struct schema *compiled = schema_compile(output, e);
        if (!compiled)
            return err_wrap(e, "tool document %s: outputSchema", tool->name);
        schema_free(compiled);
    }
    return check_annotations(entry, e);
}

int toolset_init(struct toolset *t, const struct tool *const *tools, size_t count, const json_t *server_info,
                 struct err *e)
{
    *t = (struct toolset){.entries = xcalloc(count, sizeof *t->entries), .count = count, .server_info = server_info};
    pthread_mutex_init(&t->lock, NULL);
    for (size_t i = 0; i < count; i++) {
        t->entries[i].tool = tools[i];
        if (i > 0 && strcmp(tools[i - 1]->name, tools[i]->name) >= 0) {
            toolset_done(t);
            return err_set(e, ERR_CONFIG, "the tool table is not sorted at %s", tools[i]->name);
        }
    }
    return 0;
}

int toolset_read(struct toolset *t, struct err *e)
{
    int rc = 0;
    if (!late_begin(&t->read, &t->lock))
        return 0;
    for (size_t i = 0; rc == 0 && i < t->count; i++)
        rc = entry_read(&t->entries[i], e);
    late_end(&t->read, &t->lock, rc == 0);
    return rc;
}

static void read_now(struct toolset *t)
{
    struct err e = {0};
    if (toolset_read(t, &e)) {
        log_event(LOG_ERROR, "tool_document", "{s:s}", "error", e.text);
        abort();
    }
}

int toolset_check(const struct toolset_entry *entry, const json_t *arguments, struct err *e)
{
    const char *name;
    json_t *instead;
    json_object_foreach(json_obj(entry->document, "gone"), name, instead) {
        if (json_object_get(arguments, name))
            return err_set(e, ERR_INVALID, "/%s: this tool does not take it: %s", name, json_string_value(instead));
    }
    return schema_check(entry->input, arguments, e);
}

void toolset_done(struct toolset *t)
{
    for (size_t i = 0; t->entries && i < t->count; i++) {
        json_decref(t->entries[i].document);
        schema_free(t->entries[i].input);
        mirror_params_done(&t->entries[i].mirrored);
    }
    for (int v = 0; v < VERSION_COUNT; v++)
        for (unsigned view = 0; view < TOOLSET_VIEWS; view++)
            free(t->lists[v][view].json);
    if (t->entries)
        pthread_mutex_destroy(&t->lock);
    free(t->entries);
    *t = (struct toolset){0};
}

static int compare(const void *name, const void *entry)
{
    return strcmp(name, ((const struct toolset_entry *)entry)->tool->name);
}

const struct toolset_entry *toolset_find(struct toolset *t, const char *name)
{
    read_now(t);
    return t->count ? bsearch(name, t->entries, t->count, sizeof *t->entries, compare) : NULL;
}

const struct result_text *toolset_list(struct toolset *t, enum version v, unsigned scopes)
{
    unsigned view = view_of(scopes);
    read_now(t);
    if (late_begin(&t->listed[v][view], &t->lock)) {
        t->lists[v][view] = list_text(t, v, view);
        late_end(&t->listed[v][view], &t->lock, true);
    }
    return &t->lists[v][view];
}
