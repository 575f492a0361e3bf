#include "server/documents.h"

#include "base/json.h"
#include "base/log.h"
#include "server/late.h"

#include <stdlib.h>
#include <string.h>

void documents_init(struct documents *d, documents_read_fn *read, documents_list_fn *list, const json_t *server_info)
{
    *d = (struct documents){.read = read, .list = list, .server_info = server_info};
    pthread_mutex_init(&d->lock, NULL);
}

void documents_done(struct documents *d)
{
    if (!d->read)
        return;
    for (int v = 0; v < VERSION_COUNT; v++)
        for (unsigned which = 0; which < DOCUMENTS_LISTS_MAX; which++)
            free(d->lists[v][which].json);
    pthread_mutex_destroy(&d->lock);
}

int documents_read(struct documents *d, struct err *e)
{
    if (!late_begin(&d->there, &d->lock))
        return 0;
    int rc = d->read(d, e);
    late_end(&d->there, &d->lock, rc == 0);
    return rc;
}

void documents_need(struct documents *d)
{
    struct err e = {0};
    if (documents_read(d, &e)) {
        log_event(LOG_ERROR, "document", "{s:s}", "error", e.text);
        abort();
    }
}

const struct result_text *documents_list(struct documents *d, unsigned which, enum version v)
{
    documents_need(d);
    if (late_begin(&d->listed[v][which], &d->lock)) {
        d->lists[v][which] = d->list(d, which, v);
        late_end(&d->listed[v][which], &d->lock, true);
    }
    return &d->lists[v][which];
}

int document_read(struct document *one, const char *what, const char *text, size_t n, struct err *e)
{
    json_auto_t *json = json_parse(text, n, JSON_DEPTH_CLIENT, e);
    if (!json)
        return err_wrap(e, "%s document %s", what, one->name);
    const char *said = json_str(json, "name", "");
    if (strcmp(said, one->name) != 0)
        return err_set(e, ERR_CONFIG, "%s document %s: its name is \"%s\"", what, one->name, said);
    one->json = json_incref(json);
    return 0;
}

static int compare(const void *name, const void *entry)
{
    return strcmp(name, ((const struct document *)entry)->name);
}

void *document_find(void *entries, size_t count, size_t size, const char *name)
{
    return count ? bsearch(name, entries, count, size, compare) : NULL;
}

int document_check_order(const void *entries, size_t count, size_t size, const char *what, struct err *e)
{
    const char *before = "";
    for (size_t i = 0; i < count; i++) {
        const struct document *one = (const void *)((const char *)entries + i * size);
        if (strcmp(before, one->name) >= 0)
            return err_set(e, ERR_CONFIG, "the %s table is not sorted at %s", what, one->name);
        before = one->name;
    }
    return 0;
}
