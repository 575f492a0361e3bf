#include "tools/kafka/life.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/child.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define GRACE_MS 3000 /* for a child that was told to end between two batches */
#define EXIT_MS 2000  /* from its result to its end */
#define MARGIN_MS 300 /* a child that says itself why it has no more time is worth more than one that is killed */

const json_t *kafka_lives_plan(const struct kafka_lives *run)
{
    return json_obj(run->call->job, "replay");
}

static void keep(json_t **place, json_t *value)
{
    json_decref(*place);
    *place = json_incref(value);
}

/* What the child said on the way. */
static void hear(struct kafka_lives *run, const json_t *line)
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
        run->call->progress(run->call->ctx, json_int(done, "produced", 0), json_int(kafka_lives_plan(run), "max_records", 0));
}

static void describe_death(struct kafka_lives *run, const struct kafka_child *c, int status)
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
static int64_t tell_to_end(struct kafka_lives *run, struct kafka_child *c)
{
    enum stop_why why = stop_check(run->call->stop);
    if (!run->cut)
        run->cut = why == STOP_CANCELLED || why == STOP_SHUTDOWN ? "cancelled" : "deadline";
    kafka_child_ask_to_end(c);
    return run->changes ? clock_mono_ms() + GRACE_MS : 0;
}

/* Listens to a child until it has said its result, has died, or has had its time. */
static void listen(struct kafka_lives *run, struct kafka_child *c, int64_t until_mono_ms)
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
        until_mono_ms = tell_to_end(run, c);
        told = true;
        wake = -1;
    }
}

/* The job as this life gets it. New reference, or NULL and `e`. */
static json_t *job_for_life(struct kafka_lives *run, int64_t timeout_ms, bool settle_only, struct err *e)
{
    json_auto_t *job = json_copy((json_t *)(uintptr_t)run->call->job);
    json_put_int(job, "timeout_ms", timeout_ms > 2 * MARGIN_MS ? timeout_ms - MARGIN_MS : timeout_ms);
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

int kafka_live(struct kafka_lives *run, int64_t until_mono_ms, bool settle_only, struct err *e)
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
