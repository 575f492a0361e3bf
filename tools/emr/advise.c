/* Whether a step or job run should be retried, and what to look at first. */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define COOLDOWN_MS (5 * 60 * 1000) /* after a failure for want of rate or room */

/* Whether the cluster still takes steps; the other runtimes always take runs. */
static bool is_accepting(const struct emr_inquiry *q)
{
    return q->view.target.runtime != EMR_EC2 || emr_cluster_accepts(q->view.owner);
}

static void block(struct emr_inquiry *q, struct advice *a)
{
    const struct emr_context *c = &q->context;
    bool failed = emr_run_failed(&q->run);
    if (!failed)
        advice_block(a, "not_failed");
    if (failed && !is_accepting(q))
        advice_block(a, "cluster_not_accepting");
    if (!q->has_context) {
        advice_block(a, "side_effects_unknown");
    } else {
        if (c->newer_in_flight)
            advice_block(a, "in_flight_duplicate");
        if (c->newer_success)
            advice_block(a, "newer_success");
        if (c->newer_failed)
            advice_block(a, "newer_attempt");
        if (c->retries_24h >= ADVICE_ATTEMPTS_MAX)
            advice_block(a, "attempts_exhausted");
        a->attempts_used = c->retries_24h;
    }
    if (failed && q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(a, "class_not_transient");
}

/* What the other runs say about it. Returns whether they said it all. */
static bool reason_others(struct emr_inquiry *q, struct advice *a)
{
    const struct emr_context *c = &q->context;
    const char *word = emr_run_word(q->view.target.runtime);
    if (!q->has_context)
        advice_reason(a, "The other runs could not be read, so nobody knows whether it runs again already.");
    else if (c->newer_in_flight)
        advice_reason(a, "The same work is in flight already, as %s %s.", word, c->newer_in_flight->id);
    else if (c->newer_success)
        advice_reason(a, "The same work has succeeded since, as %s %s.", word, c->newer_success->id);
    else if (c->newer_failed)
        advice_reason(a, "The same work was tried again as %s %s and ended %s: look at that one.", word, c->newer_failed->id,
                      c->newer_failed->state);
    else if (c->retries_24h >= ADVICE_ATTEMPTS_MAX)
        advice_reason(a, "It has been retried %d times within 24 hours.", c->retries_24h);
    else
        return false;
    return true;
}

static void reason_cause(struct emr_inquiry *q, struct advice *a)
{
    const struct diagnosis *d = &q->diagnosis;
    if (!is_accepting(q))
        advice_reason(a, "The cluster is %s and takes no more steps: start a new one, as whatever started this one does.",
                      json_str(json_obj(q->view.owner, "Status"), "State", "gone"));
    else if (cause_is_of_data(d->cause))
        advice_reason(a, "Its input was not usable. Retry once verify_source_data says available.");
    else if (d->cause == CAUSE_UNKNOWN)
        advice_reason(a, "The cause is not known.");
    else if (cause_wants_resize(d->cause) && d->class == CLASS_TRANSIENT)
        advice_reason(a, "The same was enough the last %d times: worth one more try as it is.", q->context.past.successes_before);
    else if (cause_wants_resize(d->cause))
        advice_reason(a, "As it is it will likely fail again: somebody has to give it more memory, disk or time first.");
    else if (d->class == CLASS_TRANSIENT)
        advice_reason(a, "The cause passes by itself: %s.", cause_phrase(d->cause));
    else
        advice_reason(a, "It will fail again until somebody changes something: %s.", cause_phrase(d->cause));
}

static void reason(struct emr_inquiry *q, struct advice *a)
{
    if (emr_run_in_flight(&q->run))
        advice_reason(a, "It is still in flight.");
    else if (emr_run_succeeded(&q->run))
        advice_reason(a, "It succeeded.");
    else if (emr_run_cancelled(&q->run))
        advice_reason(a, "It was cancelled: retry_emr with include_cancelled starts it all the same.");
    else if (!reason_others(q, a))
        reason_cause(q, a);
}

void emr_advise(struct emr_inquiry *q)
{
    if (!q->has_run)
        return;
    struct advice a;
    advice_init(&a);
    block(q, &a);
    if (emr_run_failed(&q->run)) {
        a.tool = "retry_emr";
        a.arguments = emr_target_arguments(&q->view.target, q->run.id, q->call);
    }
    advice_rest(&a, q->diagnosis.cause, q->run.ended_ms, COOLDOWN_MS, q->now_ms);
    reason(q, &a);
    advice_warn_denied(&a, q->call->env, &q->answer);
    advice_put(&a, &q->answer);
}
