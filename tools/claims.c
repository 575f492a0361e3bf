#include "tools/claims.h"

#include "base/own.h"
#include "base/recent.h"
#include "base/waiter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct claim {
    struct claim *next;
    char *resource;
};

struct claims {
    struct recent *outcomes; /* of what was started, by resource */
    pthread_mutex_t lock; /* guards all below; a stop's lock is taken under it, never the other way round */
    struct waiter *waiters;
    struct claim *held;
};

struct claims *claims_new(void)
{
    struct claims *c = xcalloc(1, sizeof *c);
    c->outcomes = recent_new(CLAIMS_MEMORY_MAX, CLAIMS_MEMORY_MS);
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void claims_free(struct claims *c)
{
    if (!c)
        return;
    recent_free(c->outcomes);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* With the lock held: the place that points at the claim to `resource`, or at the end of the list. */
static struct claim **find(struct claims *c, const char *resource)
{
    struct claim **place = &c->held;
    while (*place && strcmp((*place)->resource, resource) != 0)
        place = &(*place)->next;
    return place;
}

int claims_take(struct claims *c, const char *resource, struct stop *stop, struct err *e)
{
    pthread_mutex_lock(&c->lock);
    while (*find(c, resource) && stop_check(stop) == STOP_GO_ON)
        waiter_stand(&c->waiters, &c->lock, stop);
    bool taken = !*find(c, resource);
    if (taken) {
        struct claim *own = xcalloc(1, sizeof *own);
        own->resource = xstrdup(resource);
        own->next = c->held;
        c->held = own;
    }
    pthread_mutex_unlock(&c->lock);
    return taken ? 0 : stop_err(stop_check(stop), "waiting for another call that is at it", e);
}

void claims_give_back(struct claims *c, const char *resource)
{
    pthread_mutex_lock(&c->lock);
    struct claim **place = find(c, resource), *own = *place;
    *place = own->next;
    waiter_wake_all(c->waiters);
    pthread_mutex_unlock(&c->lock);
    free(own->resource);
    free(own);
}

void claims_remember(struct claims *c, const char *resource, const char *outcome)
{
    recent_put(c->outcomes, resource, outcome, strlen(outcome));
}

char *claims_recall(struct claims *c, const char *resource, int64_t *age_ms)
{
    return recent_get(c->outcomes, resource, age_ms);
}
