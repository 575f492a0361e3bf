/* The facts of verify_source_data as JSON. */
#include "tools/source/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define PARTS_SHOWN 40

static json_t *part_shown(const struct source_part *p)
{
    json_t *o = json_object();
    auto_free char *location = xasprintf("s3://%s/%s", p->bucket, p->prefix);
    json_put_str(o, "name", p->name);
    json_put_str(o, "location", location);
    json_put_str(o, "status", part_status_name(p->status));
    json_put_str(o, "why", p->why);
    json_put_time(o, "date", p->date_ms);
    if (p->registry != REGISTRY_NONE)
        json_put_flag(o, "registered", p->registry == REGISTERED);
    json_put_int(o, "objects", p->objects);
    json_put_int(o, "data_objects", p->data_objects);
    json_put_int(o, "bytes", p->bytes);
    json_put_flag(o, "complete", p->complete);
    if (p->zero_byte)
        json_put_int(o, "zero_byte", p->zero_byte);
    if (p->archived)
        json_put_int(o, "archived", p->archived);
    json_put_flag(o, "success_marker", p->success_marker);
    json_put_time(o, "latest", p->latest_ms);
    if (p->rows >= 0) {
        json_put_int(o, "rows", p->rows);
        json_put_int(o, "rows_files", p->rows_files);
        json_put_str(o, "rows_method", p->rows_method);
    }
    if (p->catalog_rows >= 0)
        json_put_int(o, "catalog_rows", p->catalog_rows);
    return o;
}

struct sums {
    int64_t objects, data_objects, bytes, rows, rows_files, latest_ms;
    bool complete, rows_known;
    const char *method;
};

static void add_up(const struct source_inquiry *q, struct sums *s)
{
    *s = (struct sums){.complete = !q->targets_left_out, .latest_ms = -1};
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->prior)
            continue;
        s->objects += p->objects;
        s->data_objects += p->data_objects;
        s->bytes += p->bytes;
        s->complete = s->complete && p->complete;
        s->latest_ms = p->latest_ms > s->latest_ms ? p->latest_ms : s->latest_ms;
        if (p->rows >= 0) {
            s->rows += p->rows;
            s->rows_files += p->rows_files;
            s->method = p->rows_method;
        }
    }
}

static void describe_totals(struct source_inquiry *q)
{
    struct sums s;
    add_up(q, &s);
    json_t *o = json_object();
    json_put_int(o, "objects", s.objects);
    json_put_int(o, "data_objects", s.data_objects);
    json_put_int(o, "bytes", s.bytes);
    json_put_flag(o, "complete", s.complete);
    if (s.method)
        json_put(o, "rows",
                 json_pack("{s:I, s:s, s:I, s:b}", "value", (json_int_t)s.rows, "method", s.method, "files",
                           (json_int_t)s.rows_files, "complete", s.complete && s.rows_files == s.data_objects));
    envelope_put(&q->answer, "totals", o);

    json_t *f = json_object();
    json_put_time(f, "latest", s.latest_ms);
    if (s.latest_ms >= 0)
        json_put_int(f, "age_s", (q->now_ms - s.latest_ms) / 1000);
    if (q->max_age_ms >= 0)
        json_put_int(f, "sla_s", q->max_age_ms / 1000);
    envelope_put(&q->answer, "freshness", f);
}

static void describe_parts(struct source_inquiry *q)
{
    json_t *o = json_object(), *items = json_array(), *missing = json_array(), *empty = json_array(),
           *unregistered = json_array();
    int targets = 0;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->prior)
            continue;
        targets++;
        if (p->status == PART_MISSING || p->status == PART_LATE)
            json_array_append_new(missing, json_string(p->name));
        if (p->status == PART_EMPTY)
            json_array_append_new(empty, json_string(p->name));
        if (p->registry == UNREGISTERED && p->data_objects)
            json_array_append_new(unregistered, json_string(p->name));
        if (json_array_size(items) < PARTS_SHOWN)
            json_array_append_new(items, part_shown(p));
    }
    if (q->partitions_matched >= 0)
        json_put_int(o, "matched", q->partitions_matched);
    json_put_int(o, "looked_at", targets);
    json_put_int(o, "left_out", (int64_t)q->targets_left_out);
    if (q->has_cadence)
        json_put_str(o, "cadence", cadence_name(q->cadence));
    json_put(o, "missing", missing);
    json_put(o, "empty", empty);
    json_put(o, "unregistered", unregistered);
    json_put(o, "items", items);
    envelope_put(&q->answer, "partitions", o);
}

static void describe_baseline(struct source_inquiry *q)
{
    if (!q->files.count)
        return;
    json_t *o = json_object();
    json_put_int(o, "parts", (int64_t)q->files.count);
    json_put(o, "files", json_pack("{s:I, s:I}", "median", (json_int_t)q->files.median, "mad", (json_int_t)q->files.mad));
    json_put(o, "bytes", json_pack("{s:I, s:I}", "median", (json_int_t)q->bytes.median, "mad", (json_int_t)q->bytes.mad));
    json_put(o, "arrival_after_s",
             json_pack("{s:I, s:I}", "median", (json_int_t)(q->arrival.median / 1000), "mad",
                       (json_int_t)(q->arrival.mad / 1000)));
    json_put_int(o, "with_success_marker", q->priors_marked);
    envelope_put(&q->answer, "baseline", o);
}

static json_t *table_shown(const json_t *table)
{
    if (!table)
        return NULL;
    json_t *o = json_object(), *keys = json_array();
    const json_t *storage = json_obj(table, "StorageDescriptor");
    json_put_str(o, "type", json_str(table, "TableType", NULL));
    json_put_str(o, "location", json_str(storage, "Location", NULL));
    json_put_str(o, "input_format", json_str(storage, "InputFormat", NULL));
    json_put_int(o, "columns", (int64_t)json_array_size(json_arr(storage, "Columns")));
    size_t i;
    json_t *k;
    json_array_foreach(json_arr(table, "PartitionKeys"), i, k)
        json_array_append_new(keys, json_string(json_str(k, "Name", "")));
    json_put(o, "partition_keys", keys);
    return o;
}

void source_describe(struct source_inquiry *q)
{
    struct envelope *v = &q->answer;
    envelope_resource(v, q->table ? "glue_table" : "s3_path", q->id, aws_session_region(q->session));
    envelope_state(v, part_status_name(q->verdict), q->verdict != PART_LATE && q->verdict != PART_UNKNOWN,
                   q->verdict != PART_AVAILABLE);
    envelope_put(v, "verdict", json_string(part_status_name(q->verdict)));
    json_put_flag(v->root, "verified", q->verdict == PART_AVAILABLE);
    envelope_put(v, "source_type", json_string(q->kind));
    envelope_put(v, "table", table_shown(q->table));
    envelope_put(v, "checks", json_incref(q->checks));
    envelope_put(v, "iceberg", q->iceberg ? json_incref(q->iceberg) : NULL);
    if (q->deleted && json_array_size(q->deleted))
        envelope_put(v, "deleted", json_incref(q->deleted));
    describe_totals(q);
    describe_parts(q);
    describe_baseline(q);
    envelope_window(v, q->has_expected ? q->expected_from_ms : -1, q->has_expected ? q->expected_to_ms : -1,
                    q->has_expected ? "argument" : "default");
}
