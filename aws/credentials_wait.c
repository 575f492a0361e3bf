#include "aws/credentials_wait.h"

#include "base/clock.h"

#include <stdint.h>
#include <time.h>

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
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->changed, &attr);
    pthread_condattr_destroy(&attr);
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
    struct timespec ts = {.tv_sec = (time_t)(until_mono_ms / 1000),
                          .tv_nsec = (long)(until_mono_ms % 1000) * 1000000};
    pthread_mutex_lock(&w->lock);
    while (!w->woken && (until_mono_ms == INT64_MAX || clock_mono_ms() < until_mono_ms)) {
        if (until_mono_ms == INT64_MAX)
            pthread_cond_wait(&w->changed, &w->lock);
        else
            pthread_cond_timedwait(&w->changed, &w->lock, &ts);
    }
    pthread_mutex_unlock(&w->lock);
}

void waiter_wait(struct waiter *w, struct stop *stop)
{
    struct stop_waker waker = {.wake = wake, .ctx = w};
    if (stop)
        stop_hook(stop, &waker);
    int64_t left = stop_left_ms(stop);
    sleep_until(w, left == INT64_MAX ? INT64_MAX : clock_mono_ms() + left);
    if (stop)
        stop_unhook(stop, &waker);
}
