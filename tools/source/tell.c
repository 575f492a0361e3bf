/* The digest of verify_source_data: is it there, if not what is, what is usual, and when to look again. */
#include "tools/source/inquiry.h"

#include "base/clock.h"
#include "base/json.h"

#include <string.h>

#define PARTS_TOLD 12

static void tell_verdict(struct source_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    digest_line(d, "%s %s: %s. %s.", q->table ? "Table" : "Path", q->id, part_status_name(q->verdict), q->verdict_why);
    if (q->verdict != PART_AVAILABLE && q->diagnosis.cause != CAUSE_UNKNOWN)
        digest_line(d, "Cause: %s. Confidence %s, class %s, from %s.", cause_name(q->diagnosis.cause),
                    diagnosis_sureness(&q->diagnosis), cause_class_name(q->diagnosis.class), q->diagnosis.signature);
}

static void tell_parts(struct source_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    const json_t *items = json_arr(json_obj(q->answer.root, "partitions"), "items");
    size_t n = json_array_size(items), told = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n && told < PARTS_TOLD; i++) {
            const json_t *p = json_array_get(items, i);
            if ((pass == 0) != (strcmp(json_str(p, "status", ""), "available") != 0))
                continue;
            told++;
            digest_line(d, "%s %s: %d data files, %lld bytes%s, newest %s", json_str(p, "location", ""),
                        json_str(p, "status", ""), (int)json_int(p, "data_objects", 0),
                        (long long)json_int(p, "bytes", 0), json_flag(p, "complete", false) ? "" : " (and more)",
                        json_str(p, "latest", "none"));
        }
    }
    if (n > told)
        digest_line(d, "... and %zu more.", n - told);
    const json_t *rows = json_obj(json_obj(q->answer.root, "totals"), "rows");
    if (rows)
        digest_line(d, "Rows: %s%lld, by %s of %lld files.", json_flag(rows, "complete", false) ? "" : "at least ",
                    (long long)json_int(rows, "value", 0), json_str(rows, "method", ""),
                    (long long)json_int(rows, "files", 0));
}

static void tell_usual(struct source_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    if (q->files.count) {
        int64_t minutes = q->arrival.median / 60000;
        digest_line(
            d,
            "Usual (%zu earlier ones): %lld files, %lld bytes, complete %lld h %02lld min after the start of its date.",
            q->files.count, (long long)q->files.median, (long long)q->bytes.median, (long long)(minutes / 60),
            (long long)(minutes % 60));
    }
    size_t i;
    json_t *m;
    json_array_foreach(q->deleted, i, m) {
        if (i < 3)
            digest_line(d, "Deleted: s3://%s/%s at %s (CloudTrail knows by whom).", json_str(m, "bucket", ""),
                        json_str(m, "key", ""), json_str(m, "at", "?"));
    }
}

static void tell_checks(struct source_inquiry *q)
{
    size_t i;
    json_t *c;
    json_array_foreach(q->checks, i, c) {
        if (strcmp(json_str(c, "status", ""), "pass"))
            digest_line(&q->answer.digest, "Check %s: %s (%s; expected: %s)", json_str(c, "id", ""),
                        json_str(c, "status", ""), json_str(c, "observed", ""), json_str(c, "expected", ""));
    }
}

void source_tell(struct source_inquiry *q)
{
    tell_verdict(q);
    tell_parts(q);
    tell_usual(q);
    tell_checks(q);
    envelope_tell_rest(&q->answer);
}
