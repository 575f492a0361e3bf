/* One transaction: the copies of a batch, and the offsets behind it. */
#include "kafka/replay.h"

#include "base/clock.h"
#include "kafka/crash.h"
#include "kafka/parent.h"

#include <stdio.h>

#define ATTEMPTS 5
#define PAUSE_MS 300
#define CALL_MS 1000 /* one call; what timed out is called again until it is settled */
#define SETTLE_MS 30000

enum outcome { COMMITTED, ABORTED, FAILED };

/* A call that came while a transaction was failing says "erroneous state"; one that begins another says why, and, because
   one is open, does nothing. Takes `error` over. */
static rd_kafka_error_t *true_reason(struct replay *r, rd_kafka_error_t *error)
{
    if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__STATE)
        return error;
    rd_kafka_error_t *reason = rd_kafka_begin_transaction(r->producer.rk);
    if (!reason)
        return error;
    rd_kafka_error_destroy(error);
    return reason;
}

/* A fault of the producer's. librdkafka says "fenced" also where the broker gave a transaction up because it took too
   long: only an owner that was fenced off early has a successor. */
static enum outcome broken(struct replay *r, const char *phase, rd_kafka_error_t *error, int64_t begun_mono_ms, struct fault *f)
{
    error = true_reason(r, error);
    bool late = clock_mono_ms() - begun_mono_ms > REPLAY_TRANSACTION_MS * 4 / 5;
    bool aborted = rd_kafka_error_txn_requires_abort(error);
    fault_take(f, phase, error);
    if (f->fatal)
        f->retriable = late || f->code != RD_KAFKA_RESP_ERR__FENCED;
    return aborted && !f->fatal ? ABORTED : FAILED;
}

static enum outcome produce(struct replay *r, const struct batch_record *record, struct fault *f)
{
    for (int tries = 0;; tries++) {
        rd_kafka_resp_err_t err = batch_produce(r->producer.rk, record);
        if (!err)
            return COMMITTED;
        if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL || tries == SETTLE_MS / CALL_MS) {
            fault_set(f, "produce", err, "%s", rd_kafka_err2str(err));
            return ABORTED; /* a fatal state shows when the transaction is aborted */
        }
        rd_kafka_poll(r->producer.rk, CALL_MS);
    }
}

static enum outcome send_offsets(struct replay *r, int64_t begun, struct fault *f)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)r->range_count);
    for (size_t i = 0; i < r->range_count; i++)
        if (r->read_to[i] > r->ranges[i].next)
            rd_kafka_topic_partition_list_add(list, r->plan->source, r->ranges[i].partition)->offset = r->read_to[i];
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(r->consumer.rk);
    int64_t until = clock_mono_ms() + SETTLE_MS;
    rd_kafka_error_t *error;
    while ((error = rd_kafka_send_offsets_to_transaction(r->producer.rk, list, group, CALL_MS)) != NULL &&
           rd_kafka_error_is_retriable(error) && clock_mono_ms() < until)
        rd_kafka_error_destroy(error);
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(list);
    return error ? broken(r, "offsets_send", error, begun, f) : COMMITTED;
}

static enum outcome commit(struct replay *r, int64_t begun, struct fault *f)
{
    int64_t until = clock_mono_ms() + SETTLE_MS;
    rd_kafka_error_t *error;
    while ((error = rd_kafka_commit_transaction(r->producer.rk, CALL_MS)) != NULL && rd_kafka_error_is_retriable(error) &&
           clock_mono_ms() < until)
        rd_kafka_error_destroy(error);
    return error ? broken(r, "commit", error, begun, f) : COMMITTED;
}

static enum outcome attempt(struct replay *r, struct fault *f)
{
    int64_t begun = clock_mono_ms();
    r->producer.undelivered = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_error_t *error = rd_kafka_begin_transaction(r->producer.rk);
    if (error)
        return broken(r, "produce", error, begun, f);
    crash_at("begin");
    for (size_t i = 0; i < r->batch.count; i++) {
        enum outcome o = produce(r, &r->batch.records[i], f);
        if (o != COMMITTED)
            return o;
        crash_at("mid_produce");
    }
    crash_at("produce");
    enum outcome o = send_offsets(r, begun, f);
    if (o != COMMITTED)
        return o;
    crash_at("send_offsets");
    parent_tell("intent", json_pack("{s:o}", "intent", replay_intent_json(r)));
    r->unsettled = true;
    crash_during("in_commit");
    return commit(r, begun, f);
}

static int undo(struct replay *r, struct fault *f)
{
    int64_t until = clock_mono_ms() + SETTLE_MS;
    rd_kafka_error_t *error;
    while ((error = rd_kafka_abort_transaction(r->producer.rk, CALL_MS)) != NULL && rd_kafka_error_is_retriable(error) &&
           clock_mono_ms() < until)
        rd_kafka_error_destroy(error);
    if (error) {
        f->fatal |= rd_kafka_error_is_fatal(error); /* why it had to be aborted says more than that it could not be */
        return fault_take(f, "abort", error);
    }
    r->unsettled = false;
    parent_tell("undone", NULL);
    return 0;
}

static void advance(struct replay *r)
{
    r->unsettled = false;
    r->tally = r->batch.tally;
    for (size_t i = 0; i < r->range_count; i++)
        r->ranges[i].next = r->read_to[i];
    parent_tell("committed", json_pack("{s:o}", "done", replay_done_json(r)));
}

/* What a broker said about one record says more than that the transaction failed. */
static void name_cause(struct replay *r, struct fault *f)
{
    rd_kafka_poll(r->producer.rk, 0);
    rd_kafka_resp_err_t err = r->producer.undelivered;
    if (!err)
        return;
    struct fault whole = *f;
    *f = (struct fault){0};
    fault_set(f, "produce", err, "a record was refused: %s", rd_kafka_err2str(err));
    f->fatal = whole.fatal;
}

int replay_commit(struct replay *r, struct fault *f)
{
    for (int i = 1;; i++) {
        enum outcome o = attempt(r, f);
        if (o == COMMITTED) {
            advance(r);
            return 0;
        }
        int left = o == FAILED || undo(r, f);
        name_cause(r, f); /* known at the latest when all records have been given up */
        if (left)
            return -1;
        if (i == ATTEMPTS || !fault_passes(f->code) || parent_wants_end())
            return -1;
        *f = (struct fault){0};
        handle_rest(&r->producer, PAUSE_MS * i);
    }
}
