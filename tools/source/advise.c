/* Checks, evidence, diagnosis, and what the verdict means for a retry. */
#include "tools/source/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/advice.h"

#include <stdio.h>
#include <string.h>

#define EVIDENCE_PARTS 20
#define FRESH_WRITE_MS (2 * (int64_t)60000)

static void add_check(struct source_inquiry *q, const char *id, const char *status, const char *observed,
                      const char *expected)
{
    json_t *o = json_object();
    json_put_str(o, "id", id);
    json_put_str(o, "status", status);
    json_put_str(o, "severity", !strcmp(status, "pass") ? "info" : !strcmp(status, "fail") ? "error" : "warning");
    json_put_str(o, "observed", observed);
    json_put_str(o, "expected", expected);
    json_array_append_new(q->checks, o);
}

/* How many targets there are, and how many of them a rule set aside: those whose rule begins with one of `rules`. */
static void check_rules(struct source_inquiry *q, const char *id, const char *rules, const char *expected)
{
    int hit = 0, targets = 0;
    const char *first = "";
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->prior)
            continue;
        targets++;
        if (p->rule && strstr(rules, p->rule)) {
            first = hit++ ? first : p->name;
        }
    }
    auto_free char *observed = hit ? xasprintf("%d of %d not: %s%s", hit, targets, first, hit > 1 ? ", ..." : "")
                                   : xasprintf("%d of %d", targets, targets);
    add_check(q, id, hit ? "fail" : "pass", observed, expected);
}

static void check_readable(struct source_inquiry *q)
{
    int denied = 0, unknown = 0;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        denied += !p->prior && p->status == PART_INACCESSIBLE;
        unknown += !p->prior && p->status == PART_UNKNOWN;
    }
    const char *observed = denied    ? "S3 said no, or it is archived"
                           : unknown ? "could not look everywhere"
                                     : "everything was looked at";
    add_check(q, "accessible", denied ? "fail" : unknown ? "unknown" : "pass", observed, "the place can be read");
}

static void file_checks(struct source_inquiry *q)
{
    check_readable(q);
    check_rules(q, "present", "source:nothing_there source:overdue source:not_yet source:no_such_bucket",
                "objects lie there");
    check_rules(q, "not_empty", "source:zero_bytes source:marker_only source:hidden_only source:no_rows",
                "data, not only markers");
    if (!strcmp(q->kind, "partitions"))
        check_rules(q, "registered", "source:unregistered", "the catalog knows the partition");
    if (q->files.count >= BASELINE_MIN)
        check_rules(q, "usual_amount", "source:few_bytes source:few_files", "about as much as usual");
    if (q->min_files >= 0 || q->min_bytes >= 0)
        check_rules(q, "least_amount", "source:min_files source:min_bytes", "at least what was asked for");
    if (q->max_age_ms >= 0)
        check_rules(q, "fresh", "source:too_old", "newer than max_age_hours");
    check_rules(q, "finished", "source:being_written source:no_marker", "written to its end");
    check_rules(q, "whole_files", "source:cut_file", "files end as they should");
}

static const char *file_part(struct source_inquiry *q, const struct source_part *p)
{
    auto_free char *text = xasprintf("s3://%s/%s: %s: %s", p->bucket, p->prefix, part_status_name(p->status), p->why);
    struct evidence item = {
        .source = p->registry == REGISTERED || p->registry == UNREGISTERED ? "glue+s3" : "s3",
        .locator = json_pack("{s:s, s:s}", "bucket", p->bucket, "key", p->prefix),
        .ts_ms = p->latest_ms,
        .severity = p->status == PART_AVAILABLE ? "info" : p->status == PART_UNKNOWN ? "warning" : "error",
        .text = text,
    };
    return envelope_evidence(&q->answer, &item);
}

static void file_evidence(struct source_inquiry *q)
{
    int filed = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < q->parts.count; i++) {
            const struct source_part *p = &q->parts.items[i];
            bool bad = p->status != PART_AVAILABLE;
            if (p->prior || bad != (pass == 0) || filed++ >= EVIDENCE_PARTS)
                continue;
            struct clue c = {p->cause, p->rule, p->weight, file_part(q, p)};
            diagnosis_add(&q->diagnosis, &c);
        }
    }
    size_t i;
    json_t *m;
    json_array_foreach(q->deleted, i, m) {
        if (i == 3)
            break;
        auto_free char *text = xasprintf("deleted: s3://%s/%s at %s", json_str(m, "bucket", ""), json_str(m, "key", ""),
                                         json_str(m, "at", "?"));
        struct evidence item = {.source = "s3", .ts_ms = -1, .severity = "error", .text = text,
            .locator = json_pack("{s:s, s:s}", "bucket", json_str(m, "bucket", ""), "key", json_str(m, "key", ""))};
        clock_parse(json_str(m, "at", ""), &item.ts_ms);
        struct clue c = {CAUSE_DATA_MISSING, "source:deleted", 96, envelope_evidence(&q->answer, &item)};
        diagnosis_add(&q->diagnosis, &c);
    }
}

/* Data that landed a moment ago may not be all. */
static void warn_fresh(struct source_inquiry *q)
{
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (!p->prior && p->status == PART_AVAILABLE && p->latest_ms >= 0 &&
            q->now_ms - p->latest_ms < FRESH_WRITE_MS && !p->success_marker)
            envelope_warn(&q->answer, "just_written", "%s was written to less than two minutes ago: more may be coming",
                          p->name);
    }
}

static void explain(struct source_inquiry *q, struct advice *a)
{
    switch (q->verdict) {
    case PART_AVAILABLE:
        advice_reason(a, "The data are there. A run that failed for want of them may be retried.");
        break;
    case PART_LATE:
        advice_reason(
            a, "The data are late. A run that needs them will fail again until they are there: look again later.");
        break;
    case PART_MISSING:
        advice_reason(
            a, "The data are missing. Ask whoever delivers them; a run that needs them will fail again until then.");
        break;
    case PART_EMPTY:
        advice_reason(a, "Files came, but without data. Ask whoever delivers them; a retry would work on nothing.");
        break;
    case PART_PARTIAL:
        advice_reason(
            a, "There is less than there should be, or it is not finished. A retry now would work on a part only.");
        break;
    case PART_INACCESSIBLE:
        advice_reason(a, "The data could not be read with the rights of this server, or must be restored first.");
        break;
    case PART_UNKNOWN:
        advice_reason(a, "Nobody knows: not everything could be looked at. Ask again in a minute.");
        break;
    }
}

void source_advise(struct source_inquiry *q)
{
    struct advice a;
    file_checks(q);
    diagnosis_init(&q->diagnosis);
    file_evidence(q);
    warn_fresh(q);
    if (q->verdict != PART_AVAILABLE)
        diagnosis_put(&q->diagnosis, &q->answer);
    advice_init(&a);
    if (q->verdict != PART_AVAILABLE && q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(&a, "class_not_transient");
    if (q->verdict == PART_LATE || q->verdict == PART_MISSING)
        a.not_before_ms = q->not_before_ms;
    explain(q, &a);
    advice_put(&a, &q->answer);
}
