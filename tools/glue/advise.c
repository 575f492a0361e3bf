/* Whether this Glue run should be retried, how, and what to look at first. */
#include "tools/glue/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/s3_path.h"

#include <stdio.h>
#include <string.h>

#define COOLDOWN_MS (5 * 60 * 1000) /* after a failure for want of rate or room */

static void block_by_other_runs(struct glue_inquiry *q, struct advice *a)
{
    const struct glue_context *c = &q->context;
    if (!q->has_context) {
        advice_block(a, "side_effects_unknown");
        return;
    }
    if (c->newer_in_flight)
        advice_block(a, "in_flight_duplicate");
    if (c->newer_success)
        advice_block(a, "newer_success");
    if (c->newer_failed)
        advice_block(a, "newer_attempt");
    if (c->native_retry_pending)
        advice_block(a, "native_retry_pending");
    if (c->retries_24h >= ADVICE_ATTEMPTS_MAX)
        advice_block(a, "attempts_exhausted");
    a->attempts_used = c->retries_24h;
}

/* A size that would have been enough, as an argument of retry_glue_job. NULL when the cause is not a matter of size. */
static json_t *suggested_size(const struct glue_inquiry *q)
{
    static const char *const types[] = {"G.025X", "G.1X", "G.2X", "G.4X", "G.8X"};
    if (q->diagnosis.cause == CAUSE_TIMEOUT && json_int(q->run, "Timeout", 0) > 0) {
        int64_t minutes = json_int(q->run, "Timeout", 0);
        return json_pack("{s:I}", "timeout", (json_int_t)(minutes < 5040 ? minutes * 2 : 10080));
    }
    if (q->diagnosis.cause != CAUSE_OOM && q->diagnosis.cause != CAUSE_DISK_FULL)
        return NULL;
    for (size_t i = 0; i + 1 < ARRAY_LEN(types); i++) {
        if (!strcmp(types[i], json_str(q->run, "WorkerType", "")))
            return json_pack("{s:s, s:I}", "worker_type", types[i + 1], "number_of_workers",
                             (json_int_t)json_int(q->run, "NumberOfWorkers", 2));
    }
    return NULL;
}

static void reason(struct glue_inquiry *q, struct advice *a)
{
    const struct diagnosis *d = &q->diagnosis;
    if (glue_run_in_flight(q->run))
        advice_reason(a, "The run is still in flight.");
    else if (!strcmp(glue_run_state(q->run), "SUCCEEDED"))
        advice_reason(a, "The run succeeded.");
    else if (!q->has_context)
        advice_reason(a, "The job's other runs could not be read, so nobody knows whether it runs again already.");
    else if (q->context.newer_in_flight)
        advice_reason(a, "Run %s is in flight already.", glue_run_id(q->context.newer_in_flight));
    else if (q->context.newer_success)
        advice_reason(a, "Run %s has succeeded since.", glue_run_id(q->context.newer_success));
    else if (q->context.newer_failed)
        advice_reason(a, "Run %s is newer and ended %s: look at that one.", glue_run_id(q->context.newer_failed),
                      glue_run_state(q->context.newer_failed));
    else if (q->context.native_retry_pending)
        advice_reason(a, "Glue will retry it by itself (MaxRetries %d).", (int)json_int(q->view.job, "MaxRetries", 0));
    else if (q->context.retries_24h >= ADVICE_ATTEMPTS_MAX)
        advice_reason(a, "It has been retried %d times within 24 hours.", q->context.retries_24h);
    else if (cause_is_of_data(d->cause))
        advice_reason(a, "Its input was not usable. Retry once verify_source_data says available.");
    else if (d->cause == CAUSE_UNKNOWN)
        advice_reason(a, "The cause is not known.");
    else if (cause_wants_resize(d->cause) && d->class == CLASS_TRANSIENT)
        advice_reason(a, "The same size was enough the last %d times: worth one more try as it is.",
                      q->context.same_config_successes);
    else if (cause_wants_resize(d->cause))
        advice_reason(a, "As it is it will likely fail again; a person may retry it with the size in arguments.");
    else if (d->class == CLASS_TRANSIENT)
        advice_reason(a, "The cause passes by itself: %s.", cause_phrase(d->cause));
    else
        advice_reason(a, "It will fail again until somebody changes something: %s.", cause_phrase(d->cause));
}

static json_t *retry_arguments(const struct glue_inquiry *q)
{
    json_t *args = json_object();
    json_put_str(args, "job_name", q->job_name);
    json_put_str(args, "run_id", glue_run_id(q->run));
    tool_where_on(q->call, args);
    if (q->diagnosis.class != CLASS_TRANSIENT)
        json_put(args, "resize", suggested_size(q));
    return args;
}

/* For data that was not there: the very path the run names, to be looked at next. */
static void link_data(struct glue_inquiry *q)
{
    envelope_put(&q->answer, "links", json_array());
    auto_free char *path = NULL;
    for (int i = 0; cause_is_of_data(q->diagnosis.cause) && !path && i < q->diagnosis.evidence_count; i++)
        path = s3_path_in(envelope_evidence_text(&q->answer, q->diagnosis.evidence[i]));
    if (!path)
        return;
    json_t *args = json_pack("{s:s}", "s3_path", path);
    tool_where_on(q->call, args);
    envelope_link(&q->answer, "verify_source_data", args, "the path this run could not use");
}

void glue_advise(struct glue_inquiry *q)
{
    struct advice a;
    advice_init(&a);
    if (!glue_run_failed(q->run))
        advice_block(&a, "not_failed");
    block_by_other_runs(q, &a);
    if (glue_run_failed(q->run) && q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(&a, "class_not_transient");
    if (glue_run_failed(q->run)) {
        a.tool = "retry_glue_job";
        a.arguments = retry_arguments(q);
    }
    advice_rest(&a, q->diagnosis.cause, aws_time_ms(q->run, "CompletedOn"), COOLDOWN_MS, q->now_ms);
    reason(q, &a);
    advice_warn_denied(&a, q->call->env, &q->answer);
    advice_put(&a, &q->answer);
    link_data(q);
}
