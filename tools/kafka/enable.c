/* Switching a mapping on again: UpdateEventSourceMapping with Enabled, then Lambda's own word that it is. */
#include "tools/kafka/change.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/kafka/judge.h"

#include <string.h>

#define POLL_MS 1000
#define LEAVE_MS 4000 /* of the time a write has, for the last answer */

static const struct gate_words words = {{
    [EFFECT_CREATED] = "Switched on: Lambda took the change. Records are consumed once the mapping is Enabled; follow it.",
    [EFFECT_ALREADY_IN_FLIGHT] = "Nothing was changed: the mapping is being switched on already.",
    [EFFECT_ALREADY_DONE] = "Nothing was changed: the mapping is on already.",
    [EFFECT_UNKNOWN] = "Unknown whether the mapping was switched on. Inspect before trying again.",
    [EFFECT_DRY_RUN] = "Dry run: everything holds; the mapping was not switched on.",
}};

/* Which cause of a standstill would be met again at once, or NULL. */
static const char *still_broken(const struct kafka_inquiry *q)
{
    if (q->reserved == 0)
        return "the function's reserved concurrency is 0";
    if (q->function && !strcmp(json_str(q->function, "State", "Active"), "Failed"))
        return "the function's state is Failed";
    if (!q->function)
        return "the function could not be read";
    return NULL;
}

static void check_cluster(struct kafka_inquiry *q)
{
    const char *state = json_str(q->cluster, "State", q->cluster_arn ? "unknown" : "not MSK's");
    bool up = !q->cluster_arn || !strcmp(state, "ACTIVE") || !strcmp(state, "UPDATING") || !strcmp(state, "MAINTENANCE");
    gate_hold(&q->gate, "cluster_up", up, "the cluster is %s", state);
}

static void check(struct kafka_inquiry *q)
{
    struct gate *g = &q->gate;
    size_t n = json_array_size(q->mappings);
    enum mapping_phase phase = q->mapping ? mapping_phase(q->mapping) : MAPPING_STRANGE;
    if (phase == MAPPING_ENABLED || phase == MAPPING_UPDATING)
        g->effect = EFFECT_ALREADY_DONE;
    else if (phase == MAPPING_ENABLING)
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
    gate_hold(g, "one_mapping", q->mapping != NULL, "%zu mappings to Kafka fit%s", n,
              n > 1 ? ": name topic, group or cluster_arn" : "");
    gate_hold(g, "is_disabled", phase == MAPPING_DISABLED, "the mapping is %s",
              q->mapping ? mapping_state(q->mapping) : "not known");
    bool by_user = q->mapping && mapping_changed_by_user(q->mapping);
    gate_hold(g, "switched_off_by_somebody", by_user, "the reason given is %s",
              q->mapping ? json_str(q->mapping, "StateTransitionReason", "none") : "not known");
    const char *broken = still_broken(q);
    gate_hold(g, "function_can_run", !broken, "%s", broken ? broken : "the function is ready");
    check_cluster(q);
    if (q->mapping && mapping_has_problem(q->mapping))
        envelope_warn(&q->answer, "last_result",
                      "Before it was switched off its last result was a problem, which it may meet again: look at the evidence");
}

static json_t *request_shown(const struct kafka_inquiry *q)
{
    json_t *input = json_pack("{s:s, s:b}", "UUID", mapping_uuid(q->mapping), "Enabled", true);
    json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "service", "lambda", "operation", "UpdateEventSourceMapping", "input", input,
                          "sent", gate_was_sent(&q->gate));
    if (q->gate.dry_run)
        json_put_flag(o, "would_send", q->gate.effect == EFFECT_DRY_RUN);
    return o;
}

static void put_after(struct kafka_inquiry *q, const json_t *m)
{
    enum mapping_phase phase = mapping_phase(m);
    envelope_put(&q->answer, "after", mapping_shown(m));
    envelope_state(&q->answer, mapping_state(m), phase == MAPPING_ENABLED || phase == MAPPING_DISABLED,
                   phase == MAPPING_DISABLED || mapping_has_problem(m));
}

/* The mapping as it is now. NULL and the fault in coverage when it cannot be read. New reference. */
static json_t *read_back(struct kafka_inquiry *q, struct aws_session *s, json_t *source)
{
    json_auto_t *in = json_pack("{s:s}", "UUID", mapping_uuid(q->mapping));
    json_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(s, &aws_lambda_get_event_source_mapping, in, &reply, &f)) {
        coverage_fault(source, &f);
        return NULL;
    }
    coverage_read(source, 1, 1, 0, true);
    return reply;
}

