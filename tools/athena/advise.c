/* Whether this query should be run again, and what stands against it. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"

#include <string.h>

#define COOLDOWN_MS (60 * 1000) /* after a failure for want of rate or room */

static void block_by_others(struct athena_inquiry *q, struct advice *a)
{
    const struct athena_context *c = &q->context;
    if (c->newer_in_flight)
        advice_block(a, "in_flight_duplicate");
    if (c->newer_success)
        advice_block(a, "newer_success");
    else if (c->newer_failed)
        advice_block(a, "newer_attempt");
    if (c->failures_24h >= ADVICE_ATTEMPTS_MAX)
        advice_block(a, "attempts_exhausted");
    a->attempts_used = c->failures_24h;
    if (statement_writes(&q->statement) || !q->view.same)
        advice_block(a, "side_effects_unknown");
}

static void reason_by_cause(struct athena_inquiry *q, struct advice *a)
{
    const struct diagnosis *d = &q->diagnosis;
    if (athena_hit_cutoff(q->query))
        advice_reason(
            a, "It would read as much again and be ended by the same limit: read less, or raise the limit.");
    else if (d->cause == CAUSE_USER_CANCELLED)
        advice_reason(a, "Somebody cancelled it; ask before it is run again.");
    else if (d->cause == CAUSE_UNKNOWN)
        advice_reason(a, "The cause is not known.");
    else if (d->class == CLASS_TRANSIENT && statement_writes(&q->statement))
        advice_reason(a, "The cause passes by itself (%s), but %s.%s", cause_phrase(d->cause),
                      q->statement.why,
                      q->statement.repeat == REPEAT_UNSAFE
                          ? ""
                          : " With allow_side_effects, retry_athena_query looks first whether "
                            "the first run left anything behind.");
    else if (d->class == CLASS_TRANSIENT)
        advice_reason(a, "The cause passes by itself: %s.", cause_phrase(d->cause));
    else if (cause_is_of_data(d->cause))
        advice_reason(a, "Its input was not usable. Run it again once verify_source_data says available.");
    else if (cause_wants_resize(d->cause))
        advice_reason(a, "As it is it will likely fail again: make it read or sort less, or split it.");
    else
        advice_reason(a, "It will fail again until somebody changes something: %s.", cause_phrase(d->cause));
}

static void reason(struct athena_inquiry *q, struct advice *a)
{
    const struct athena_context *c = &q->context;
    if (athena_in_flight(q->query))
        advice_reason(a, "The query is still %s: look again in a minute.", athena_state(q->query));
    else if (!strcmp(athena_state(q->query), "SUCCEEDED"))
        advice_reason(a, "The query succeeded.");
    else if (c->newer_in_flight)
        advice_reason(a, "The same statement is %s already, as %s.", athena_state(c->newer_in_flight),
                      athena_id(c->newer_in_flight));
    else if (c->newer_success)
        advice_reason(a, "The same statement has succeeded since, as %s.", athena_id(c->newer_success));
    else if (c->newer_failed)
        advice_reason(a, "The same statement was run again since, as %s, and ended %s: look at that one.",
                      athena_id(c->newer_failed), athena_state(c->newer_failed));
    else if (!q->view.same)
        advice_reason(
            a,
            "The work group's other queries could not be read, so nobody knows whether it runs again already.");
    else if (c->failures_24h >= ADVICE_ATTEMPTS_MAX)
        advice_reason(a, "The same statement failed %d more times within 24 hours.", c->failures_24h);
    else
        reason_by_cause(q, a);
}

void athena_advise(struct athena_inquiry *q)
{
    struct advice a;
    advice_init(&a);
    bool ended_badly = athena_failed(q->query) || athena_cancelled(q->query);
    if (!ended_badly)
        advice_block(&a, "not_failed");
    if (ended_badly) {
        block_by_others(q, &a);
        if (q->diagnosis.class != CLASS_TRANSIENT)
            advice_block(&a, "class_not_transient");
        a.tool = "retry_athena_query";
        a.arguments = json_pack("{s:s}", "query_execution_id", athena_id(q->query));
        tool_where_on(q->call, a.arguments);
    }
    if (ended_badly)
        advice_rest(&a, q->diagnosis.cause, athena_ended_ms(q->query), COOLDOWN_MS, q->now_ms);
    reason(q, &a);
    advice_warn_denied(&a, q->call->env, &q->answer);
    advice_put(&a, &q->answer);
}
