/* Replaying records: what is asked of the worker, and once only. */
#include "tools/kafka/replay.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/failure.h"
#include "tools/kafka/change.h"
#include "tools/kafka/worker.h"

#include <stdlib.h>
#include <string.h>

#define LEAVE_MS 3000 /* of the time a write has, for the answer */

static const struct gate_words words = {{
    [EFFECT_CREATED] =
        "Replayed: the records below are in their topic, each once. Whether the consumer takes them is another matter; "
        "follow it.",
    [EFFECT_ALREADY_DONE] = "Nothing was replayed: no record was left to replay.",
    [EFFECT_FAILED] = "Nothing was replayed: the brokers refused it or could not be reached.",
    [EFFECT_UNKNOWN] =
        "Unknown how much was replayed: the last batch may be in the topic or not. The same call again finds out "
        "and goes on without doubling any.",
    [EFFECT_DRY_RUN] = "Dry run: everything holds; no record was replayed.",
}};

static void choose_door(struct kafka_replaying *r)
{
    struct kafka_door doors[KAFKA_DOORS_MAX];
    size_t n = kafka_doors(r->q, doors, &r->why_not);
    for (size_t i = 0; i < n; i++) {
        bool opened = r->q->door_bootstrap && !strcmp(r->q->door_bootstrap, doors[i].bootstrap);
        if (opened && !r->door.bootstrap)
            r->door = doors[i];
        else
            kafka_door_done(&doors[i]);
    }
}

/* Settles source, target, group and the way to the brokers. */
static void prepare(struct kafka_inquiry *q, struct kafka_replaying *r)
{
    *r = (struct kafka_replaying){.q = q, .target = q->topic};
    if (q->ask.action == KAFKA_REPLAY_DLQ)
        r->source = kafka_dead_letters(q);
    else
        r->source = q->ask.dead_letter_topic ? q->ask.dead_letter_topic : q->topic;
    if (r->source)
        r->group = kafka_replay_group(r->source, q->ask.ranges);
    choose_door(r);
}

static void replaying_done(struct kafka_replaying *r)
{
    free(r->group);
    kafka_door_done(&r->door);
    json_decref(r->result);
}

/* "header" or "header=value". */
static json_t *filter_of(const char *text)
{
    if (!text)
        return NULL;
    size_t n = strcspn(text, "=");
    auto_free char *header = xstrndup(text, n);
    json_t *o = json_pack("{s:s}", "header", header);
    if (text[n])
        json_put_str(o, "value", text + n + 1);
    return o;
}

json_t *kafka_replay_job(const struct kafka_replaying *r, bool dry_run)
{
    const struct kafka_inquiry *q = r->q;
    const json_t *args = q->call->arguments;
    json_t *o = json_object();
    json_put_str(o, "source", r->source);
    json_put_str(o, "target", r->target);
    json_put_str(o, "group", r->group);
    json_put(o, "partitions", json_incref(q->ask.ranges));
    json_put_int(o, "max_records", json_int(args, "max_records", KAFKA_RECORDS_USUAL));
    json_put_int(o, "max_bytes", REPLAY_BYTES_MAX);
    json_put(o, "filter", filter_of(json_str(args, "filter", NULL)));
    json_put_int(o, "max_replays", REPLAYS_MAX);
    json_put_flag(o, "dry_run", dry_run);
    json_t *job = json_pack("{s:s, s:o}", "action", "replay", "replay", o);
    json_put_str(job, "group", q->group);
    return job;
}

static void tell_progress(void *ctx, int64_t records, int64_t total)
{
    const struct kafka_inquiry *q = ctx;
    auto_free char *note = xasprintf("%lld records replayed", (long long)records);
    q->call->progress(q->call, 4 + (double)records / (double)(total > 0 ? total : 1), 0, note);
}

/* Returns 0 with r->result, or -1 and `e`: then the worker did not come to it. */
static int run_job(struct kafka_replaying *r, struct aws_session *s, struct stop *stop, bool dry_run, struct err *e)
{
    json_auto_t *job = kafka_replay_job(r, dry_run);
    r->q->call->detach(r->q->call); /* as many records as half a minute allows */
    struct kafka_caller who = {.session = s, .stop = stop, .progress = tell_progress, .ctx = r->q};
    int64_t left = stop_left_ms(stop);
    int64_t timeout = left > WRITE_TIMEOUT_MS ? WRITE_TIMEOUT_MS : left;
    return kafka_job_run(r->q, &r->door, job, timeout > 2 * LEAVE_MS ? timeout - LEAVE_MS : timeout, &who, &r->result, e);
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct kafka_replaying *r = ctx;
    struct err e = {0};
    if (run_job(r, s, stop, false, &e)) {
        err_wrap(&e, "Nothing was replayed");
        return failure_err(out, &e);
    }
    r->q->gate.effect = kafka_replay_effect(r->result);
    return 0;
}

/* A dry run reads and judges the very records, and so knows how many there are. */
static int rehearse(struct kafka_replaying *r, struct tool_answer *out)
{
    struct err e = {0};
    if (run_job(r, r->q->session, r->q->call->stop, true, &e)) {
        err_wrap(&e, "Nothing was replayed");
        return failure_err(out, &e);
    }
    r->q->gate.effect = json_obj(r->result, "error") ? EFFECT_FAILED : EFFECT_DRY_RUN;
    return 0;
}

static int replay(struct kafka_replaying *r, struct tool_answer *out)
{
    auto_free char *act = gate_act(kafka_replay_request_shown(r), "Replay records of topic %s into %s, each once?", r->source,
                                   r->target ? r->target : "the topics they came from");
    return gate_send(&r->q->gate, act, send, r, &r->q->answer, out);
}

static int carry_out(struct kafka_replaying *r, struct tool_answer *out)
{
    struct kafka_inquiry *q = r->q;
    kafka_replay_check(r);
    if (q->gate.effect == EFFECT_OPEN) {
        json_auto_t *key = kafka_replay_job(r, false);
        gate_put_key(key, &q->answer);
        if (q->gate.dry_run ? rehearse(r, out) : replay(r, out))
            return -1;
    }
    kafka_replay_report(r);
    return 0;
}

int kafka_replay(struct kafka_inquiry *q, struct tool_answer *out)
{
    struct kafka_replaying r;
    prepare(q, &r);
    q->gate.words = &words;
    int rc = carry_out(&r, out);
    replaying_done(&r);
    return rc;
}
