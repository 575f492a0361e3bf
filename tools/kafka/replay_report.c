/* What came of a replay, in the worker's own numbers. */
#include "tools/kafka/replay.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

enum effect kafka_replay_effect(const json_t *result)
{
    const json_t *replay = json_obj(result, "replay"), *error = json_obj(result, "error");
    int64_t produced = json_int(replay, "produced", 0);
    if (replay && !json_flag(replay, "settled", false))
        return EFFECT_UNKNOWN;
    if (!replay && error && !strcmp(json_str(error, "phase", ""), "child"))
        return EFFECT_UNKNOWN; /* it died before it could say how far it was */
    if (produced > 0)
        return EFFECT_CREATED;
    return error || !replay ? EFFECT_FAILED : EFFECT_ALREADY_DONE;
}

json_t *kafka_replay_request_shown(const struct kafka_replaying *r)
{
    const struct kafka_inquiry *q = r->q;
    json_auto_t *job = kafka_replay_job(r, q->gate.dry_run);
    json_t *o = json_pack("{s:s, s:s, s:O, s:b}", "service", "kafka", "operation", "replay", "input", json_obj(job, "replay"),
                          "sent", gate_was_sent(&q->gate));
    if (q->gate.dry_run)
        json_put_flag(o, "would_send", q->gate.effect == EFFECT_DRY_RUN);
    return o;
}

/* Ended by a bound, or by what passes: the same call goes on behind the last committed batch. */
static bool may_go_on(const struct kafka_replaying *r)
{
    const json_t *replay = json_obj(r->result, "replay");
    const char *by = json_str(replay, "stopped_by", "");
    bool bound = !strcmp(by, "max_records") || !strcmp(by, "max_bytes") || !strcmp(by, "deadline");
    return bound || (!strcmp(by, "error") && json_flag(json_obj(r->result, "error"), "retriable", false));
}

static void put_advice(struct kafka_replaying *r)
{
    struct kafka_inquiry *q = r->q;
    struct advice a;
    if (!may_go_on(r) || q->gate.dry_run)
        return;
    advice_init(&a);
    a.tool = "retry_kafka";
    a.arguments = json_deep_copy(q->call->arguments);
    advice_reason(&a, "There is more: the same call goes on where this one ended, and doubles nothing.");
    advice_put(&a, &q->answer);
}

static void tell_skipped(struct digest *d, const json_t *replay)
{
    static const char *const reasons[][2] = {
        {"filter", "did not fit the filter"}, {"max_replays", "had been replayed often enough (poison)"},
        {"no_target", "say in no header where they belong"}, {"too_large", "are too large for the target"},
        {"timestamp", "have a time that the target refuses"},
    };
    size_t i;
    json_t *s;
    json_array_foreach(json_arr(replay, "skipped"), i, s) {
        const char *reason = json_str(s, "reason", ""), *phrase = reason;
        for (size_t k = 0; k < ARRAY_LEN(reasons); k++)
            phrase = strcmp(reasons[k][0], reason) ? phrase : reasons[k][1];
        digest_line(d, "Left out: %lld records that %s, the first at %s.", (long long)json_int(s, "records", 0), phrase,
                    json_str(s, "first", "?"));
    }
}

static void tell_numbers(struct kafka_replaying *r)
{
    struct digest *d = &r->q->answer.digest;
    const json_t *replay = json_obj(r->result, "replay");
    if (!replay)
        return;
    bool dry = r->q->gate.dry_run;
    digest_line(d, "From %s to %s: %lld read, %lld %s%s.", r->source, r->target ? r->target : "their own topics",
                (long long)json_int(replay, "read", 0), (long long)json_int(replay, dry ? "eligible" : "produced", 0),
                dry ? "would be replayed" : "replayed", json_flag(replay, "settled", false) ? "" : " for certain");
    tell_skipped(d, replay);
    if (!json_flag(replay, "complete", false))
        digest_line(d, "Not all of it: ended by %s.", json_str(replay, "stopped_by", "an error"));
    if (json_int(replay, "lives", 1) > 1)
        digest_line(d, "The worker had to be started %d times.", (int)json_int(replay, "lives", 1));
}

void kafka_replay_report(struct kafka_replaying *r)
{
    struct kafka_inquiry *q = r->q;
    gate_put(&q->gate, &q->answer);
    if (r->source)
        envelope_put(&q->answer, "request", kafka_replay_request_shown(r));
    json_t *replay = json_obj(r->result, "replay");
    if (replay)
        envelope_put(&q->answer, "replay", json_incref(replay));
    if (gate_was_sent(&q->gate))
        envelope_put(&q->answer, "follow_up",
                     json_pack("{s:s, s:o}", "tool", "retry_kafka", "arguments", kafka_again(q, "inspect")));
    put_advice(r);
    gate_tell_effect(&q->gate, &q->answer);
    tell_numbers(r);
    if (json_obj(r->result, "error")) {
        struct err e = {0};
        kafka_job_error(&r->door, r->result, &e);
        envelope_warn(&q->answer, "replay_error", "%s", e.text);
    }
    kafka_tell_facts(q);
    gate_tell_conditions(&q->gate, &q->answer);
    envelope_tell_rest(&q->answer);
}
