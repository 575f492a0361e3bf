/* The pulse: one thread that sees what libmicrohttpd cannot. Clients that hang up while their connection is suspended,
   clients that drip or stall while sending, and streams that have been quiet for long. */
#include "server/web_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/own.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* How late a deadline may be noticed; and how long the pulse sleeps when nobody is connected. */
#define TICK_MS 250
#define IDLE_TICK_MS 60000

static void poke(struct web *w)
{
    uint64_t one = 1;
    if (write(w->wake_fd, &one, sizeof one) < 0)
        return; /* the counter is full: the thread is about to wake anyway */
}

void web_watch_add(struct web_request *r)
{
    struct web *w = r->web;
    pthread_mutex_lock(&w->watch_lock);
    pthread_mutex_lock(&r->lock);
    bool wanted = !r->finished && !r->watched;
    if (wanted) {
        r->watched = true;
        r->watch_prev = NULL;
        r->watch_next = w->watched;
        if (w->watched)
            w->watched->watch_prev = r;
        w->watched = r;
    }
    pthread_mutex_unlock(&r->lock);
    pthread_mutex_unlock(&w->watch_lock);
    if (wanted)
        poke(w);
}

void web_watch_unlink(struct web_request *r)
{
    if (!r->watched)
        return;
    if (r->watch_prev)
        r->watch_prev->watch_next = r->watch_next;
    else
        r->web->watched = r->watch_next;
    if (r->watch_next)
        r->watch_next->watch_prev = r->watch_prev;
    r->watched = false;
    if (!r->web->watched)
        pthread_cond_broadcast(&r->web->idle);
}

void web_watch_remove(struct web_request *r)
{
    pthread_mutex_lock(&r->web->watch_lock);
    web_watch_unlink(r);
    pthread_mutex_unlock(&r->web->watch_lock);
}

void web_socket_opened(struct web *w, struct web_socket *s)
{
    pthread_mutex_lock(&w->watch_lock);
    s->prev = NULL;
    s->next = w->sockets;
    bool first = !w->sockets;
    if (!first)
        w->sockets->prev = s;
    w->sockets = s;
    pthread_mutex_unlock(&w->watch_lock);
    if (first)
        poke(w); /* the pulse sleeps for long while there is nobody to look after */
}

void web_socket_closed(struct web *w, struct web_socket *s)
{
    pthread_mutex_lock(&w->watch_lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        w->sockets = s->next;
    if (s->next)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&w->watch_lock);
}

/* Adds one socket to ask for a hang-up. */
static void ask(struct pollfd **fds, size_t *cap, size_t at, int fd)
{
    if (at == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        *fds = xrealloc(*fds, *cap * sizeof **fds);
    }
    (*fds)[at] = (struct pollfd){.fd = fd, .events = POLLRDHUP};
}

/* Under the watch's lock: ends the reading side of clients that took too long, or left in the middle of a request:
   libmicrohttpd misses an end that comes in one packet with data. Told so, it closes them. What has arrived is still read. */
static void end_senders(struct web *w, int64_t now, struct pollfd **fds, size_t *cap)
{
    size_t n = 0;
    for (struct web_socket *s = w->sockets; s; s = s->next)
        ask(fds, cap, n++, s->fd);
    if (n)
        poll(*fds, n, 0);
    n = 0;
    for (struct web_socket *s = w->sockets; s; s = s->next, n++) {
        int64_t deadline = s->deadline_mono_ms;
        bool gone = (*fds)[n].revents & (POLLRDHUP | POLLHUP | POLLERR);
        if (!deadline || (now <= deadline && !gone))
            continue;
        shutdown(s->fd, SHUT_RD); /* at every tick until it is closed: one call can fall into a moment when nobody listens */
        if (!gone && !s->ended)
            log_event(LOG_WARN, "request_too_slow", NULL);
        s->ended = true;
    }
}

/* Under both locks: the client of a waiting request has gone. */
static void hung_up(struct web_request *r)
{
    if (!r->suspended)
        return; /* libmicrohttpd has it back and will see for itself */
    r->hung_up = true;
    web_watch_unlink(r);
    if (r->exchange)
        exchange_lost(r->exchange);
    web_wake(r);
}

