#include "aws/breaker.h"

#include "base/own.h"
#include "base/text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIAL_MAX_MS 30000 /* a trial nobody heard of again counts as lost */

struct circuit {
    struct route_row row; /* first */
    int failures;            /* in a row */
    int64_t since_ms;        /* the first of them */
    int64_t open_ms;         /* how long it was opened for; 0: closed */
    int64_t until_ms;
    int64_t trial_ms; /* when the trial under way began; 0: there is none */
    char said[160]; /* by the last failure */
};

struct breaker {
    pthread_mutex_t lock; /* guards all below; a leaf */
    struct circuit circuits[ROUTES_MAX];
};

struct breaker *breaker_new(void)
{
    struct breaker *b = xcalloc(1, sizeof *b);
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

void breaker_free(struct breaker *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    free(b);
}

static struct circuit *circuit_of(struct breaker *b, const struct route *r, int64_t mono_ms)
{
    return route_row(b->circuits, ROUTES_MAX, sizeof *b->circuits, r, false, mono_ms);
}

static void explain(const struct circuit *c, const struct route *r, int64_t wait_ms, char *why)
{
    snprintf(why, BREAKER_WHY_MAX, "not asked for another %lld s: the last %d requests to %s in %s failed (%s)",
             (long long)((wait_ms + 999) / 1000), c->failures, aws_operation_service(r->op), r->region, c->said);
    why[text_utf8_floor(why, strlen(why))] = '\0';
}

/* With the lock held. */
static int64_t ask(struct circuit *c, int64_t mono_ms)
{
    if (!c->open_ms)
        return 0;
    if (mono_ms < c->until_ms)
        return c->until_ms - mono_ms;
    if (c->trial_ms && mono_ms - c->trial_ms < TRIAL_MAX_MS)
        return 1000; /* soon: somebody is trying */
    c->trial_ms = mono_ms;
    return 0;
}

int64_t breaker_ask(struct breaker *b, const struct route *r, int64_t mono_ms, char *why)
{
    pthread_mutex_lock(&b->lock);
    struct circuit *c = circuit_of(b, r, mono_ms);
    int64_t wait = ask(c, mono_ms);
    if (wait)
        explain(c, r, wait, why);
    pthread_mutex_unlock(&b->lock);
    return wait;
}

static void note_failure(struct circuit *c, const char *said, int64_t mono_ms)
{
    if (c->failures++ == 0)
        c->since_ms = mono_ms;
    snprintf(c->said, sizeof c->said, "%s", said);
    c->said[text_utf8_floor(c->said, strlen(c->said))] = '\0';
    bool trial = c->trial_ms != 0;
    bool again_and_again = c->failures >= BREAKER_FAILURES && mono_ms - c->since_ms >= BREAKER_SPAN_MS;
    if (c->open_ms ? !trial : !again_and_again)
        return; /* a straggler from before it opened, or not enough yet */
    c->open_ms = c->open_ms ? c->open_ms * 2 : BREAKER_OPEN_MS;
    if (c->open_ms > BREAKER_OPEN_MAX_MS)
        c->open_ms = BREAKER_OPEN_MAX_MS;
    c->until_ms = mono_ms + c->open_ms;
    c->trial_ms = 0;
}

void breaker_tell(struct breaker *b, const struct route *r, enum breaker_outcome outcome, const char *said,
                  int64_t mono_ms)
{
    pthread_mutex_lock(&b->lock);
    struct circuit *c = circuit_of(b, r, mono_ms);
    if (outcome == BREAKER_FAILED)
        note_failure(c, said, mono_ms);
    else if (outcome == BREAKER_NOTHING)
        c->trial_ms = 0; /* the next one may try */
    else
        c->failures = 0, c->open_ms = 0, c->trial_ms = 0;
    pthread_mutex_unlock(&b->lock);
}
