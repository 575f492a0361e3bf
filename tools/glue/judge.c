/* From what a Glue run says and what its logs say to why it failed. */
#include "tools/glue/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define LAG_MS (2 * 60 * 1000)

/* What a state alone says (Glue API, JobRunState): the cause, and how far it decides it. */
static const struct {
    const char *state, *rule;
    enum cause cause;
    int weight;
} states[] = {
    {"TIMEOUT", "state:TIMEOUT", CAUSE_TIMEOUT, 95},
    {"STOPPED", "state:STOPPED", CAUSE_USER_CANCELLED, 95},
    {"EXPIRED", "state:EXPIRED", CAUSE_CAPACITY, 85},
    {"ERROR", "state:ERROR", CAUSE_SERVICE_FAULT, 65},
};

static struct evidence run_evidence(const struct glue_inquiry *q, const char *field, const char *text)
{
    return (struct evidence){
        .source = "glue",
        .locator = json_pack("{s:s, s:s, s:s}", "job_name", q->job_name, "run_id", glue_run_id(q->run), "field", field),
        .ts_ms = aws_time_ms(q->run, "CompletedOn"),
        .severity = glue_run_failed(q->run) ? "error" : "info",
        .text = text,
    };
}

static void judge_state(struct glue_inquiry *q)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (strcmp(states[i].state, glue_run_state(q->run)))
            continue;
        auto_free char *text = xasprintf("JobRunState is %s after %d s; its timeout is %d min", states[i].state,
                                         (int)json_int(q->run, "ExecutionTime", 0), (int)json_int(q->run, "Timeout", 0));
        struct evidence item = run_evidence(q, "JobRunState", text);
        struct clue c = {states[i].cause, states[i].rule, states[i].weight, envelope_evidence(&q->answer, &item)};
        diagnosis_add(&q->diagnosis, &c);
    }
}

static void judge_message(struct glue_inquiry *q, const char *field)
{
    const char *message = json_str(q->run, field, "");
    if (!message[0])
        return;
    struct evidence item = run_evidence(q, field, message);
    const char *id = envelope_evidence(&q->answer, &item);
    if (glue_run_failed(q->run))
        diagnosis_add_words(&q->diagnosis, "glue", message, id);
}

static void find_exception(struct glue_inquiry *q)
{
    const struct log_lines *logs[GLUE_STREAMS_MAX];
    for (size_t i = 0; i < q->where.count; i++)
        logs[i] = &q->sources[i].lines;
    json_put(q->answer.root, "exception", findings_exception(&q->findings, logs, q->where.count));
}

/* Out of memory, disk or time, though the same size had been enough five times running: worth one more try as it is. */
static void judge_luck(struct glue_inquiry *q)
{
    if (cause_wants_resize(q->diagnosis.cause) && q->has_context && q->context.same_config_successes >= 5 &&
        q->context.past.failures_in_row == 1 && !json_str(q->run, "PreviousRunId", "")[0])
        q->diagnosis.class = CLASS_TRANSIENT;
}

/* Log lines take a while to arrive: what nothing decides a moment after the end may be plain a minute later. */
static void warn_lag(struct glue_inquiry *q)
{
    int64_t ended = aws_time_ms(q->run, "CompletedOn");
    if (q->diagnosis.cause == CAUSE_UNKNOWN && ended >= 0 && q->now_ms - ended < LAG_MS)
        envelope_warn(&q->answer, "logs_may_lag", "The run ended less than two minutes ago: its last log lines may still be on "
                                                  "their way. Look again in a minute");
}

void glue_judge(struct glue_inquiry *q)
{
    bool ended_badly = glue_run_failed(q->run) || !strcmp(glue_run_state(q->run), "STOPPED");
    diagnosis_init(&q->diagnosis);
    judge_state(q);
    judge_message(q, "ErrorMessage");
    judge_message(q, "StateDetail");
    if (ended_badly)
        find_exception(q);
    size_t left_out = findings_file(&q->findings, q->max_lines, &q->answer, ended_badly ? &q->diagnosis : NULL);
    if (left_out)
        envelope_warn(&q->answer, "lines_left_out", "%zu more different error lines were found; raise max_lines", left_out);
    if (ended_badly) {
        judge_luck(q);
        warn_lag(q);
        diagnosis_put(&q->diagnosis, &q->answer);
    }
}
