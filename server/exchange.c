/* Exchanges: counting the answers of one inbound message, and saying the last word once. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"
#include "server/listeners.h"

#include <stdlib.h>

struct exchange *exchange_new(struct engine *g, struct sink *sink, bool batch, bool hangup_cancels)
{
    struct exchange *x = xcalloc(1, sizeof *x);
    pthread_mutex_init(&x->lock, NULL);
    x->engine = g;
    x->sink = sink;
    x->refs = 1;
    x->batch = batch;
    x->answers = batch ? json_array() : NULL;
    x->hangup_cancels = hangup_cancels;
    return x;
}

bool exchange_listens(const struct exchange *x)
{
    return x->listeners != NULL;
}

struct exchange *exchange_ref(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    x->refs++;
    pthread_mutex_unlock(&x->lock);
    return x;
}

void exchange_unref(struct exchange *x)
{
    if (!x)
        return;
    pthread_mutex_lock(&x->lock);
    bool last = --x->refs == 0;
    pthread_mutex_unlock(&x->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&x->lock);
    json_decref(x->answers);
    reply_done(&x->reply);
    free(x);
}

void exchange_expect(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    x->pending++;
    pthread_mutex_unlock(&x->lock);
}

void exchange_leave(struct exchange *x, const struct call *c)
{
    pthread_mutex_lock(&x->lock);
    for (struct call **p = &x->calls; *p; p = &(*p)->next_in_exchange) {
        if (*p == c) {
            *p = c->next_in_exchange;
            break;
        }
    }
    pthread_mutex_unlock(&x->lock);
}

void exchange_cancel(struct exchange *x, enum stop_why why)
{
    pthread_mutex_lock(&x->lock);
    for (struct call *c = x->calls; c; c = c->next_in_exchange)
        stop_trip(&c->stop, why);
    pthread_mutex_unlock(&x->lock);
    if (x->listeners) {
        x->gone = true;
        listeners_poke(x->listeners);
    }
}

void exchange_lost(struct exchange *x)
{
    if (x->hangup_cancels) {
        exchange_cancel(x, STOP_CANCELLED);
        return;
    }
    pthread_mutex_lock(&x->lock);
    x->lost = true;
    for (struct call *c = x->calls; c; c = c->next_in_exchange)
        board_lose(x->engine->board, c);
    pthread_mutex_unlock(&x->lock);
}

/* Adds one answer to a batch. Answers are our own text, so parsing them back cannot fail. */
static void collect(struct exchange *x, struct reply *r)
{
    if (r->body)
        json_array_append_new(x->answers, json_parse(r->body, r->len, JSON_DEPTH_UPSTREAM, NULL));
    reply_done(r);
}

void exchange_answer(struct exchange *x, struct reply *r)
{
    struct reply last = {0};
    pthread_mutex_lock(&x->lock);
    if (x->batch)
        collect(x, r);
    else
        x->reply = *r;
    bool finished = --x->pending == 0;
    if (finished && x->batch && json_array_size(x->answers) > 0) {
        last.status = 200;
        last.body = json_text(x->answers, &last.len);
    } else if (finished && !x->batch) {
        last = x->reply;
        x->reply = (struct reply){0};
    }
    pthread_mutex_unlock(&x->lock);
    if (finished)
        x->sink->finish(x->sink, &last);
}
