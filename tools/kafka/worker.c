#include "tools/kafka/worker.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/life.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT_MS 30000
#define RESERVE_MS 8000 /* of a replay's time, a third at most: to bring it to an end that is known */
#define SETTLE_MS 5000
#define LIVES_MAX 40
#define STALE_MAX 3 /* lives in a row that committed nothing */
#define PAUSE_MS 300

/* Whether another owner of the transactional id has fenced ours off. It ends what we left open. */
static bool is_succeeded(const json_t *error)
{
    return json_is_text(json_object_get(error, "kind"), "fenced") && !json_flag(error, "retriable", false);
}

/* Whether another life may do better. An owner that was fenced off has a successor: two that both begin again would fence
   each other off for ever. */
static bool is_worth_another(const struct kafka_lives *run)
{
    if (!run->result)
        return true;
    const json_t *error = json_obj(run->result, "error");
    bool mid_replay = run->changes && run->done;
    return mid_replay && json_flag(error, "retriable", false);
}

static bool may_go_on(struct kafka_lives *run)
{
    if (run->cut || run->lives >= LIVES_MAX || !is_worth_another(run))
        return false;
    int64_t pause = (int64_t)PAUSE_MS << run->stale;
    int64_t left = run->work_until_mono_ms - clock_mono_ms();
    if (++run->stale > STALE_MAX || left < 2 * pause)
        return false;
    return stop_sleep(run->call->stop, pause) == STOP_GO_ON;
}

static bool is_unsettled(const struct kafka_lives *run)
{
    return run->result ? !json_flag(json_obj(run->result, "replay"), "settled", !run->intent) : run->intent != NULL;
}

/* A replay that was cut off may have left a transaction open, which stalls the target's readers, and a batch nobody knows
   the end of: one more life only to find out. */
static int settle(struct kafka_lives *run, struct err *e)
{
    const json_t *last = json_obj(run->result, "error");
    bool broke = !run->result || json_flag(last, "fatal", false) || is_unsettled(run);
    if (!run->changes || !run->done || !broke || is_succeeded(last))
        return 0;
    json_auto_t *before = json_incref(run->result);
    run->cut = run->cut ? run->cut : "error";
    if (kafka_live(run, clock_mono_ms() + SETTLE_MS, true, e))
        return -1;
    json_t *error = json_obj(before, "error");
    if (run->result && !json_obj(run->result, "error") && error)
        json_object_set(run->result, "error", error);
    return 0;
}

static json_t *death_json(const struct kafka_lives *run)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b}", "phase", "child", "kind", "child", "message", run->death, "fatal", 1,
                     "retriable", 1);
}

/* What is known of a replay whose last life said nothing more. */
static json_t *last_words(const struct kafka_lives *run)
{
    json_t *result = json_object();
    json_put(result, "error", death_json(run));
    if (!run->done)
        return result;
    const json_t *plan = kafka_lives_plan(run);
    json_t *replay = json_copy(run->done);
    json_put_str(replay, "source", json_str(plan, "source", NULL));
    json_put_str(replay, "target", json_str(plan, "target", NULL));
    json_put_str(replay, "group", json_str(plan, "group", NULL));
    json_put_flag(replay, "complete", false);
    json_put_str(replay, "stopped_by", "error");
    json_put_flag(replay, "settled", !run->intent);
    json_put(result, "replay", replay);
    return result;
}

static json_t *finish(struct kafka_lives *run)
{
    json_t *result = run->result ? json_incref(run->result) : last_words(run);
    json_object_del(result, "event");
    json_t *replay = json_obj(result, "replay");
    if (!replay)
        return result;
    json_put_int(replay, "lives", run->lives);
    if (run->cut && json_is_text(json_object_get(replay, "stopped_by"), "cancelled"))
        json_put_str(replay, "stopped_by", run->cut);
    if (run->cut && json_obj(result, "error"))
        json_put_str(replay, "stopped_by", "error");
    return result;
}

/* What changes nothing has no result worth having when it was cut off; what the job itself is wrong in is not Kafka's. */
static int judge(struct kafka_lives *run, json_t **result, struct err *e)
{
    const json_t *error = json_obj(run->result, "error");
    if (error && json_is_text(json_object_get(error, "phase"), "job"))
        return err_set(e, ERR_INVALID, "Kafka job: %s", json_str(error, "message", ""));
    if (run->cut && !run->changes && !run->result)
        return stop_err(strcmp(run->cut, "deadline") == 0 ? STOP_DEADLINE : STOP_CANCELLED, "waiting for Kafka", e);
    *result = finish(run);
    return 0;
}

static int run_lives(struct kafka_lives *run, json_t **result, struct err *e)
{
    do {
        if (kafka_live(run, run->work_until_mono_ms, false, e))
            return -1;
    } while (may_go_on(run));
    if (settle(run, e))
        return -1;
    return judge(run, result, e);
}

static void wake_up(void *wake)
{
    uint64_t one = 1;
    ssize_t ignored = write(*(int *)wake, &one, sizeof one);
    (void)ignored; /* full means that it can be read already */
}

static int64_t time_for(const struct kafka_call *call)
{
    int64_t ms = call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_DEFAULT_MS, left = stop_left_ms(call->stop);
    ms = ms < KAFKA_TIMEOUT_MAX_MS ? ms : KAFKA_TIMEOUT_MAX_MS;
    return ms < left ? ms : left;
}

int kafka_run(const struct kafka_call *call, json_t **result, struct err *e)
{
    enum stop_why why = stop_check(call->stop);
    if (why != STOP_GO_ON)
        return stop_err(why, "starting Kafka's worker", e);
    const json_t *plan = json_obj(call->job, "replay");
    struct kafka_lives run = {
        .call = call,
        .changes = json_is_text(json_object_get(call->job, "action"), "replay") && !json_flag(plan, "dry_run", false),
        .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
    };
    if (run.wake < 0)
        return err_set(e, ERR_INTERNAL, "eventfd: %s", strerrordesc_np(errno));
    int64_t time_ms = time_for(call), reserve_ms = time_ms / 3 < RESERVE_MS ? time_ms / 3 : RESERVE_MS;
    run.work_until_mono_ms = clock_mono_ms() + time_ms - (run.changes ? reserve_ms : 0);
    struct stop_waker waker = {.wake = wake_up, .ctx = &run.wake};
    int failed;
    if (!kafka_worker_present(call->program, run.program, sizeof run.program)) {
        failed = err_set(e, ERR_CONFIG, "no Kafka worker at %s: build with librdkafka, or set --kafka-worker", run.program);
    } else {
        if (call->stop)
            stop_hook(call->stop, &waker);
        failed = run_lives(&run, result, e);
        if (call->stop)
            stop_unhook(call->stop, &waker);
    }
    json_decref(run.done);
    json_decref(run.intent);
    json_decref(run.result);
    close(run.wake);
    return failed;
}
