/* Where a replay begins: both handles, the checks, and ownership of the transactional id before anything is read. */
#include "kafka/replay.h"

#include "base/own.h"
#include "kafka/cluster.h"
#include "kafka/crash.h"

#include <stdio.h>
#include <string.h>

#define INIT_MS 40000 /* a predecessor's open transaction is aborted first */
#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number

/* A topic's name has no '~', so that two pairs of group and topic never make one id. */
static void name_transactions(struct replay *r)
{
    snprintf(r->transactional_id, sizeof r->transactional_id, "%s~%s", r->plan->group, r->plan->source);
}

static int open_producer(struct replay *r, struct fault *f)
{
    const struct handle_setting settings[] = {
        {"transactional.id", r->plan->dry_run ? NULL : r->transactional_id},
        {"transaction.timeout.ms", r->plan->dry_run ? NULL : TEXT_OF(REPLAY_TRANSACTION_MS)},
        {"partitioner", "murmur2_random"}, /* Java's: another would send a key to another partition than its producers do */
        {"message.max.bytes", "10485760"},
        {"batch.size", "262144"},
        {"queue.buffering.max.kbytes", "32768"},
    };
    return handle_open(&r->producer, r->job, RD_KAFKA_PRODUCER, settings, ARRAY_LEN(settings), f);
}

static int open_consumer(struct replay *r, struct fault *f)
{
    static const struct handle_setting fixed[] = {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"isolation.level", "read_committed"},
        {"auto.offset.reset", "error"},
        {"enable.partition.eof", "true"},
        {"fetch.wait.max.ms", "50"},
        {"queued.max.messages.kbytes", "2048"},
        {"queued.min.messages", "1000"},
        {"fetch.message.max.bytes", "262144"},
        {"fetch.max.bytes", "1048588"},
    };
    struct handle_setting settings[ARRAY_LEN(fixed) + 1];
    memcpy(settings, fixed, sizeof fixed);
    settings[ARRAY_LEN(fixed)] = (struct handle_setting){"group.id", r->plan->group};
    return handle_open(&r->consumer, r->job, RD_KAFKA_CONSUMER, settings, ARRAY_LEN(settings), f);
}

/* Transactions overwrite the offsets of a group that is at work without an error: so one with members is not touched. */
static int check_group(struct replay *r, struct fault *f)
{
    char state[CLUSTER_STATE_MAX];
    int members;
    if (cluster_group(&r->consumer, r->plan->group, state, &members, f))
        return -1;
    if (members > 0)
        return fault_refuse(f, "group", "group %s has %d members (%s): a replay's group has none", r->plan->group, members,
                            state);
    return 0;
}

static int check_target(struct replay *r, struct fault *f)
{
    if (!r->plan->target)
        return 0;
    int number = target_of(&r->targets, &r->producer, r->plan->target, f);
    if (number < 0)
        return -1;
    const struct target *t = &r->targets.list[number];
    return t->err ? fault_set(f, "target", t->err, "topic %s: %s", t->topic, rd_kafka_err2str(t->err)) : 0;
}

static int take_ownership(struct replay *r, struct fault *f)
{
    struct patience p = patience_start(&r->producer, "init", INIT_MS);
    for (;;) {
        rd_kafka_error_t *error = rd_kafka_init_transactions(r->producer.rk, p.slice_ms);
        if (!error)
            return 0;
        if (!rd_kafka_error_is_retriable(error))
            return fault_take(f, "init", error);
        rd_kafka_error_destroy(error);
        if (patience_again(&p, RD_KAFKA_RESP_ERR__TIMED_OUT, f))
            return -1;
    }
}

int replay_start(struct replay *r, struct fault *f)
{
    int brokers;
    name_transactions(r);
    if (open_producer(r, f) || cluster_connect(&r->producer, &brokers, f))
        return -1;
    if (open_consumer(r, f) || cluster_connect(&r->consumer, &brokers, f))
        return -1;
    if (!r->plan->resume && (check_group(r, f) || check_target(r, f)))
        return -1;
    if (!r->plan->dry_run && take_ownership(r, f))
        return -1;
    crash_at("init");
    return replay_find_place(r, f);
}
