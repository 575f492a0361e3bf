#include "base/stop.h"

#include "base/clock.h"

#include <errno.h>
#include <time.h>

/* The time `ms` from now, however large that is. */
static int64_t after(int64_t ms)
{
    int64_t now = clock_mono_ms();
    return ms < INT64_MAX - now ? now + ms : INT64_MAX;
}

void stop_init(struct stop *s, int64_t timeout_ms)
{
    pthread_mutex_init(&s->lock, NULL);
    clock_cond_init(&s->changed);
    s->deadline_mono_ms = timeout_ms < 0 ? INT64_MAX : after(timeout_ms);
    s->why = STOP_GO_ON;
    s->wakers = NULL;
}

void stop_done(struct stop *s)
{
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
}

/* With the lock held. */
static enum stop_why look(struct stop *s)
{
    if (s->why == STOP_GO_ON && s->deadline_mono_ms != INT64_MAX && clock_mono_ms() >= s->deadline_mono_ms)
        s->why = STOP_DEADLINE;
    return s->why;
}

void stop_extend(struct stop *s, int64_t ms)
{
    pthread_mutex_lock(&s->lock);
    int64_t *deadline = &s->deadline_mono_ms;
    if (look(s) == STOP_GO_ON && *deadline != INT64_MAX)
        *deadline = ms > 0 && *deadline > INT64_MAX - ms ? INT64_MAX : *deadline + ms;
    pthread_mutex_unlock(&s->lock);
}

void stop_trip(struct stop *s, enum stop_why why)
{
    pthread_mutex_lock(&s->lock);
    if (s->why == STOP_GO_ON) {
        s->why = why;
        pthread_cond_broadcast(&s->changed);
        for (struct stop_waker *w = s->wakers; w; w = w->next)
            w->wake(w->ctx);
    }
    pthread_mutex_unlock(&s->lock);
}

enum stop_why stop_check(struct stop *s)
{
    if (!s)
        return STOP_GO_ON;
    pthread_mutex_lock(&s->lock);
    enum stop_why why = look(s);
    pthread_mutex_unlock(&s->lock);
    return why;
}

int64_t stop_left_ms(struct stop *s)
{
    if (!s)
        return INT64_MAX;
    pthread_mutex_lock(&s->lock);
    int64_t left = look(s) ? 0 : s->deadline_mono_ms == INT64_MAX ? INT64_MAX : s->deadline_mono_ms - clock_mono_ms();
    pthread_mutex_unlock(&s->lock);
    return left < 0 ? 0 : left;
}

static void sleep_until(int64_t until_mono_ms)
{
    struct timespec ts = {.tv_sec = (time_t)(until_mono_ms / 1000), .tv_nsec = (long)(until_mono_ms % 1000) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
        ;
}

enum stop_why stop_sleep(struct stop *s, int64_t ms)
{
    int64_t until = after(ms > 0 ? ms : 0);
    if (!s) {
        sleep_until(until);
        return STOP_GO_ON;
    }
    pthread_mutex_lock(&s->lock);
    if (until > s->deadline_mono_ms)
        until = s->deadline_mono_ms;
    while (look(s) == STOP_GO_ON && clock_cond_wait(&s->changed, &s->lock, until))
        ;
    enum stop_why why = look(s);
    pthread_mutex_unlock(&s->lock);
    return why;
}

void stop_hook(struct stop *s, struct stop_waker *w)
{
    pthread_mutex_lock(&s->lock);
    w->next = s->wakers;
    s->wakers = w;
    if (s->why != STOP_GO_ON)
        w->wake(w->ctx);
    pthread_mutex_unlock(&s->lock);
}

void stop_unhook(struct stop *s, struct stop_waker *w)
{
    pthread_mutex_lock(&s->lock);
    for (struct stop_waker **p = &s->wakers; *p; p = &(*p)->next) {
        if (*p == w) {
            *p = w->next;
            break;
        }
    }
    pthread_mutex_unlock(&s->lock);
}

int stop_err(enum stop_why why, const char *what, struct err *e)
{
    switch (why) {
    case STOP_DEADLINE:
        return err_set(e, ERR_TIMEOUT, "%s: the time allowed for this call ran out", what);
    case STOP_SHUTDOWN:
        return err_set(e, ERR_CANCELLED, "%s: the server is shutting down", what);
    case STOP_CANCELLED:
        return err_set(e, ERR_CANCELLED, "%s: cancelled by the caller", what);
    case STOP_GO_ON:
        break;
    }
    return err_set(e, ERR_INTERNAL, "%s: nothing tripped the stop", what);
}
