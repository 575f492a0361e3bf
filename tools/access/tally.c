#include "tools/access/tally.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 700

void tally_init(struct tally *t, int64_t from_ms, int64_t to_ms, size_t samples)
{
    *t = (struct tally){.from_ms = from_ms,
                        .to_ms = to_ms,
                        .first_ms = -1,
                        .last_ms = -1,
                        .by_error = json_object(),
                        .by_operation = json_object(),
                        .by_requester = json_object(),
                        .by_key = json_object(),
                        .deletes = json_object()};
    t->failed.max = t->fine.max = samples < TALLY_SAMPLES ? samples : TALLY_SAMPLES;
}

static void samples_done(struct tally_samples *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->items[i].line);
    s->count = 0;
}

void tally_done(struct tally *t)
{
    json_decref(t->by_error);
    json_decref(t->by_operation);
    json_decref(t->by_requester);
    json_decref(t->by_key);
    json_decref(t->deletes);
    samples_done(&t->failed);
    samples_done(&t->fine);
    *t = (struct tally){0};
}

/* Whether the operation takes objects away: by request, in a batch, or by a rule of the bucket's lifecycle. */
static bool is_delete(const char *operation)
{
    static const char *const endings[] = {".DELETE.OBJECT", ".EXPIRE.OBJECT", ".CREATE.DELETEMARKER"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (text_ends(operation, endings[i]))
            return true;
    }
    return false;
}

/* The row of that name, made if there is room. Borrowed. */
static json_t *row_of(json_t *table, const char *name, bool *made)
{
    auto_free char *kept =
        xstrndup(name, text_utf8_floor(name, strlen(name) < NAME_MAX_BYTES ? strlen(name) : NAME_MAX_BYTES));
    json_t *row = json_object_get(table, kept);
    *made = !row;
    if (row)
        return row;
    const char *used = json_object_size(table) < TALLY_ROWS_MAX ? kept : "(others)";
    row = json_object_get(table, used);
    if (!row) {
        row = json_pack("{s:s, s:i, s:i}", "name", used, "count", 0, "errors", 0);
        json_object_set_new(table, used, row);
    }
    return row;
}

static void bump(json_t *row, const char *member)
{
    json_t *n = json_object_get(row, member);
    if (n)
        json_integer_set(n, json_integer_value(n) + 1);
    else
        json_put_int(row, member, 1);
}

/* First and last time as numbers: they become text when the row is shown. */
static void span(json_t *row, int64_t at_ms)
{
    if (at_ms < json_int(row, "first", INT64_MAX))
        json_put_int(row, "first", at_ms);
    if (at_ms > json_int(row, "last", INT64_MIN))
        json_put_int(row, "last", at_ms);
}

static json_t *count(json_t *table, const char *name, const struct access_record *r)
{
    bool made;
    json_t *row = row_of(table, name[0] ? name : "-", &made);
    bump(row, "count");
    if (r->status >= 400)
        bump(row, "errors");
    span(row, r->at_ms);
    return row;
}

static void add_error(struct tally *t, const struct access_record *r)
{
    auto_free char *name = xasprintf("%d %s %s %s", r->status, r->fields[ACCESS_ERROR_CODE],
                                     r->fields[ACCESS_OPERATION], r->fields[ACCESS_REQUESTER]);
    json_t *row = count(t->by_error, name, r);
    if (json_object_get(row, "http_status"))
        return;
    json_put_int(row, "http_status", r->status);
    json_put_str(row, "error_code", r->fields[ACCESS_ERROR_CODE]);
    json_put_str(row, "operation", r->fields[ACCESS_OPERATION]);
    json_put_str(row, "requester", r->fields[ACCESS_REQUESTER]);
    json_put_str(row, "remote_ip", r->fields[ACCESS_REMOTE_IP]);
    json_put_str(row, "key", r->key);
    json_put_str(row, "request_id", r->fields[ACCESS_REQUEST_ID]);
}

/* What happened to a key last: that it was not found, and that it was taken away, by whom. */
static void add_key(struct tally *t, const struct access_record *r, const char *deleter)
{
    if (!r->key[0])
        return;
    json_t *row = count(t->by_key, r->key, r);
    if (r->status == 404)
        json_put_int(row, "missed_ms", r->at_ms);
    if (!deleter)
        return;
    json_put_int(row, "deleted_ms", r->at_ms);
    json_put_str(row, "deleted_by", deleter);
}

static char *add_delete(struct tally *t, const struct access_record *r)
{
    char *name = xasprintf("%s by %s", r->fields[ACCESS_OPERATION],
                           r->fields[ACCESS_REQUESTER][0] ? r->fields[ACCESS_REQUESTER] : "-");
    json_t *row = count(t->deletes, name, r);
    if (!json_object_get(row, "operation")) {
        json_put_str(row, "operation", r->fields[ACCESS_OPERATION]);
        json_put_str(row, "requester", r->fields[ACCESS_REQUESTER]);
        json_put_str(row, "remote_ip", r->fields[ACCESS_REMOTE_IP]);
        json_put_str(row, "key", r->key);
    }
    return name;
}