/* Under both locks: silence becomes a stream, and a quiet stream gets a comment line. */
static void keep_alive(struct web_request *r, int64_t now)
{
    int64_t quiet_ms = now - r->quiet_since_mono_ms;
    if (r->state == WEB_WAITING && !r->wants_stream && quiet_ms > WEB_STREAM_AFTER_MS && r->headers.accepts_sse) {
        r->wants_stream = true;
        web_wake(r);
    } else if (r->state == WEB_STREAMING && quiet_ms > r->web->o.keepalive_ms) {
        buf_adds(&r->outbox, ":\n\n");
        r->quiet_since_mono_ms = now;
        web_wake(r);
    }
}

/* Under the watch's lock: one poll entry per watched request. */
static size_t collect(struct web *w, struct pollfd **fds, size_t *cap)
{
    size_t n = 0;
    for (struct web_request *r = w->watched; r; r = r->watch_next)
        ask(fds, cap, n++, r->socket->fd);
    return n;
}

/* Looks at every watched request. The list cannot change under the lock and the descriptors stay open while their request is
   on it, so a poll that does not wait tells the truth about exactly these requests. */
static void look_after(struct web *w, struct pollfd **fds, size_t *cap)
{
    int64_t now = clock_mono_ms();
    pthread_mutex_lock(&w->watch_lock);
    end_senders(w, now, fds, cap);
    size_t n = collect(w, fds, cap);
    if (n)
        poll(*fds, n, 0);
    size_t i = 0;
    struct web_request *next;
    for (struct web_request *r = w->watched; r; r = next, i++) {
        next = r->watch_next;
        pthread_mutex_lock(&r->lock);
        if ((*fds)[i].revents & (POLLRDHUP | POLLHUP | POLLERR))
            hung_up(r);
        else
            keep_alive(r, now);
        pthread_mutex_unlock(&r->lock);
    }
    pthread_mutex_unlock(&w->watch_lock);
}

/* Waits for a hang-up, a change of the list, or the next tick. Descriptors may be stale here: what it returns is only a hint,
   and look_after asks again under the lock. */
static void wait_for_news(struct web *w, struct pollfd **fds, size_t *cap)
{
    pthread_mutex_lock(&w->watch_lock);
    size_t n = collect(w, fds, cap);
    bool idle = n == 0 && !w->sockets;
    pthread_mutex_unlock(&w->watch_lock);
    if (n == *cap)
        *fds = xrealloc(*fds, ++*cap * sizeof **fds);
    (*fds)[n] = (struct pollfd){.fd = w->wake_fd, .events = POLLIN};
    poll(*fds, n + 1, idle ? IDLE_TICK_MS : TICK_MS);
    uint64_t count;
    if ((*fds)[n].revents && read(w->wake_fd, &count, sizeof count) < 0)
        return; /* nothing to take: fine */
}

static void *pulse(void *arg)
{
    struct web *w = arg;
    struct pollfd *fds = NULL;
    size_t cap = 0;
    bool ended = false;
    while (!ended) {
        web_keys_refresh(w);
        wait_for_news(w, &fds, &cap);
        look_after(w, &fds, &cap);
        pthread_mutex_lock(&w->watch_lock);
        ended = w->ended;
        pthread_mutex_unlock(&w->watch_lock);
    }
    free(fds);
    return NULL;
}

int web_watch_start(struct web *w, struct err *e)
{
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake_fd < 0)
        return err_set(e, ERR_INTERNAL, "eventfd: %s", strerror(errno));
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 128 * 1024);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&w->pulse, &attr, pulse, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    w->pulse_started = rc == 0;
    return rc ? err_set(e, ERR_INTERNAL, "starting a thread: %s", strerror(rc)) : 0;
}

void web_watch_stop(struct web *w)
{
    pthread_mutex_lock(&w->watch_lock);
    w->ended = true;
    pthread_mutex_unlock(&w->watch_lock);
    poke(w);
    if (w->pulse_started)
        pthread_join(w->pulse, NULL);
}
