#include "tools/kafka/worker.h"

#include "aws/sign.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/child.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "lakewarden-kafka"
#define TIMEOUT_DEFAULT_MS 30000
#define RESERVE_MS 8000 /* of a replay's time, a third at most: to bring it to an end that is known */
#define SETTLE_MS 5000
#define GRACE_MS 3000   /* for a child that was told to end between two batches */
#define EXIT_MS 2000    /* from its result to its end */
#define LIVES_MAX 40
#define STALE_MAX 3 /* lives in a row that committed nothing */
#define PAUSE_MS 300

/* One job and all its children. */
struct run {
    const struct kafka_call *call;
    char program[4096];
    bool changes; /* a replay that is no dry run */
    int wake;     /* an eventfd that can be read once the stop tripped */
    int64_t work_until_mono_ms;
    json_t *done, *intent; /* a replay's numbers: committed, and of the batch under way. NULL while there are none */
    json_t *result;        /* what the last life said; NULL: it died */
    char death[400];       /* how the last life died */
    int lives, stale;
    const char *cut; /* "deadline" or "cancelled" once the child was told to end */
};

static const json_t *plan_of(const struct run *run)
{
    return json_obj(run->call->job, "replay");
}

static void keep(json_t **place, json_t *value)
{
    json_decref(*place);
    *place = json_incref(value);
}

/* What the child said on the way. */
static void hear(struct run *run, const json_t *line)
{
    const char *event = json_str(line, "event", "");
    json_t *done = json_obj(line, "done");
    if (done) { /* "snapshot" and "committed" */
        keep(&run->done, done);
        keep(&run->intent, NULL);
    }
    if (strcmp(event, "intent") == 0)
        keep(&run->intent, json_obj(line, "intent"));
    else if (strcmp(event, "undone") == 0)
        keep(&run->intent, NULL);
    else if (strcmp(event, "result") == 0)
        keep(&run->result, (json_t *)(uintptr_t)line);
    if (strcmp(event, "committed") != 0)
        return;
    run->stale = 0;
    if (run->call->progress)
        run->call->progress(run->call->ctx, json_int(done, "produced", 0), json_int(plan_of(run), "max_records", 0));
}

static void describe_death(struct run *run, const struct kafka_child *c, int status)
{
    const char *said = buf_text(&c->said);
    if (WIFSIGNALED(status))
        snprintf(run->death, sizeof run->death, "the worker died of signal %d (%s)%s%.200s", WTERMSIG(status),
                 sigdescr_np(WTERMSIG(status)), said[0] ? ": " : "", said);
    else
        snprintf(run->death, sizeof run->death, "the worker ended with status %d and no result%s%.200s", WEXITSTATUS(status),
                 said[0] ? ": " : "", said);
}

/* Tells the child to end, once; what changes nothing is not waited for. Returns until when to wait. */
static int64_t tell_to_end(struct run *run, struct kafka_child *c, const char *why)
{
    run->cut = run->cut ? run->cut : why;
    kafka_child_ask_to_end(c);
    return run->changes ? clock_mono_ms() + GRACE_MS : 0;
}

/* Listens to a child until it has said its result, has died, or has had its time. */
static void listen(struct run *run, struct kafka_child *c, int64_t until_mono_ms)
{
    int wake = run->cut ? -1 : run->wake;
    for (bool told = false;;) {
        json_auto_t *line = NULL;
        enum kafka_news news = kafka_child_wait(c, wake, until_mono_ms, &line);
        if (news == KAFKA_LINE) {
            hear(run, line);
            if (!run->result)
                continue;
            kafka_child_ask_to_end(c);
            until_mono_ms = clock_mono_ms() + EXIT_MS;
            while (kafka_child_wait(c, -1, until_mono_ms, &line) == KAFKA_LINE)
                json_decref(steal(&line));
            return;
        }
        if (news == KAFKA_ENDED || (news == KAFKA_LATE && told))
            return;
        until_mono_ms = tell_to_end(run, c, news == KAFKA_WOKEN ? "cancelled" : "deadline");
        told = true;
        wake = -1;
    }
}

/* The job as this life gets it. New reference, or NULL and `e`. */
static json_t *job_for_life(struct run *run, int64_t timeout_ms, bool settle_only, struct err *e)
{
    json_auto_t *job = json_copy((json_t *)(uintptr_t)run->call->job);
    json_put_int(job, "timeout_ms", timeout_ms);
    if (run->done) {
        json_t *resume = json_pack("{s:O, s:b}", "done", run->done, "settle_only", settle_only);
        json_put(resume, "intent", json_incref(run->intent));
        json_put(job, "resume", resume);
    }
    if (!json_is_text(json_object_get(json_obj(job, "security"), "mechanism"), "AWS_MSK_IAM"))
        return steal(&job);
    auto_buf struct buf token = BUF_INIT(16384);
    int64_t expires = 0;
    if (!run->call->token) {
        err_set(e, ERR_INVALID, "the job wants an IAM token, and nobody makes one");
        return NULL;
    }
    if (run->call->token(run->call->ctx, &token, &expires, e))
        return NULL;
    json_put(job, "token", json_pack("{s:s, s:I}", "value", buf_text(&token), "expires_ms", (json_int_t)expires));
    explicit_bzero(token.data, token.len);
    return steal(&job);
}

