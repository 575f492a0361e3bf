/* From what EMR says about a run and what its logs say to why it failed. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define LAG_MS (10 * 60 * 1000) /* EMR uploads logs about every five minutes, and the last ones after the end */
#define LUCKY_SUCCESSES 5

static bool ended_badly(const struct emr_inquiry *q)
{
    return !q->has_run || emr_run_failed(&q->run) || emr_run_cancelled(&q->run);
}

static void add_clue(struct emr_inquiry *q, enum cause cause, const char *signature, int weight, const char *id)
{
    struct clue c = {cause, signature, weight, id};
    diagnosis_add(&q->diagnosis, &c);
}

void emr_judge_text(struct emr_inquiry *q, const char *field, int64_t ts_ms, const char *text, const char *rule, enum cause cause,
                    int weight)
{
    if (!text[0])
        return;
    bool bad = ended_badly(q);
    json_t *where = json_pack("{s:s, s:s}", "owner", q->view.target.owner, "field", field);
    if (q->has_run)
        json_put_str(where, "run", q->run.id);
    struct evidence item = {
        .source = "emr", .locator = where, .ts_ms = ts_ms, .severity = bad ? "error" : "info", .text = text};
    const char *id = envelope_evidence(&q->answer, &item);
    if (!bad)
        return;
    if (rule)
        add_clue(q, cause, rule, weight, id);
    const struct signature *s = diagnosis_add_words(&q->diagnosis, "emr", text, id);
    q->findings.points_executors = q->findings.points_executors || (s && s->executors);
}

static void judge_step(struct emr_inquiry *q)
{
    const json_t *status = json_obj(q->view.detail, "Status");
    const json_t *failure = json_obj(status, "FailureDetails");
    const char *reason = json_str(failure, "Reason", ""), *message = json_str(failure, "Message", "");
    auto_free char *both = xasprintf("%s%s%s", reason, reason[0] && message[0] ? ": " : "", message);
    emr_judge_text(q, "FailureDetails", q->run.ended_ms, both, NULL, CAUSE_UNKNOWN, 0);
    emr_judge_text(q, "StateChangeReason", q->run.ended_ms, json_str(json_obj(status, "StateChangeReason"), "Message", ""), NULL,
                   CAUSE_UNKNOWN, 0);
}

/* EMR on EKS says of what kind a failure is (API reference, JobRun, failureReason). USER_ERROR decides nothing. */
static void judge_failure_reason(struct emr_inquiry *q)
{
    static const struct {
        const char *reason, *rule;
        enum cause cause;
        int weight;
    } reasons[] = {
        {"INTERNAL_ERROR", "failure:INTERNAL_ERROR", CAUSE_SERVICE_FAULT, 74},
        {"VALIDATION_ERROR", "failure:VALIDATION_ERROR", CAUSE_CONFIG, 78},
        {"CLUSTER_UNAVAILABLE", "failure:CLUSTER_UNAVAILABLE", CAUSE_CAPACITY, 82},
        {"USER_ERROR", NULL, CAUSE_UNKNOWN, 0},
    };
    const char *reason = json_str(q->view.detail, "failureReason", "");
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (!strcmp(reason, reasons[i].reason))
            emr_judge_text(q, "failureReason", q->run.ended_ms, reason, reasons[i].rule, reasons[i].cause, reasons[i].weight);
    }
}

/* A step that never started was cancelled together with others: by the failure of one before it, or with the cluster. */
static const struct emr_run *failed_before(const struct emr_inquiry *q)
{
    for (size_t i = 0; i < q->view.run_count; i++) {
        const struct emr_run *r = &q->view.runs[i];
        if (emr_run_failed(r) && r->created_ms <= q->run.created_ms && r->ended_ms >= q->run.created_ms)
            return r;
    }
    return NULL;
}

/* Whether the cluster ended for a reason of its own, and took the step with it. */
static bool went_with_cluster(const struct emr_inquiry *q)
{
    const char *code = json_str(json_obj(json_obj(q->view.owner, "Status"), "StateChangeReason"), "Code", "");
    return q->view.owner && !emr_cluster_accepts(q->view.owner) && code[0] && strcmp(code, "ALL_STEPS_COMPLETED") != 0 &&
           strcmp(code, "STEP_FAILURE") != 0;
}

