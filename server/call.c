#include "server/call.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"
#include "server/engine_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Notes closer together than this are dropped: a client learns nothing from them. */
#define PROGRESS_GAP_MS 50

bool call_enlist(struct call *c, struct engine *g)
{
    struct exchange *x = c->exchange;
    pthread_mutex_lock(&x->lock);
    x->refs++;
    x->pending++;
    c->next_in_exchange = x->calls;
    x->calls = c;
    pthread_mutex_unlock(&x->lock);

    pthread_mutex_lock(&g->lock);
    c->prev = NULL;
    c->next = g->live;
    if (g->live)
        g->live->prev = c;
    g->live = c;
    g->live_count++;
    bool open = !g->draining;
    pthread_mutex_unlock(&g->lock);
    return open;
}

/* After this no other thread can reach the call. */
static void delist(struct call *c, struct engine *g)
{
    pthread_mutex_lock(&g->lock);
    if (c->prev)
        c->prev->next = c->next;
    else
        g->live = c->next;
    if (c->next)
        c->next->prev = c->prev;
    pthread_mutex_unlock(&g->lock);

    exchange_leave(c->exchange, c);
}

void call_free(struct call *c)
{
    json_decref(c->id);
    json_decref(c->arguments);
    json_decref(c->progress_token);
    json_decref(c->completing);
    rounds_free(c->rounds);
    json_decref(c->effect);
    free(c->uri);
    free(c->trace_parent);
    stop_done(&c->stop);
    free(c);
}

/* Counted out last of all: who waits for quiet may free the engine right after. */
static void count_out(struct engine *g)
{
    pthread_mutex_lock(&g->lock);
    if (--g->live_count == 0)
        pthread_cond_broadcast(&g->quiet);
    pthread_mutex_unlock(&g->lock);
}

void call_withdraw(struct call *c)
{
    struct exchange *x = c->exchange;
    struct engine *g = x->engine;
    delist(c, g);
    call_free(c);
    pthread_mutex_lock(&x->lock);
    x->pending--;
    pthread_mutex_unlock(&x->lock);
    exchange_unref(x);
    count_out(g);
}

/* The end of a call that ran: its answer goes out, or to its task, then it is gone. */
static void call_finish(struct call *c, struct reply *r)
{
    struct exchange *x = c->exchange;
    struct engine *g = x->engine;
    bool answered = c->task != NULL; /* with that task, long ago */
    if (answered)
        call_close_task(c, r);
    delist(c, g);
    call_free(c);
    if (answered)
        reply_done(r);
    else
        exchange_answer(x, r);
    exchange_unref(x);
    count_out(g);
}

struct engine *call_engine(const struct call *c)
{
    return c->exchange->engine;
}

void call_note(struct call *c, const json_t *message)
{
    if (c->task)
        return; /* its request has been answered */
    size_t n;
    auto_free char *text = json_text(message, &n);
    c->exchange->sink->note(c->exchange->sink, text, n);
}

/* Whole numbers as JSON integers: "3", not "3.0". */
static json_t *number(double v)
{
    return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v) : json_real(v);
}

static void progress(const struct tool_call *view, double done, double total, const char *message)
{
    struct call *c = call_of(view);
    int64_t now = clock_mono_ms();
    bool too_soon = c->noted_mono_ms && now - c->noted_mono_ms < PROGRESS_GAP_MS;
    if (c->task && !too_soon) {
        c->noted_mono_ms = now;
        call_tell_task(c, message ? message : "");
    }
    if (c->task)
        return;
    if (!c->progress_token || too_soon || !(done > c->last_progress) || stop_check(&c->stop) != STOP_GO_ON)
        return;
    c->last_progress = done;
    c->noted_mono_ms = now;
    json_t *params = json_pack("{s:O, s:o}", "progressToken", c->progress_token, "progress", number(done));
    if (total > 0)
        json_put(params, "total", number(total));
    json_put_str(params, "message", message);
    json_auto_t *note = rpc_note("notifications/progress", params);
    call_note(c, note);
}

/* One line per call. `effect`: what a tool that writes says it did; where the caller has cancelled, this line is the only
   place that says a run was started. */
static void log_call(const struct call *c, size_t bytes)
{
    bool tool = strcmp(c->kind->method, "tools/call") == 0;
    log_event(LOG_INFO, "call", "{s:s*, s:s, s:s, s:s, s:s*, s:I, s:I, s:s, s:s*}", "method", tool ? NULL : c->kind->method,
              tool ? "tool" : "name", c->kind->target_name(c), "subject", c->caller.subject, "outcome", c->outcome, "effect",
              json_string_value(c->effect), "ms", (json_int_t)(clock_mono_ms() - c->started_mono_ms), "bytes",
              (json_int_t)bytes, "protocol", version_text(c->version), "traceparent", c->trace_parent);
}

/* Nothing may be sent for a request that was cancelled (cancellation, all transports). A task shows what has become of it: one
   whose work was done all the same has its result (SEP-2663, task cancellation), and so has a write that was carried out. */
static bool is_dropped(struct call *c)
{
    bool done = strcmp(c->outcome, "ok") == 0 || c->effect;
    return stop_check(&c->stop) == STOP_CANCELLED && !(c->task && done);
}

void call_run(struct job *j)
{
    struct call *c = (struct call *)(void *)j; /* the job is its first member */
    struct call_view view = {
        .seen = {.arguments = c->arguments, .stop = &c->stop, .env = call_engine(c)->o.tool_env,
                 .subject = c->caller.subject, .progress = progress, .ask = call_ask,
                 .ask_waits = c->asker != NULL, .log = call_log,
                 .detach = call_detach},
        .call = c};
    struct reply r = {0};
    struct err e = {0};
    c->outcome = "ok";
    enum stop_why why = stop_check(&c->stop);
    if (why != STOP_GO_ON)
        c->kind->fail(c, (stop_err(why, c->kind->target_name(c), &e), &e), &r);
    else
        c->kind->run(c, &view.seen, &r);
    ask_withdraw_all(c);
    if (rounds_has_questions(c)) {
        reply_done(&r);
        rounds_answer(c, &r);
        c->outcome = "input_required";
    }
    if (is_dropped(c)) {
        reply_done(&r);
        c->outcome = "cancelled";
    }
    log_call(c, r.len);
    call_finish(c, &r);
}