static int send_job(struct kafka_child *c, const json_t *job)
{
    size_t n;
    auto_free char *text = json_text(job, &n);
    int failed = kafka_child_send(c, text, n);
    explicit_bzero(text, n);
    return failed;
}

/* One child, from its start to its end. Returns -1 and `e` only where none could be started. */
static int live(struct run *run, int64_t until_mono_ms, bool settle_only, struct err *e)
{
    int64_t left = until_mono_ms - clock_mono_ms();
    json_auto_t *job = job_for_life(run, left > 1 ? left : 1, settle_only, e);
    struct kafka_child c;
    if (!job)
        return -1;
    keep(&run->result, NULL);
    run->lives++;
    if (kafka_child_start(&c, run->program, e)) {
        kafka_child_end(&c, NULL);
        return -1;
    }
    send_job(&c, job); /* a child that does not even read it shows by its end */
    listen(run, &c, until_mono_ms);
    int status;
    auto_buf struct buf said = c.said;
    c.said = (struct buf){0};
    kafka_child_end(&c, &status);
    c.said = said;
    if (!run->result)
        describe_death(run, &c, status);
    return 0;
}

/* Whether another owner of the transactional id has fenced ours off. It ends what we left open. */
static bool is_succeeded(const json_t *error)
{
    return json_is_text(json_object_get(error, "kind"), "fenced") && !json_flag(error, "retriable", false);
}

/* Whether another life may do better. An owner that was fenced off has a successor: two that both begin again would fence
   each other off for ever. */
static bool is_worth_another(const struct run *run)
{
    if (!run->result)
        return true;
    const json_t *error = json_obj(run->result, "error");
    bool mid_replay = run->changes && run->done;
    return mid_replay && json_flag(error, "retriable", false);
}

static bool may_go_on(struct run *run)
{
    if (run->cut || run->lives >= LIVES_MAX || !is_worth_another(run))
        return false;
    int64_t pause = (int64_t)PAUSE_MS << run->stale;
    int64_t left = run->work_until_mono_ms - clock_mono_ms();
    if (++run->stale > STALE_MAX || left < 2 * pause)
        return false;
    return stop_sleep(run->call->stop, pause) == STOP_GO_ON;
}

static bool is_unsettled(const struct run *run)
{
    return run->result ? !json_flag(json_obj(run->result, "replay"), "settled", !run->intent) : run->intent != NULL;
}

/* A replay that was cut off may have left a transaction open, which stalls the target's readers, and a batch nobody knows
   the end of: one more life only to find out. */
static int settle(struct run *run, struct err *e)
{
    const json_t *last = json_obj(run->result, "error");
    bool broke = !run->result || json_flag(last, "fatal", false) || is_unsettled(run);
    if (!run->changes || !run->done || !broke || is_succeeded(last))
        return 0;
    json_auto_t *before = json_incref(run->result);
    run->cut = run->cut ? run->cut : "error";
    if (live(run, clock_mono_ms() + SETTLE_MS, true, e))
        return -1;
    json_t *error = json_obj(before, "error");
    if (run->result && !json_obj(run->result, "error") && error)
        json_object_set(run->result, "error", error);
    return 0;
}

static json_t *death_json(const struct run *run)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b}", "phase", "child", "kind", "child", "message", run->death, "fatal", 1,
                     "retriable", 1);
}

/* What is known of a replay whose last life said nothing more. */
static json_t *last_words(const struct run *run)
{
    json_t *result = json_object();
    json_put(result, "error", death_json(run));
    if (!run->done)
        return result;
    const json_t *plan = plan_of(run);
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

static json_t *finish(struct run *run)
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
static int judge(struct run *run, json_t **result, struct err *e)
{
    const json_t *error = json_obj(run->result, "error");
    if (error && json_is_text(json_object_get(error, "phase"), "job"))
        return err_set(e, ERR_INVALID, "Kafka job: %s", json_str(error, "message", ""));
    if (run->cut && !run->changes && !run->result)
        return stop_err(strcmp(run->cut, "deadline") == 0 ? STOP_DEADLINE : STOP_CANCELLED, "waiting for Kafka", e);
    *result = finish(run);
    return 0;
}

static int run_lives(struct run *run, json_t **result, struct err *e)
{
    do {
        if (live(run, run->work_until_mono_ms, false, e))
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
    const json_t *plan = json_obj(call->job, "replay");
    struct run run = {
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

bool kafka_worker_present(const char *program, char *path, size_t size)
{
    char self[4096];
    ssize_t n = program ? 0 : readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        slash[1] = '\0';
    int length = snprintf(path, size, "%s%s", program ? program : self, program ? "" : PROGRAM);
    return length > 0 && (size_t)length < size && access(path, X_OK) == 0;
}

char *kafka_replay_group(const char *source, const json_t *ranges)
{
    bool given = false;
    size_t i;
    json_t *range;
    json_array_foreach(ranges, i, range)
        given |= json_object_get(range, "start") != NULL;
    if (!given)
        return xasprintf("lakewarden-replay-%s", source);
    size_t n;
    char hash[SIGN_HASH_MAX];
    auto_free char *text = json_text(ranges, &n);
    sign_hash(text, n, hash);
    return xasprintf("lakewarden-replay-%s-%.12s", source, hash);
}
