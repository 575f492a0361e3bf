/* What get_s3_logs found, as JSON: where the logs are, what was read, the sums, and then some records. */
#include "tools/access/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/advice.h"
#include "tools/begin.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 10

static void describe_logging(struct access_inquiry *q)
{
    json_t *o = json_object();
    if (q->logging_known)
        json_put_flag(o, "enabled", q->logging != NULL);
    json_put_str(o, "target_bucket", q->target);
    json_put_str(o, "target_prefix", q->target_prefix);
    if (q->logging)
        json_put_str(o, "format", access_layout_name(q->layout));
    envelope_put(&q->answer, "logging", o);
}

static void describe_scan(struct access_inquiry *q)
{
    json_t *o =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "objects_listed",
                  (json_int_t)json_array_size(q->keys), "objects", (json_int_t)q->objects, "bytes",
                  (json_int_t)q->bytes, "lines", (json_int_t)q->lines, "unparsed", (json_int_t)q->unparsed,
                  "matched", (json_int_t)q->tally.records, "complete", q->read_all && q->listed_all);
    envelope_put(&q->answer, "scanned", o);
}

static void describe_summary(struct access_inquiry *q)
{
    json_t *o = json_object();
    json_put_int(o, "requests", q->tally.records);
    json_put_int(o, "errors", q->tally.errors);
    json_put_int(o, "bytes_sent", q->tally.bytes_sent);
    json_put_time(o, "first", q->tally.first_ms);
    json_put_time(o, "last", q->tally.last_ms);
    json_put(o, "by_error", tally_top(q->tally.by_error, "count", ROWS));
    json_put(o, "by_operation", tally_top(q->tally.by_operation, "count", ROWS));
    json_put(o, "by_requester", tally_top(q->tally.by_requester, "count", ROWS));
    json_put(o, "by_key", tally_top(q->tally.by_key, q->tally.errors ? "errors" : "count", ROWS));
    json_put(o, "deletes", tally_top(q->tally.deletes, "count", ROWS));
    json_put(o, "timeline", tally_timeline(&q->tally));
    envelope_put(&q->answer, "summary", o);
}

/* A line as its fields; those that are empty are left out. */
static json_t *record_shown(const char *line)
{
    auto_free char *parts = xstrdup(line);
    auto_access_record struct access_record r;
    json_t *o = json_object();
    if (access_parse(parts, &r))
        return o;
    json_put_time(o, "time", r.at_ms);
    for (int i = 0; i < ACCESS_FIELDS; i++) {
        if (i != ACCESS_TIME && i != ACCESS_KEY && i != ACCESS_HOST_ID && i != ACCESS_OWNER && r.fields[i][0])
            json_put_str(o, access_field_name((enum access_field)i), r.fields[i]);
    }
    json_put_str(o, "key", r.key[0] ? r.key : NULL);
    return o;
}

static int earlier_first(const void *a, const void *b)
{
    int64_t x = ((const struct tally_sample *)a)->at_ms, y = ((const struct tally_sample *)b)->at_ms;
    return (x > y) - (x < y);
}

/* Failed requests first of all; others fill what is left. */
static void describe_records(struct access_inquiry *q)
{
    struct tally_samples *failed = &q->tally.failed, *fine = &q->tally.fine;
    json_t *out = json_array();
    qsort(failed->items, failed->count, sizeof *failed->items, earlier_first);
    qsort(fine->items, fine->count, sizeof *fine->items, earlier_first);
    for (size_t i = 0; i < failed->count; i++)
        json_array_append_new(out, record_shown(failed->items[i].line));
    size_t left = failed->max - failed->count;
    for (size_t i = fine->count > left ? fine->count - left : 0; i < fine->count; i++)
        json_array_append_new(out, record_shown(fine->items[i].line));
    envelope_put(&q->answer, "records", out);
}

static json_t *change_shown(const json_t *event)
{
    json_t *o = json_copy((json_t *)(uintptr_t)event);
    json_object_del(o, "request"); /* a policy may be long, and says more than was asked for */
    return o;
}

static void advise(struct access_inquiry *q)
{
    struct advice a;
    if (q->diagnosis.cause == CAUSE_UNKNOWN)
        return;
    advice_init(&a);
    if (q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(&a, "class_not_transient");
    advice_reason(&a, q->diagnosis.class == CLASS_TRANSIENT
                          ? "It passes by itself: what failed for it may be run again."
                          : "What failed for it will fail again until that is mended.");
    advice_put(&a, &q->answer);
    envelope_put(&q->answer, "links", json_array());
    if (q->diagnosis.cause == CAUSE_DATA_MISSING && q->path) {
        json_t *args = json_pack("{s:s}", "s3_path", q->path);
        tool_where_on(q->call, args);
        envelope_link(&q->answer, "verify_source_data", args, "where an object was asked for and not found");
    }
}

void access_describe(struct access_inquiry *q)
{
    envelope_resource(&q->answer, "s3_bucket", q->bucket, aws_session_region(q->session));
    describe_logging(q);
    if (q->logging) {
        describe_scan(q);
        describe_summary(q);
        describe_records(q);
    }
    if (q->changes) {
        json_t *out = json_array();
        size_t i;
        json_t *e;
        json_array_foreach(q->changes, i, e) json_array_append_new(out, change_shown(e));
        envelope_put(&q->answer, "cloudtrail", out);
    }
    advise(q);
}
