#include "tools/claims.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/waiter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A resource that is held, or that was started: two lists of the same kind. */
struct entry {
    struct entry *next;
    char *resource;
    char *outcome;       /* remembered ones only */
    int64_t at_mono_ms;
};

struct claims {
    pthread_mutex_t lock; /* guards all below; a stop's lock is taken under it, never the other way round */
    struct waiter *waiters;
    struct entry *held;
    struct entry *remembered; /* newest first */
};

struct claims *claims_new(void)
{
    struct claims *c = xcalloc(1, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
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

/* With c->lock held, which is given up while waiting: until something is given back or the stop trips. */
static void wait_for_return(struct claims *c, struct stop *stop)
{
    struct waiter w;
    waiter_join(&c->waiters, &w);
    pthread_mutex_unlock(&c->lock);
    waiter_wait(&w, stop);
    pthread_mutex_lock(&c->lock);
    waiter_leave(&c->waiters, &w);
}

int claims_take(struct claims *c, const char *resource, struct stop *stop, struct err *e)
{
    pthread_mutex_lock(&c->lock);
    while (*find(&c->held, resource) && stop_check(stop) == STOP_GO_ON)
        wait_for_return(c, stop);
    bool taken = !*find(&c->held, resource);
    if (taken)
        add(&c->held, resource, NULL);
    pthread_mutex_unlock(&c->lock);
    return taken ? 0 : stop_err(stop_check(stop), "waiting for another call that is at it", e);
}

void claims_give_back(struct claims *c, const char *resource)
{
    pthread_mutex_lock(&c->lock);
    drop(find(&c->held, resource));
    waiter_wake_all(c->waiters);
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
