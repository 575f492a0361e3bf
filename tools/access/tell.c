/* What get_s3_logs tells, in the order a person asks. */
#include "tools/access/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#define DIGEST_EVIDENCE 10
#define ROWS_TOLD 5

/* Numbers are of what was asked for only. */
static const char *kind_of_requests(const struct access_inquiry *q)
{
    static const char *const filters[] = {"prefix", "operation", "error", "requester"};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        if (json_object_get(q->call->arguments, filters[i]))
            return "requests of that kind";
    }
    return "requests";
}

static void tell_logging(struct access_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
    clock_rfc3339(q->from_ms, from);
    clock_rfc3339(q->to_ms, to);
    if (!q->logging_known)
        digest_line(d, "Bucket %s, %s to %s: whether it keeps access logs could not be found out.", q->bucket,
                    from, to);
    else if (!q->logging)
        digest_line(
            d,
            "Bucket %s, %s to %s: server access logging is off. Requests for objects cannot be shown; CloudTrail's "
            "lookup shows only calls that manage the bucket.",
            q->bucket, from, to);
    else
        digest_line(
            d,
            "Bucket %s, %s to %s: %lld %s, %lld of them failed (logs in s3://%s/%s, %s; %lld of %zu read%s).",
            q->bucket, from, to, (long long)q->tally.records, kind_of_requests(q), (long long)q->tally.errors, q->target,
            q->target_prefix, access_layout_name(q->layout), (long long)q->objects, json_array_size(q->keys),
            q->listed_all ? "" : ", and there are more than were listed");
}

static void tell_cause(struct access_inquiry *q)
{
    if (q->diagnosis.cause != CAUSE_UNKNOWN)
        diagnosis_tell(&q->diagnosis, NULL, &q->answer);
    else if (q->logging && q->tally.records)
        digest_line(&q->answer.digest, "Nothing among these requests points at a cause.");
}

static void tell_top(struct access_inquiry *q, const char *title, const char *member)
{
    const json_t *rows = json_arr(json_obj(q->answer.root, "summary"), member);
    size_t i;
    json_t *row;
    if (json_array_size(rows))
        digest_line(&q->answer.digest, "%s", title);
    json_array_foreach(rows, i, row) {
        char label[64];
        if (i == ROWS_TOLD)
            break;
        snprintf(label, sizeof label, "%lld requests, %lld failed:", (long long)json_int(row, "count", 0),
                 (long long)json_int(row, "errors", 0));
        digest_data(&q->answer.digest, label, json_str(row, "name", ""), 200);
    }
}

/* Logs are delivered late, and not for certain: no record is no proof. */
static void warn(struct access_inquiry *q)
{
    if (q->logging && q->now_ms - q->to_ms < ACCESS_LAG_MS)
        envelope_warn(&q->answer, "logs_may_lag",
                      "S3 delivers access logs some hours late and now and then not at all: what is not "
                      "there may still have happened");
    if (q->unparsed)
        envelope_warn(&q->answer, "lines_unparsed", "%lld lines are not of the form of access logs",
                      (long long)q->unparsed);
}

void access_tell(struct access_inquiry *q)
{
    warn(q);
    tell_logging(q);
    tell_cause(q);
    envelope_tell_evidence(&q->answer, DIGEST_EVIDENCE);
    if (q->tally.records) {
        tell_top(q, "By requester:", "by_requester");
        tell_top(q, q->tally.errors ? "Keys that failed most:" : "By key:", "by_key");
    }
    envelope_tell_rest(&q->answer);
}
