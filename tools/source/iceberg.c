/* An Iceberg table says itself what is in it: the current snapshot in its metadata file (Iceberg table spec, "Table
   Metadata"). */
#include "tools/source/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define METADATA_MAX ((size_t)16 << 20)

static const json_t *current_snapshot(const json_t *metadata)
{
    int64_t id = json_int(metadata, "current-snapshot-id", -1);
    size_t i;
    json_t *s;
    json_array_foreach(json_arr(metadata, "snapshots"), i, s) {
        if (id >= 0 && json_int(s, "snapshot-id", -1) == id)
            return s;
    }
    return NULL;
}

static void put_count(json_t *o, const char *name, const json_t *summary, const char *key)
{
    int64_t n;
    if (!text_to_range(json_str(summary, key, "-"), 0, INT64_MAX, &n))
        json_put_int(o, name, n);
}

static json_t *facts_of(const json_t *metadata)
{
    json_t *o = json_object();
    const json_t *s = current_snapshot(metadata), *summary = json_obj(s, "summary");
    json_put_flag(o, "has_snapshot", s != NULL);
    json_put_int(o, "format_version", json_int(metadata, "format-version", 0));
    json_put_int(o, "snapshots", (int64_t)json_array_size(json_arr(metadata, "snapshots")));
    if (!s)
        return o;
    auto_free char *id = xasprintf("%lld", (long long)json_int(s, "snapshot-id", 0)); /* beyond what a double holds */
    json_put_str(o, "snapshot_id", id);
    json_put_time(o, "committed_at", json_int(s, "timestamp-ms", -1));
    json_put_int(o, "committed_ms", json_int(s, "timestamp-ms", -1));
    json_put_str(o, "operation", json_str(summary, "operation", NULL));
    put_count(o, "records", summary, "total-records");
    put_count(o, "added_records", summary, "added-records");
    put_count(o, "data_files", summary, "total-data-files");
    put_count(o, "bytes", summary, "total-files-size");
    return o;
}

void source_read_iceberg(struct source_inquiry *q)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "s3:GetObject:iceberg_metadata");
    auto_free char *bucket = NULL, *key = NULL;
    auto_buf struct buf body = BUF_INIT(METADATA_MAX);
    json_auto_t *about = NULL;
    struct aws_fault f = {0};
    if (source_path_split(q->metadata_location, &bucket, &key, &f.err)) {
        coverage_fault(source, &f);
        return;
    }
    struct source_part *p = part_add(&q->parts, q->id, bucket, key);
    p->expected = true;
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", bucket, "Key", key);
    if (aws_invoke_blob(q->session, &aws_s3_get_object, in, METADATA_MAX, &about, &body, &f)) {
        p->failed = true;
        p->fault = f;
        coverage_fault(source, &f);
        return;
    }
    json_auto_t *metadata = json_parse(buf_text(&body), body.len, JSON_DEPTH_UPSTREAM, &f.err);
    if (!json_is_object(metadata)) {
        err_set(&f.err, ERR_UPSTREAM, "The Iceberg metadata are not a JSON object");
        p->failed = true;
        p->fault = f;
        coverage_fault(source, &f);
        return;
    }
    coverage_read(source, 1, 1, (int64_t)body.len, true);
    q->iceberg = facts_of(metadata);
    p->complete = true;
    p->latest_ms = json_int(q->iceberg, "committed_ms", -1);
    p->rows = json_int(q->iceberg, "records", -1);
    p->rows_method = p->rows >= 0 ? "iceberg_metadata" : NULL;
    p->data_objects = json_int(q->iceberg, "data_files", 0);
    p->rows_files = p->data_objects;
    p->bytes = json_int(q->iceberg, "bytes", 0);
    json_object_del(q->iceberg, "committed_ms");
}
