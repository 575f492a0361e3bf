#include "tools/source/catalog.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void catalog_done(struct catalog *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->rows[i].name);
        free(c->rows[i].bucket);
        free(c->rows[i].prefix);
    }
    free(c->rows);
    *c = (struct catalog){0};
}

json_t *catalog_keys(const json_t *table)
{
    json_t *out = json_array();
    size_t i;
    json_t *k;
    json_array_foreach(json_arr(table, "PartitionKeys"), i, k)
        json_array_append_new(out, json_string(json_str(k, "Name", "")));
    return out;
}

char *catalog_name(const json_t *table, const json_t *values)
{
    json_auto_t *keys = catalog_keys(table);
    auto_buf struct buf b = BUF_INIT(2048);
    size_t i;
    json_t *k;
    json_array_foreach(keys, i, k) {
        const char *value = json_str(values, json_string_value(k), NULL);
        if (value)
            buf_addf(&b, "%s%s=%s", b.len ? "/" : "", json_string_value(k), value);
    }
    return buf_steal(&b, NULL);
}

/* Hive writes these as %XX in folder names, or two values could mean one folder. */
static void add_hive(struct buf *b, const char *value)
{
    for (; *value; value++) {
        if (strchr("\"#%'*/:=?\\{[]^", *value) || (unsigned char)*value < 0x20)
            buf_addf(b, "%%%02X", (unsigned char)*value);
        else
            buf_addc(b, *value);
    }
}

/* Athena's "${dt}" in storage.location.template. NULL when a key has no value. */
static char *from_template(const char *text, const json_t *values)
{
    auto_buf struct buf b = BUF_INIT(2048);
    for (const char *p = text; *p;) {
        const char *end = text_starts(p, "${") ? strchr(p, '}') : NULL;
        if (!end) {
            buf_addc(&b, *p++);
            continue;
        }
        auto_free char *name = xstrndup(p + 2, (size_t)(end - p) - 2);
        const char *value = json_str(values, name, NULL);
        if (!value)
            return NULL;
        buf_adds(&b, value);
        p = end + 1;
    }
    if (b.len && b.data[b.len - 1] != '/')
        buf_addc(&b, '/');
    return b.full ? NULL : buf_steal(&b, NULL);
}

char *catalog_location(const json_t *table, const json_t *values)
{
    const char *template = json_str(json_obj(table, "Parameters"), "storage.location.template", NULL);
    if (template)
        return from_template(template, values);
    const char *root = json_str(json_obj(table, "StorageDescriptor"), "Location", "");
    json_auto_t *keys = catalog_keys(table);
    auto_buf struct buf b = BUF_INIT(2048);
    buf_addf(&b, "%s%s", root, text_ends(root, "/") ? "" : "/");
    size_t i;
    json_t *k;
    json_array_foreach(keys, i, k) {
        const char *value = json_str(values, json_string_value(k), NULL);
        if (!value)
            break; /* the folder above holds all of them */
        buf_addf(&b, "%s=", json_string_value(k));
        add_hive(&b, value);
        buf_addc(&b, '/');
    }
    return i && !b.full ? buf_steal(&b, NULL) : NULL;
}

/* The date in the values of a partition, or -1. */
static int64_t date_of(const json_t *table, const json_t *values)
{
    const char *names[DATE_KEYS_MAX] = {0}, *texts[DATE_KEYS_MAX] = {0};
    json_auto_t *keys = catalog_keys(table);
    size_t n = json_array_size(keys);
    struct date_layout layout;
    if (n > DATE_KEYS_MAX || json_array_size(values) < n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        names[i] = json_string_value(json_array_get(keys, i));
        texts[i] = json_string_value(json_array_get(values, i));
        if (!texts[i])
            return -1;
    }
    return date_layout_of(names, texts, n, &layout) ? date_read(&layout, texts) : -1;
}

static int64_t claimed_rows(const json_t *partition)
{
    static const char *const keys[] = {"recordCount", "numRows"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int64_t n;
        if (!text_to_range(json_str(json_obj(partition, "Parameters"), keys[i], "-"), 0, INT64_MAX, &n))
            return n;
    }
    return -1;
}

int catalog_row_of(const json_t *table, const json_t *partition, struct catalog_row *out)
{
    auto_free char *bucket = NULL, *key = NULL;
    const json_t *values = json_arr(partition, "Values");
    if (source_path_split(json_str(json_obj(partition, "StorageDescriptor"), "Location", ""), &bucket, &key, NULL))
        return -1;
    json_auto_t *keys = catalog_keys(table);
    json_auto_t *map = json_object();
    for (size_t i = 0; i < json_array_size(keys); i++)
        json_put(map, json_string_value(json_array_get(keys, i)), json_incref(json_array_get(values, i)));
    *out = (struct catalog_row){
        .name = catalog_name(table, map),
        .bucket = steal(&bucket),
        .prefix = xasprintf("%s%s", key, text_ends(key, "/") ? "" : "/"),
        .date_ms = date_of(table, values),
        .rows = claimed_rows(partition),
    };
    return 0;
}