static void judge_cancel(struct emr_inquiry *q)
{
    if (!emr_run_cancelled(&q->run))
        return;
    bool never_ran = q->run.started_ms < 0 && q->view.target.runtime == EMR_EC2;
    const struct emr_run *before = never_ran ? failed_before(q) : NULL;
    if (never_ran && !before && went_with_cluster(q)) {
        emr_judge_text(q, "state", q->run.ended_ms, "It never started: the cluster ended first", NULL, CAUSE_UNKNOWN, 0);
        return;
    }
    if (!before) {
        emr_judge_text(q, "state", q->run.ended_ms, "It was cancelled", "state:CANCELLED", CAUSE_USER_CANCELLED, 70);
        return;
    }
    auto_free char *text =
        xasprintf("It never started: step %s (%s) failed before it, and its action on failure, %s, cancels what "
                  "waits behind it",
                  before->id, before->name, json_str(before->raw, "ActionOnFailure", "unknown"));
    emr_judge_text(q, "state", q->run.ended_ms, text, NULL, CAUSE_UNKNOWN, 0);
    envelope_link(&q->answer, "get_emr_logs", emr_target_arguments(&q->view.target, before->id, q->call),
                  "the step whose failure cancelled this one");
}

void emr_judge_run(struct emr_inquiry *q)
{
    if (!q->has_run)
        return;
    if (q->view.target.runtime == EMR_EC2) {
        judge_step(q);
    } else {
        judge_failure_reason(q);
        emr_judge_text(q, "stateDetails", q->run.ended_ms, json_str(q->view.detail, "stateDetails", ""), NULL, CAUSE_UNKNOWN, 0);
    }
    judge_cancel(q);
}

static void find_exception(struct emr_inquiry *q)
{
    const struct log_lines *logs[EMR_OBJECTS_MAX + EMR_STREAMS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < q->object_count; i++)
        logs[n++] = &q->objects[i].lines;
    for (size_t i = 0; i < q->stream_count; i++)
        logs[n++] = &q->streams[i].lines;
    json_put(q->answer.root, "exception", findings_exception(&q->findings, logs, n));
}

/* Out of memory, disk or time, though the same had been enough five times running: worth one more try as it is. */
static void judge_luck(struct emr_inquiry *q)
{
    if (cause_wants_resize(q->diagnosis.cause) && q->has_context && q->context.past.successes_before >= LUCKY_SUCCESSES &&
        q->context.past.failures_in_row == 1 && !q->run.mark)
        q->diagnosis.class = CLASS_TRANSIENT;
}

static void warn(struct emr_inquiry *q)
{
    if (q->no_place && q->view.target.runtime == EMR_SERVERLESS)
        envelope_warn(&q->answer, "logs_managed_only",
                      "EMR Serverless keeps the logs of this run itself, for 30 days: open the run "
                      "in the EMR console to read them. To have them read here, set s3MonitoringConfiguration");
    else if (q->no_place)
        envelope_warn(&q->answer, "no_logs_kept", "No place is set where EMR keeps the logs of this %s",
                      q->has_run ? emr_run_word(q->view.target.runtime) : "cluster");
    bool unknown = q->diagnosis.cause == CAUSE_UNKNOWN;
    if (q->has_run && unknown && q->run.ended_ms >= 0 && q->now_ms - q->run.ended_ms < LAG_MS)
        envelope_warn(&q->answer, "logs_may_lag",
                      "It ended less than ten minutes ago; EMR uploads logs about every five minutes, so "
                      "the last lines may be missing. Look again in five minutes");
    size_t left = 0;
    for (size_t i = 0; i < q->object_count; i++)
        left += q->objects[i].left_out;
    if (left)
        envelope_warn(&q->answer, "long_logs", "%zu lines from before the tails were looked through for errors and left out",
                      left);
}

void emr_judge(struct emr_inquiry *q)
{
    bool bad = ended_badly(q);
    if (bad)
        find_exception(q);
    size_t left_out = findings_file(&q->findings, q->max_lines, &q->answer, bad ? &q->diagnosis : NULL);
    if (left_out)
        envelope_warn(&q->answer, "lines_left_out", "%zu more different error lines were found; raise max_lines", left_out);
    if (bad) {
        judge_luck(q);
        diagnosis_put(&q->diagnosis, &q->answer);
    }
    warn(q);
}