/* Waits until the mapping is no longer on its way, or the time of a write is nearly used up. */
static void follow(struct kafka_inquiry *q, struct aws_session *s, struct stop *stop)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "lambda:GetEventSourceMapping");
    for (int i = 0; stop_left_ms(stop) > LEAVE_MS; i++) {
        json_auto_t *m = read_back(q, s, source);
        if (!m)
            return;
        put_after(q, m);
        enum mapping_phase phase = mapping_phase(m);
        if (phase != MAPPING_ENABLING && phase != MAPPING_UPDATING && phase != MAPPING_DISABLED)
            return;
        auto_free char *note = xasprintf("the mapping is %s", mapping_state(m));
        q->call->progress(q->call, 4 + i, 0, note);
        if (stop_sleep(stop, POLL_MS) != STOP_GO_ON)
            return;
    }
}

/* Nobody knows whether Lambda took it; the mapping itself tells. Sent again it would do no harm, but that is for the caller. */
static void reconcile(struct kafka_inquiry *q, struct aws_session *s, const struct aws_fault *f)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "lambda:GetEventSourceMapping (again)");
    json_auto_t *m = read_back(q, s, source);
    enum mapping_phase phase = m ? mapping_phase(m) : MAPPING_STRANGE;
    bool on = phase == MAPPING_ENABLED || phase == MAPPING_ENABLING || phase == MAPPING_UPDATING;
    q->gate.effect = on ? EFFECT_CREATED : EFFECT_UNKNOWN;
    envelope_warn(&q->answer, on ? "reconciled" : "effect_unknown", "The change got no clear answer (%s); the mapping is %s",
                  f->err.text, m ? mapping_state(m) : "not readable");
    if (m)
        put_after(q, m);
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct kafka_inquiry *q = ctx;
    json_auto_t *in = json_pack("{s:s, s:b}", "UUID", mapping_uuid(q->mapping), "Enabled", true);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (!aws_invoke(s, &aws_lambda_update_event_source_mapping, in, &reply, &f)) {
        q->gate.effect = EFFECT_CREATED;
        put_after(q, reply);
        q->call->detach(q->call); /* Lambda takes seconds to a minute */
        follow(q, s, stop);
        return 0;
    }
    if (!strcmp(f.code, "ResourceInUseException")) { /* somebody else changes it at this moment */
        q->gate.effect = EFFECT_ALREADY_IN_FLIGHT;
        return 0;
    }
    if (f.effect_unknown || f.err.kind == ERR_TIMEOUT || f.err.kind == ERR_UNAVAILABLE || f.err.kind == ERR_UPSTREAM) {
        reconcile(q, s, &f);
        return 0;
    }
    auto_free char *what = xasprintf("switch on mapping %s (nothing was changed)", mapping_uuid(q->mapping));
    return failure_aws(out, &aws_lambda_update_event_source_mapping, &f, what, "The mapping vanished since it was read.");
}

static void report(struct kafka_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    const char *source = NULL;
    int64_t backlog = kafka_backlog(q, &source);
    gate_put(&q->gate, &q->answer);
    if (q->mapping)
        envelope_put(&q->answer, "request", request_shown(q));
    if (gate_was_sent(&q->gate) || q->gate.effect == EFFECT_ALREADY_IN_FLIGHT)
        envelope_put(&q->answer, "follow_up",
                     json_pack("{s:s, s:o}", "tool", "retry_kafka", "arguments", kafka_again(q, "inspect")));
    gate_tell_effect(&q->gate, &q->answer);
    if (backlog >= 0)
        digest_line(d, "Backlog: %lld records (%s) %s consumed when it is on.", (long long)backlog, source,
                    gate_was_sent(&q->gate) ? "are" : "would be");
    else
        digest_line(d, "Backlog: nobody says how many records wait.");
    const json_t *after = json_obj(q->answer.root, "after");
    if (after)
        digest_line(d, "The mapping is %s now.", json_str(after, "state", "unknown"));
    if (gate_was_sent(&q->gate))
        digest_line(d, "Before the change:");
    kafka_tell_facts(q);
    gate_tell_conditions(&q->gate, &q->answer);
    envelope_tell_rest(&q->answer);
}

static int switch_on(struct kafka_inquiry *q, struct tool_answer *out)
{
    auto_free char *act = gate_act(request_shown(q), "Switch on the Kafka mapping %s of function %s, so that it consumes again?",
                                   mapping_uuid(q->mapping), q->ask.function.name);
    return gate_send(&q->gate, act, send, q, &q->answer, out);
}

int kafka_enable(struct kafka_inquiry *q, struct tool_answer *out)
{
    q->gate.words = &words;
    check(q);
    if (q->mapping) {
        json_auto_t *key = json_pack("{s:s, s:s, s:I}", "action", "enable_mapping", "mapping", mapping_uuid(q->mapping),
                                     "changed", (json_int_t)aws_time_ms(q->mapping, "LastModified"));
        gate_put_key(key, &q->answer);
        envelope_put(&q->answer, "before", mapping_shown(q->mapping));
    }
    if (q->gate.effect == EFFECT_OPEN && q->gate.dry_run)
        q->gate.effect = EFFECT_DRY_RUN;
    else if (q->gate.effect == EFFECT_OPEN && switch_on(q, out))
        return -1;
    report(q);
    return 0;
}
