/* What the listings mean. "Could not look" never becomes "missing", and a file is not data because it is there. */
#include "tools/source/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SLACK_LEAST (30 * (int64_t)60000)
#define SLACK_MOST (6 * HOUR_MS)

static void decide(struct source_part *p, enum part_status status, enum cause cause, int weight, const char *rule,
                   const char *fmt, ...) __attribute__((format(printf, 6, 7)));

static void decide(struct source_part *p, enum part_status status, enum cause cause, int weight, const char *rule,
                   const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(p->why, sizeof p->why, fmt, ap);
    va_end(ap);
    p->status = status;
    p->cause = cause;
    p->weight = weight;
    p->rule = rule;
}

static void judge_fault(struct source_part *p)
{
    const struct aws_fault *f = &p->fault;
    if (!strcmp(f->code, "NoSuchBucket"))
        decide(p, PART_MISSING, CAUSE_NOT_FOUND, 95, "source:no_such_bucket", "there is no bucket %s", p->bucket);
    else if (f->err.kind == ERR_DENIED || f->status == 403)
        decide(p, PART_INACCESSIBLE, CAUSE_PERMISSION, 95, "source:denied", "S3 does not let this server look (%s)",
               f->code[0] ? f->code : "403");
    else if (f->err.kind == ERR_THROTTLED)
        decide(p, PART_UNKNOWN, CAUSE_THROTTLING, 80, "source:throttled", "could not look: %s", f->err.text);
    else if (f->err.kind == ERR_UNAVAILABLE || f->err.kind == ERR_TIMEOUT)
        decide(p, PART_UNKNOWN, CAUSE_NETWORK, 70, "source:unreachable", "could not look: %s", f->err.text);
    else if (f->status >= 500)
        decide(p, PART_UNKNOWN, CAUSE_SERVICE_FAULT, 80, "source:service_fault", "could not look: %s", f->err.text);
    else
        decide(p, PART_UNKNOWN, CAUSE_UNKNOWN, 0, NULL, "could not look: %s", f->err.text);
}

/* Nothing lies there: late while it may still come in its usual time, missing afterwards. */
static void judge_absent(struct source_inquiry *q, struct source_part *p)
{
    if (p->date_ms < 0 || q->arrival.count < BASELINE_MIN) {
        decide(p, PART_MISSING, CAUSE_DATA_LATE, 65, "source:nothing_there", "nothing lies there");
        return;
    }
    int64_t usual = p->date_ms + q->arrival.median, due = usual + baseline_slack(&q->arrival, SLACK_LEAST, SLACK_MOST);
    char usual_text[CLOCK_TEXT_MAX], due_text[CLOCK_TEXT_MAX];
    clock_rfc3339(usual - usual % 1000, usual_text);
    clock_rfc3339(due - due % 1000, due_text);
    if (q->now_ms <= due) {
        decide(p, PART_LATE, CAUSE_DATA_LATE, 90, "source:not_yet", "not there yet; it usually arrives at %s",
               usual_text);
        q->not_before_ms = due > q->not_before_ms ? due : q->not_before_ms;
    } else {
        decide(p, PART_MISSING, CAUSE_DATA_LATE, 90, "source:overdue",
               "nothing lies there; it usually arrives at %s and is overdue since %s", usual_text, due_text);
    }
}

static void judge_without_data(struct source_inquiry *q, struct source_part *p)
{
    if (!p->pages || !p->complete)
        decide(p, PART_UNKNOWN, CAUSE_UNKNOWN, 0, NULL, "no data among the %lld objects looked at, and not all were",
               (long long)p->objects);
    else if (p->unfinished && !p->success_marker)
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 80, "source:being_written",
               "only temporary files: it is being written, or was given up");
    else if (p->zero_byte)
        decide(p, PART_EMPTY, CAUSE_DATA_EMPTY, 95, "source:zero_bytes", "%d files, all of zero bytes",
               (int)p->zero_byte);
    else if (p->success_marker)
        decide(p, PART_EMPTY, CAUSE_DATA_EMPTY, 95, "source:marker_only", "a _SUCCESS marker, but no data");
    else if (p->objects)
        decide(p, PART_EMPTY, CAUSE_DATA_EMPTY, 85, "source:hidden_only", "only markers and hidden files, no data");
    else
        judge_absent(q, p);
}

static bool all_files_counted(const struct source_part *p)
{
    return p->complete && p->rows >= 0 && p->rows_files == p->data_objects;
}

static bool marker_expected(const struct source_inquiry *q)
{
    return q->priors_found >= BASELINE_MIN && q->priors_marked * 4 >= q->priors_found * 3;
}

