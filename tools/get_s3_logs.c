/* The tool get_s3_logs: who asked this bucket for what, and what did it answer? */
#include "tools/access/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/access/when.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/cursor.h"
#include "tools/failure.h"
#include "tools/get_s3_logs.json.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define SPAN_MAX_MS (31 * DAY_MS)

static void inquiry_done(struct access_inquiry *q)
{
    free(q->path);
    json_decref(q->changes);
    json_decref(q->keys);
    json_decref(q->logging);
    tally_done(&q->tally);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int check_bucket(const struct access_inquiry *q, struct tool_answer *out)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (strlen(q->bucket) < 3 || strspn(q->bucket, allowed) != strlen(q->bucket))
        return failure_say(
            out,
            "/bucket_name: \"%.80s\" is not the name of a bucket; give it without s3:// and without a path.",
            q->bucket);
    return 0;
}

static int read_time(const struct access_inquiry *q, const char *name, int64_t *ms, bool *whole_day,
                     struct tool_answer *out)
{
    const char *text = json_str(q->call->arguments, name, NULL);
    *whole_day = false;
    if (text && when_parse(text, ms, whole_day))
        return failure_say(
            out, "/%s: \"%.60s\" is no time: write it as 2026-11-21T02:05:00Z (without a zone it is UTC).",
            name, text);
    return 0;
}

/* The window: a day where an end of it is not given, up to now. A date alone as the end means its whole day. */
static int read_window(struct access_inquiry *q, struct tool_answer *out)
{
    int64_t from = -1, to = -1;
    bool day, last_day;
    if (read_time(q, "start_time", &from, &day, out) || read_time(q, "end_time", &to, &last_day, out))
        return -1;
    q->asked_from = from >= 0;
    if (to >= 0 && last_day)
        to += DAY_MS - 1;
    q->to_ms = to >= 0 ? to : from >= 0 && from + DAY_MS < q->now_ms ? from + DAY_MS : q->now_ms;
    q->from_ms = from >= 0 ? from : q->to_ms - DAY_MS;
    if (q->from_ms >= q->to_ms)
        return failure_say(out, "/end_time: the window ends before it begins.");
    if (q->to_ms - q->from_ms > SPAN_MAX_MS)
        return failure_say(out, "/start_time: a window may be 31 days long at most.");
    envelope_window(&q->answer, q->from_ms, q->to_ms, from >= 0 || to >= 0 ? "argument" : "default");
    return 0;
}

/* Whether and where the bucket keeps access logs. Returns 0, also when that could not be found out, or -1 with an error
   answer for a bucket that does not exist. */
static int read_logging(struct access_inquiry *q, struct tool_answer *out)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "s3:GetBucketLogging");
    json_auto_t *in = json_pack("{s:s}", "Bucket", q->bucket);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_s3_get_bucket_logging, in, &reply, &f)) {
        auto_free char *what = xasprintf("read where the bucket \"%s\" logs to", q->bucket);
        if (f.err.kind == ERR_NOT_FOUND || f.err.kind == ERR_UNAUTHENTICATED || f.err.kind == ERR_CONFIG ||
            f.err.kind == ERR_CANCELLED)
            return failure_aws(out, &aws_s3_get_bucket_logging, &f, what,
                               "There is no such bucket: check its name.");
        coverage_fault(source, &f);
        return 0;
    }
    q->logging_known = true;
    q->logging = json_incref(json_obj(reply, "LoggingEnabled"));
    coverage_read(source, 1, q->logging != NULL, 0, true);
    q->target = json_str(q->logging, "TargetBucket", NULL);
    q->target_prefix = json_str(q->logging, "TargetPrefix", "");
    q->layout = access_layout_of(q->logging);
    return 0;
}

static int inquire(struct access_inquiry *q, struct tool_answer *out, struct err *e)
{
    json_auto_t *position = cursor_read("get_s3_logs", q->call->arguments, e);
    if (!position && e->kind)
        return failure_err(out, e);
    if (check_bucket(q, out) || read_window(q, out) || read_logging(q, out))
        return -1;
    tally_init(&q->tally, q->from_ms, q->to_ms, (size_t)json_int(q->call->arguments, "max_records", 20));
    if (q->logging) {
        q->done = json_str(position, "done", NULL);
        access_find(q);
        access_read(q);
        q->answer.partial = !q->read_all || !q->listed_all;
    }
    bool blind = !q->logging || !q->readable || (json_array_size(q->keys) && !q->objects);
    if (blind || q->tally.errors || json_object_size(q->tally.deletes))
        access_read_changes(q);
    access_judge(q);
    access_describe(q);
    access_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct access_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->bucket = json_str(call->arguments, "bucket_name", "");
    q->now_ms = clock_wall_ms() / 1000 * 1000;
    int rc = tool_begin(call, "get_s3_logs", &q->session, &q->answer, out) ? -1 : inquire(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_s3_logs = {
    .name = "get_s3_logs",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
