#include "tools/claims.h"

#include "base/clock.h"
#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A resource that is held, or that was started: two lists of the same kind. */
struct entry {
    struct entry *next;
    char *resource;
    char *outcome;       /* remembered ones only */
    int64_t at_mono_ms;
};

struct claims {
    pthread_mutex_t lock; /* guards all below; nothing is called out to while it is held */
    pthread_cond_t given_back; /* or a waiter was told to stop */
    struct entry *held;
    struct entry *remembered; /* newest first */
};

struct claims *claims_new(void)
{
    struct claims *c = xcalloc(1, sizeof *c);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->given_back, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return c;
}

static void entry_free(struct entry *x)
{
    free(x->resource);
    free(x->outcome);
    free(x);
}

void claims_free(struct claims *c)
{
    if (!c)
        return;
    for (struct entry *x = c->remembered, *next; x; x = next) {
        next = x->next;
        entry_free(x);
    }
    pthread_cond_destroy(&c->given_back);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* The place that points at the entry of `resource`, or at the end of the list. */
static struct entry **find(struct entry **list, const char *resource)
{
    while (*list && strcmp((*list)->resource, resource) != 0)
        list = &(*list)->next;
    return list;
}

static void add(struct entry **list, const char *resource, const char *outcome)
{
    struct entry *x = xcalloc(1, sizeof *x);
    x->resource = xstrdup(resource);
    x->outcome = outcome ? xstrdup(outcome) : NULL;
    x->at_mono_ms = clock_mono_ms();
    x->next = *list;
    *list = x;
}

static void drop(struct entry **place)
{
    struct entry *x = *place;
    if (!x)
        return;
    *place = x->next;
    entry_free(x);
}

struct waiter {
    struct claims *claims;
    bool told; /* under the claims' lock */
};

/* Runs under the stop's lock, so that lock comes before ours: no stop is looked at while ours is held. */
static void tell(void *ctx)
{
    struct waiter *w = ctx;
    pthread_mutex_lock(&w->claims->lock);
    w->told = true;
    pthread_cond_broadcast(&w->claims->given_back);
    pthread_mutex_unlock(&w->claims->lock);
}

int claims_take(struct claims *c, const char *resource, struct stop *stop, struct err *e)
{
    struct waiter w = {.claims = c};
    struct stop_waker waker = {.wake = tell, .ctx = &w};
    stop_hook(stop, &waker);
    int64_t left_ms = stop_left_ms(stop), now = clock_mono_ms();
    bool for_ever = left_ms > INT64_MAX - now;
    int64_t until = for_ever ? 0 : now + left_ms;
    struct timespec ts = {.tv_sec = (time_t)(until / 1000), .tv_nsec = (long)(until % 1000) * 1000000};

    pthread_mutex_lock(&c->lock);
    bool late = false;
    while (*find(&c->held, resource) && !w.told && !late)
        late = (for_ever ? pthread_cond_wait(&c->given_back, &c->lock)
                         : pthread_cond_timedwait(&c->given_back, &c->lock, &ts)) != 0;
    bool taken = !*find(&c->held, resource);
    if (taken)
        add(&c->held, resource, NULL);
    pthread_mutex_unlock(&c->lock);
    stop_unhook(stop, &waker);
    return taken ? 0 : stop_err(stop_check(stop), "waiting for another call that is at it", e);
}

void claims_give_back(struct claims *c, const char *resource)
{
    pthread_mutex_lock(&c->lock);
    drop(find(&c->held, resource));
    pthread_cond_broadcast(&c->given_back);
    pthread_mutex_unlock(&c->lock);
}

void claims_remember(struct claims *c, const char *resource, const char *outcome)
{
    pthread_mutex_lock(&c->lock);
    drop(find(&c->remembered, resource));
    add(&c->remembered, resource, outcome);
    struct entry **last = &c->remembered;
    for (int i = 0; *last && i < CLAIMS_MEMORY_MAX; i++)
        last = &(*last)->next;
    drop(last);
    pthread_mutex_unlock(&c->lock);
}

char *claims_recall(struct claims *c, const char *resource, int64_t *age_ms)
{
    char *outcome = NULL;
    pthread_mutex_lock(&c->lock);
    const struct entry *x = *find(&c->remembered, resource);
    int64_t age = x ? clock_mono_ms() - x->at_mono_ms : 0;
    if (x && age < CLAIMS_MEMORY_MS) {
        outcome = xstrdup(x->outcome);
        *age_ms = age;
    }
    pthread_mutex_unlock(&c->lock);
    return outcome;
}