static void judge_amount(struct source_inquiry *q, struct source_part *p)
{
    int64_t age = q->now_ms - p->latest_ms;
    if (p->unfinished && !p->success_marker)
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 75, "source:being_written",
               "temporary files among the data: it is still being written");
    else if (p->complete && q->min_files >= 0 && p->data_objects < q->min_files)
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 85, "source:min_files", "%lld data files, at least %lld are asked for",
               (long long)p->data_objects, (long long)q->min_files);
    else if (p->complete && q->min_bytes >= 0 && p->bytes < q->min_bytes)
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 85, "source:min_bytes", "%lld bytes, at least %lld are asked for",
               (long long)p->bytes, (long long)q->min_bytes);
    else if (p->complete && baseline_is_low(&q->bytes, p->bytes))
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 65, "source:few_bytes", "%lld bytes; usual are %lld",
               (long long)p->bytes, (long long)q->bytes.median);
    else if (p->complete && baseline_is_low(&q->files, p->data_objects) && baseline_is_low(&q->bytes, p->bytes * 2))
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 60, "source:few_files", "%lld data files; usual are %lld",
               (long long)p->data_objects, (long long)q->files.median);
    else if (p->complete && p->date_ms >= 0 && marker_expected(q) && !p->success_marker)
        decide(p, PART_PARTIAL, CAUSE_DATA_LATE, 70, "source:no_marker",
               "no _SUCCESS marker, which %d of %d earlier ones have: it may still be being written", q->priors_marked,
               q->priors_found);
    else if (q->max_age_ms >= 0 && p->latest_ms >= 0 && age > q->max_age_ms)
        decide(p, PART_LATE, CAUSE_DATA_LATE, 85, "source:too_old",
               "its newest data are %d h old, at most %d h are allowed", (int)(age / HOUR_MS),
               (int)(q->max_age_ms / HOUR_MS));
    else
        decide(p, PART_AVAILABLE, CAUSE_UNKNOWN, 0, NULL, "%lld data files, %lld bytes", (long long)p->data_objects,
               (long long)p->bytes);
}

static void judge_part(struct source_inquiry *q, struct source_part *p)
{
    if (p->failed)
        judge_fault(p);
    else if (q->iceberg && (!json_flag(q->iceberg, "has_snapshot", false) || p->rows == 0))
        decide(p, PART_EMPTY, CAUSE_DATA_EMPTY, 95, "source:no_rows", "the Iceberg table has no %s",
               p->rows == 0 ? "rows" : "snapshot");
    else if (!p->data_objects && !q->iceberg)
        judge_without_data(q, p);
    else if (p->archived)
        decide(p, PART_INACCESSIBLE, CAUSE_CONFIG, 90, "source:archived",
               "%d of its files are archived (Glacier) and must be restored before they can be read", (int)p->archived);
    else if (p->registry == UNREGISTERED)
        decide(p, PART_MISSING, CAUSE_CONFIG, 90, "source:unregistered",
               "%lld data files lie in S3, but the catalog does not know the partition (MSCK REPAIR TABLE, "
               "or the crawler has not run)",
               (long long)p->data_objects);
    else if (p->corrupt)
        decide(p, PART_PARTIAL, CAUSE_DATA_CORRUPT, 90, "source:cut_file",
               "%d of the files looked at are no whole Parquet files (%.120s)", p->corrupt,
               strrchr(p->corrupt_key, '/') ? strrchr(p->corrupt_key, '/') + 1 : p->corrupt_key);
    else if (p->rows == 0 && all_files_counted(p))
        decide(p, PART_EMPTY, CAUSE_DATA_EMPTY, 95, "source:no_rows", "%lld files without a single row (%s)",
               (long long)p->data_objects, p->rows_method);
    else
        judge_amount(q, p);
}

/* What decides when parts differ: a definite lack before what could not be looked at. */
static int rank_of(enum part_status s)
{
    static const int ranks[] = {[PART_AVAILABLE] = 0, [PART_UNKNOWN] = 1, [PART_INACCESSIBLE] = 2, [PART_PARTIAL] = 3,
                                [PART_EMPTY] = 4,     [PART_LATE] = 5,    [PART_MISSING] = 6};
    return ranks[s];
}

static void settle(struct source_inquiry *q)
{
    const struct source_part *worst = NULL;
    int targets = 0, bad = 0;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->prior)
            continue;
        targets++;
        bad += p->status != PART_AVAILABLE;
        if (!worst || rank_of(p->status) > rank_of(worst->status))
            worst = p;
    }
    if (!worst) {
        q->verdict = q->nothing_expected ? PART_MISSING : PART_UNKNOWN;
        snprintf(q->verdict_why, sizeof q->verdict_why, "%s",
                 q->nothing_expected ? "the catalog has no partition that matches" : "nothing could be looked at");
        return;
    }
    q->verdict = worst->status;
    if (q->verdict == PART_AVAILABLE && q->targets_left_out) {
        q->verdict = PART_UNKNOWN;
        snprintf(q->verdict_why, sizeof q->verdict_why, "the %d looked at are there, but %zu more were not looked at",
                 targets, q->targets_left_out);
    } else if (targets == 1) {
        snprintf(q->verdict_why, sizeof q->verdict_why, "%.50s: %s", worst->name, worst->why);
    } else if (bad) {
        snprintf(q->verdict_why, sizeof q->verdict_why, "%d of %d are not all right; %.40s: %.200s", bad, targets,
                 worst->name, worst->why);
    } else {
        snprintf(q->verdict_why, sizeof q->verdict_why, "all %d are there", targets);
    }
}

void source_judge(struct source_inquiry *q)
{
    q->not_before_ms = -1;
    for (size_t i = 0; i < q->parts.count; i++) {
        if (!q->parts.items[i].prior)
            judge_part(q, &q->parts.items[i]);
    }
    settle(q);
}