/* Keeps the latest. */
static void keep(struct tally_samples *s, const char *line, int64_t at_ms)
{
    struct tally_sample *at = s->count < s->max ? &s->items[s->count] : NULL;
    for (size_t i = 0; !at && i < s->count; i++)
        at = !at && s->items[i].at_ms < at_ms ? &s->items[i] : at;
    for (size_t i = 0; at && s->count == s->max && i < s->count; i++)
        at = s->items[i].at_ms < at->at_ms ? &s->items[i] : at;
    if (!at)
        return;
    if (s->count < s->max)
        s->count++;
    else
        free(at->line);
    *at = (struct tally_sample){xstrdup(line), at_ms};
}

static void add_to_timeline(struct tally *t, const struct access_record *r)
{
    int64_t width = t->to_ms - t->from_ms;
    int64_t i = width > 0 ? (r->at_ms - t->from_ms) * TALLY_SLOTS / (width + 1) : 0;
    if (i < 0 || i >= TALLY_SLOTS)
        return;
    int64_t *slot = t->slots[i];
    slot[0]++;
    slot[1] += r->status == 403;
    slot[2] += r->status == 404;
    slot[3] += r->status == 503;
    slot[4] += r->status >= 500 && r->status != 503;
}

void tally_add(struct tally *t, const struct access_record *r, const char *line)
{
    int64_t sent = 0;
    if (!text_to_range(r->fields[ACCESS_BYTES_SENT], 0, INT64_MAX / 4, &sent) && t->bytes_sent < INT64_MAX / 4)
        t->bytes_sent += sent; /* a log says what it likes */
    t->records++;
    t->errors += r->status >= 400;
    t->throttled += r->status == 503;
    t->first_ms = t->first_ms < 0 || r->at_ms < t->first_ms ? r->at_ms : t->first_ms;
    t->last_ms = r->at_ms > t->last_ms ? r->at_ms : t->last_ms;
    add_to_timeline(t, r);
    count(t->by_operation, r->fields[ACCESS_OPERATION], r);
    count(t->by_requester, r->fields[ACCESS_REQUESTER], r);
    if (r->status >= 400)
        add_error(t, r);
    bool deletes = is_delete(r->fields[ACCESS_OPERATION]) && r->status < 300;
    auto_free char *deleter = deletes ? add_delete(t, r) : NULL;
    add_key(t, r, deleter);
    keep(r->status >= 400 ? &t->failed : &t->fine, line, r->at_ms);
}

struct ranked {
    json_t *row;
    int64_t weight;
};

static int heavier_first(const void *a, const void *b)
{
    int64_t x = ((const struct ranked *)a)->weight, y = ((const struct ranked *)b)->weight;
    if (x != y)
        return (x < y) - (x > y);
    return strcmp(json_str(((const struct ranked *)a)->row, "name", ""),
                  json_str(((const struct ranked *)b)->row, "name", ""));
}

json_t *tally_top(const json_t *table, const char *by, size_t max)
{
    size_t n = 0, all = json_object_size(table);
    auto_free struct ranked *list = xcalloc(all + 1, sizeof *list);
    const char *key;
    json_t *row;
    json_object_foreach((json_t *)(uintptr_t)table, key, row) list[n++] =
        (struct ranked){row, json_int(row, by, 0)};
    qsort(list, n, sizeof *list, heavier_first);
    json_t *out = json_array();
    for (size_t i = 0; i < n && i < max && list[i].weight > 0; i++) {
        json_t *shown = json_copy(list[i].row);
        int64_t first = json_int(shown, "first", -1), last = json_int(shown, "last", -1);
        json_object_del(shown, "missed_ms");
        json_object_del(shown, "deleted_ms");
        json_put_time(shown, "first", first);
        json_put_time(shown, "last", last);
        json_array_append_new(out, shown);
    }
    return out;
}

json_t *tally_timeline(const struct tally *t)
{
    static const char *const members[] = {"requests", "denied", "missing", "throttled", "failed"};
    json_t *out = json_array();
    for (int i = 0; i < TALLY_SLOTS; i++) {
        if (!t->slots[i][0])
            continue;
        json_t *o = json_object();
        json_put_time(o, "at", (t->from_ms + (t->to_ms - t->from_ms) / TALLY_SLOTS * i) / 1000 * 1000);
        for (size_t k = 0; k < ARRAY_LEN(members); k++) {
            if (t->slots[i][k])
                json_put_int(o, members[k], t->slots[i][k]);
        }
        json_array_append_new(out, o);
    }
    return out;
}