void catalog_add(struct source_inquiry *q, const struct catalog_row *row, bool expected)
{
    struct source_part *p =
        q->parts.count < TARGETS_MAX ? part_add(&q->parts, row->name, row->bucket, row->prefix) : NULL;
    if (!p) {
        q->targets_left_out++;
        return;
    }
    p->date_ms = row->date_ms;
    p->catalog_rows = row->rows;
    p->expected = expected;
    p->registry = REGISTERED;
}

void catalog_add_unregistered(struct source_inquiry *q, const struct catalog *c, int64_t date_ms)
{
    struct source_part *p = NULL;
    if (q->parts.count == TARGETS_MAX) {
        q->targets_left_out++;
        return;
    }
    if (c->count) {
        const struct catalog_row *row = &c->rows[c->count - 1];
        struct source_part like = {.bucket = row->bucket, .prefix = row->prefix};
        p = source_part_for(q, &like, date_ms);
    }
    if (!p) { /* no date in its path: at least say which one is not registered */
        json_auto_t *keys = catalog_keys(q->table);
        json_auto_t *values = json_object();
        char text[DATE_TEXT];
        struct date_layout plain = {.count = 1, .keys = {{.role = ROLE_DATE, .form = FORM_DASHED}}};
        date_write(&plain, 0, date_ms, text);
        json_put_str(values, json_string_value(json_array_get(keys, 0)), text);
        auto_free char *location = catalog_location(q->table, values);
        auto_free char *bucket = NULL, *key = NULL;
        if (!location || source_path_split(location, &bucket, &key, NULL))
            return;
        auto_free char *name = catalog_name(q->table, values);
        p = part_add(&q->parts, name, bucket, key);
        p->date_ms = date_ms;
    }
    p->expected = true;
    p->registry = UNREGISTERED;
}

/* The value a projected key takes for a date (Athena, "Partition projection", types date and integer). */
static int projected_value(const json_t *table, const char *key, int64_t date_ms, struct buf *out, struct err *e)
{
    const json_t *parameters = json_obj(table, "Parameters");
    auto_free char *format_key = xasprintf("projection.%s.format", key);
    auto_free char *digits_key = xasprintf("projection.%s.digits", key);
    const char *format = json_str(parameters, format_key, NULL);
    if (format) {
        auto_free char *template = xasprintf("{%s}", format);
        return date_template(template, date_ms, out, NULL)
                   ? err_set(e, ERR_INVALID, "The projection of %s has a date format that is not understood: %.60s",
                             key, format)
                   : 0;
    }
    char now[DATE_TEXT];
    struct date_layout guess;
    const char *names[] = {"year", "month", key}, *values[] = {"2026", "01", "01"};
    bool year = text_iequal(key, "year");
    if (!date_layout_of(names, values, 3, &guess) || (!year && guess.keys[2].role == ROLE_NONE))
        return err_set(e, ERR_INVALID,
                       "%s is no date: give partition_filter as equalities of all keys instead of expected_dates", key);
    guess.keys[2].padded = strcmp(json_str(parameters, digits_key, "1"), "1") != 0;
    date_write(&guess, year ? 0 : 2, date_ms, now);
    return buf_adds(out, now);
}

int catalog_add_projected(struct source_inquiry *q, struct err *e)
{
    json_auto_t *keys = catalog_keys(q->table);
    for (int64_t at = q->expected_from_ms; at <= q->expected_to_ms; at = cadence_step(q->expected_cadence, at, 1)) {
        json_auto_t *values = json_object();
        size_t i;
        json_t *k;
        json_array_foreach(keys, i, k) {
            auto_buf struct buf text = BUF_INIT(64);
            if (projected_value(q->table, json_string_value(k), at, &text, e))
                return -1;
            json_put_str(values, json_string_value(k), buf_text(&text));
        }
        auto_free char *location = catalog_location(q->table, values), *name = catalog_name(q->table, values);
        auto_free char *bucket = NULL, *key = NULL;
        if (!location || source_path_split(location, &bucket, &key, e))
            return err_set(e, ERR_INVALID, "The table has no usable location in S3");
        struct source_part *p = part_add(&q->parts, name, bucket, key);
        if (!p)
            return 0;
        p->date_ms = at;
        p->expected = true;
    }
    q->has_cadence = true;
    q->cadence = q->expected_cadence;
    return 0;
}
