/* From counted records to what is wrong with a bucket, or that nothing is. */
#include "tools/access/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/signatures.h"

#include <stdio.h>
#include <string.h>

#define GROUPS 8
#define DELETERS 3
#define RARE_SHARE 0.001 /* of all requests: S3 asks anybody to slow down now and then */
#define MANY 20

/* What an error of S3 says about requests (Amazon S3 API Reference, "Error responses"): the signatures of service s3 are written
   for status and code, as "403 AccessDenied". */
static const struct signature *meaning_of(const json_t *row)
{
    auto_free char *text =
        xasprintf("%d %s", (int)json_int(row, "http_status", 0), json_str(row, "error_code", ""));
    return signatures_match("s3", text, strlen(text));
}

/* A request without credentials, by anybody: a browser, a scanner. One whose credentials S3 refused is logged without a name too,
   but its code says so: InvalidAccessKeyId, SignatureDoesNotMatch. */
static bool is_stranger(const json_t *row)
{
    const char *code = json_str(row, "error_code", "");
    bool bare = !code[0] || !strcmp(code, "AccessDenied") || !strcmp(code, "AllAccessDisabled");
    return !json_str(row, "requester", "")[0] && (bare || text_starts(code, "NoSuch"));
}

/* How far a group of errors decides anything. Looking whether a key exists is a daily thing: a HEAD that finds nothing is no
   failure, and neither is a stranger who is turned away or finds nothing. */
static int weight_of(const struct access_inquiry *q, const struct signature *m, const json_t *row)
{
    int64_t n = json_int(row, "count", 0);
    bool rare = (double)n < RARE_SHARE * (double)q->tally.records && n < MANY;
    bool passing = m->cause == CAUSE_THROTTLING || m->cause == CAUSE_SERVICE_FAULT;
    const char *operation = json_str(row, "operation", "");
    if (rare && passing)
        return 0;
    if (m->cause == CAUSE_DATA_MISSING && !strstr(operation, "GET.OBJECT") && !strstr(operation, "COPY"))
        return 0;
    bool turned_away = m->cause == CAUSE_PERMISSION || m->cause == CAUSE_DATA_MISSING;
    return turned_away && is_stranger(row) ? 0 : m->weight;
}

static const char *file(struct access_inquiry *q, const char *key, int64_t at_ms, const char *severity,
                        const char *text)
{
    struct evidence item = {.source = "s3_access_log",
                            .locator = json_pack("{s:s, s:s}", "bucket", q->bucket, "key", key),
                            .ts_ms = at_ms,
                            .severity = severity,
                            .text = text};
    return envelope_evidence(&q->answer, &item);
}

static int64_t time_of(const json_t *row, const char *member)
{
    int64_t ms = -1;
    clock_parse(json_str(row, member, ""), &ms);
    return ms;
}

/* What the diagnosis is about: the folder of the first key it rests on. */
static void point_at(struct access_inquiry *q, const char *key)
{
    const char *slash = strrchr(key, '/');
    if (!q->path)
        q->path = xasprintf("s3://%s/%.*s", q->bucket, slash ? (int)(slash - key) + 1 : 0, key);
}

/* "once, at 02:05" or "5 times, from 02:05 to 03:10". Free it. */
static char *how_often(const json_t *row)
{
    int64_t n = json_int(row, "count", 0);
    if (n == 1)
        return xasprintf("once, at %s", json_str(row, "last", "?"));
    return xasprintf("%lld times, from %s to %s", (long long)n, json_str(row, "first", "?"), json_str(row, "last", "?"));
}

static void judge_group(struct access_inquiry *q, const json_t *row)
{
    const struct signature *m = meaning_of(row);
    const char *who = json_str(row, "requester", "");
    auto_free char *often = how_often(row);
    auto_free char *text = xasprintf("%d %s for %s, %s, by %s from %s", (int)json_int(row, "http_status", 0),
                                     json_str(row, "error_code", ""), json_str(row, "operation", ""), often,
                                     who[0] ? who : "nobody known", json_str(row, "remote_ip", "?"));
    int weight = m ? weight_of(q, m, row) : 0;
    const char *id =
        file(q, json_str(row, "key", ""), time_of(row, "last"), weight ? "error" : "warning", text);
    if (!weight)
        return;
    struct clue c = {m->cause, m->id, weight, id};
    diagnosis_add(&q->diagnosis, &c);
    if (q->diagnosis.cause == m->cause)
        point_at(q, json_str(row, "key", ""));
}

/* A key that this deleter took away and that somebody asked for later, or NULL. Borrowed. */
static const char *missed_key(const struct access_inquiry *q, const char *deleter)
{
    const char *key;
    json_t *row;
    json_object_foreach(q->tally.by_key, key, row) {
        if (!strcmp(json_str(row, "deleted_by", ""), deleter) &&
            json_int(row, "missed_ms", -1) >= json_int(row, "deleted_ms", 0))
            return key;
    }
    return NULL;
}

static void judge_deletes(struct access_inquiry *q)
{
    json_auto_t *rows = tally_top(q->tally.deletes, "count", DELETERS);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        const char *who = json_str(row, "requester", ""), *missed = missed_key(q, json_str(row, "name", ""));
        auto_free char *often = how_often(row);
        auto_free char *text = xasprintf("%s %s, by %s from %s%s", json_str(row, "operation", ""), often,
                                         who[0] ? who : "the bucket's own rules", json_str(row, "remote_ip", "?"),
                                         missed ? "; this key was asked for later and not found" : "");
        const char *id = file(q, missed ? missed : json_str(row, "key", ""), time_of(row, "last"),
                              missed ? "error" : "info", text);
        struct clue c = {CAUSE_DATA_MISSING, "s3:deleted", 94, id};
        if (missed)
            diagnosis_add(&q->diagnosis, &c);
    }
}

/* A change of who may do what, before the first refusal, is a lead; alone it proves nothing. */
static void file_changes(struct access_inquiry *q)
{
    size_t i, filed = 0;
    json_t *e;
    json_array_foreach(q->changes, i, e) {
        const char *name = json_str(e, "event", ""), *error = json_str(e, "error", NULL);
        if (filed == 5)
            break;
        auto_free char *text =
            xasprintf("%s by %s from %s%s%s", name, json_str(e, "who", "?"), json_str(e, "from", "?"),
                      error ? ", refused: " : "", error ? error : "");
        int64_t at = time_of(e, "at");
        struct evidence item = {
            .source = "cloudtrail",
            .ts_ms = at,
            .severity = "info",
            .text = text,
            .locator = json_pack("{s:s, s:s}", "event_id", json_str(e, "event_id", ""), "field", name)};
        const char *id = envelope_evidence(&q->answer, &item);
        filed++;
        bool rights = strstr(name, "Policy") || strstr(name, "Acl") || strstr(name, "PublicAccessBlock") ||
                      strstr(name, "Ownership");
        struct clue c = {CAUSE_PERMISSION, "cloudtrail:changed", 40, id};
        if (rights && !error && q->diagnosis.cause == CAUSE_PERMISSION)
            diagnosis_add(&q->diagnosis, &c);
    }
}

void access_judge(struct access_inquiry *q)
{
    diagnosis_init(&q->diagnosis);
    json_auto_t *groups = tally_top(q->tally.by_error, "count", GROUPS);
    size_t i;
    json_t *row;
    json_array_foreach(groups, i, row) judge_group(q, row);
    judge_deletes(q);
    file_changes(q);
    if (q->diagnosis.cause != CAUSE_UNKNOWN)
        diagnosis_put(&q->diagnosis, &q->answer);
}
