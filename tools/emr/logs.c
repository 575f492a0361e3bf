/* Reading logs of EMR where they are known to be: objects of a bucket, streams of a log group. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE_MS (60 * 1000)
#define AFTER_MS (10 * 60 * 1000)
#define LIST_PAGES_MAX 4
#define ERROR_PATTERN "?ERROR ?Exception ?Error ?OutOfMemory ?\"No space left\" ?Killed ?137 ?denied ?Denied"

struct log_limits emr_logs_window(const struct emr_inquiry *q)
{
    return (struct log_limits){
        .from_ms = q->run.created_ms < 0 ? -1 : q->run.created_ms - BEFORE_MS,
        .to_ms = q->run.ended_ms < 0 ? q->now_ms : q->run.ended_ms + AFTER_MS,
        .max_events = 4000,
        .max_pages = 4,
        .max_bytes = 2 * 1024 * 1024,
    };
}

const struct log_object *emr_logs_read_object(struct emr_inquiry *q, const char *bucket, const char *key)
{
    if (q->object_count == EMR_OBJECTS_MAX)
        return NULL;
    struct log_object *o = &q->objects[q->object_count++];
    auto_free char *name = xasprintf("s3://%s/%s", bucket, key);
    log_object_init(o, bucket, key, coverage_source(envelope_sources(&q->answer), name));
    log_object_read(q->session, o, "emr");
    findings_scan(&q->findings, "emr", o->place, &o->lines);
    return o;
}

struct listing {
    json_t *keys;
    json_t *source;
    size_t max;
};

static int take_keys(const json_t *page, void *ctx)
{
    struct listing *l = ctx;
    const json_t *list = json_arr(page, "Contents");
    coverage_read(l->source, 1, (int64_t)json_array_size(list), 0, false);
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o) {
        if (json_array_size(l->keys) < l->max)
            json_array_append(l->keys, o);
    }
    return json_array_size(l->keys) >= l->max;
}

json_t *emr_logs_list(struct emr_inquiry *q, const char *bucket, const char *prefix, size_t max)
{
    auto_free char *name = xasprintf("s3://%s/%s", bucket, prefix);
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", bucket, "Prefix", prefix);
    struct listing l = {json_array(), coverage_source(envelope_sources(&q->answer), name), max};
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    int pages = aws_each_page(q->session, &aws_s3_list_objects_v2, in, LIST_PAGES_MAX, take_keys, &l, &next, &f);
    if (pages < 0) {
        coverage_fault(l.source, &f);
        json_decref(l.keys);
        return NULL;
    }
    json_put_flag(l.source, "complete", !next && json_array_size(l.keys) < max);
    return l.keys;
}

/* A name that lives as long as the inquiry. */
static const char *keep(struct emr_inquiry *q, const char *name)
{
    if (!q->names)
        q->names = json_object();
    if (!json_object_get(q->names, name))
        json_put_str(q->names, name, name);
    return json_str(q->names, name, "");
}

static json_t *stream_source(struct emr_inquiry *q, const char *group, const char *stream)
{
    auto_free char *name = xasprintf("logs:%s/%s", group, stream);
    return coverage_source(envelope_sources(&q->answer), name);
}

void emr_logs_read_streams(struct emr_inquiry *q, const char *group, const char *prefix, const char *const *names, size_t n)
{
    struct log_limits window = emr_logs_window(q);
    size_t first = q->stream_count;
    for (size_t i = 0; i < n && q->stream_count < EMR_STREAMS_MAX; i++) {
        auto_free char *stream = xasprintf("%s%s", prefix, names[i]);
        q->streams[q->stream_count++] = (struct log_source){
            .group = keep(q, group), .stream = keep(q, stream), .coverage = stream_source(q, group, stream)};
    }
    log_read_tails(q->session, q->streams + first, q->stream_count - first, &window);
    for (size_t i = first; i < q->stream_count; i++)
        findings_scan(&q->findings, "emr", q->streams[i].group, &q->streams[i].lines);
}

static bool holds_one(const char *text, const char *const *marks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(text, marks[i]))
            return true;
    }
    return false;
}

void emr_logs_read_filtered(struct emr_inquiry *q, const char *group, const char *prefix, const char *const *marks, size_t n)
{
    struct log_limits window = emr_logs_window(q);
    window.max_events = 1000;
    window.max_pages = 12;
    auto_free char *pattern = xasprintf("%s*", prefix);
    keep(q, group);
    struct log_lines lines = {0};
    log_read_filtered(q->session, group, prefix, ERROR_PATTERN, &window, stream_source(q, group, pattern), q->names, &lines);
    size_t kept = 0;
    for (size_t i = 0; i < lines.count; i++) {
        if (holds_one(lines.items[i].stream, marks, n))
            lines.items[kept++] = lines.items[i];
        else
            free(lines.items[i].text);
    }
    lines.count = kept;
    size_t first = q->filtered.count;
    log_lines_move(&q->filtered, &lines);
    struct log_lines fresh = {.items = q->filtered.items + first, .count = q->filtered.count - first};
    findings_scan(&q->findings, "emr", keep(q, group), &fresh);
}
