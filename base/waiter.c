#include "base/waiter.h"

#include "base/clock.h"

#include <stdint.h>

static void wake(void *ctx)
{
    struct waiter *w = ctx;
    pthread_mutex_lock(&w->lock);
    w->woken = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void waiter_join(struct waiter **list, struct waiter *w)
{
    clock_cond_init(&w->changed);
    pthread_mutex_init(&w->lock, NULL);
    w->woken = false;
    w->next = *list;
    *list = w;
}

void waiter_leave(struct waiter **list, struct waiter *w)
{
    struct waiter **p = list;
    while (*p != w)
        p = &(*p)->next;
    *p = w->next;
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
}

void waiter_wake_all(struct waiter *list)
{
    for (struct waiter *w = list; w; w = w->next)
        wake(w);
}

static void sleep_until(struct waiter *w, int64_t until_mono_ms)
{
    pthread_mutex_lock(&w->lock);
    while (!w->woken && clock_cond_wait(&w->changed, &w->lock, until_mono_ms))
        ;
    pthread_mutex_unlock(&w->lock);
}

void waiter_wait(struct waiter *w, struct stop *stop)
{
    waiter_wait_ms(w, stop, INT64_MAX);
}

void waiter_wait_ms(struct waiter *w, struct stop *stop, int64_t limit_ms)
{
    struct stop_waker waker = {.wake = wake, .ctx = w};
    if (stop)
        stop_hook(stop, &waker);
    int64_t left = stop_left_ms(stop);
    if (left > limit_ms)
        left = limit_ms;
    sleep_until(w, left == INT64_MAX ? INT64_MAX : clock_mono_ms() + left);
    if (stop)
        stop_unhook(stop, &waker);
}

void waiter_stand(struct waiter **list, pthread_mutex_t *lock, struct stop *stop)
{
    struct waiter w;
    waiter_join(list, &w);
    pthread_mutex_unlock(lock);
    waiter_wait(&w, stop);
    pthread_mutex_lock(lock);
    waiter_leave(list, &w);
}
