/* The I/O thread: takes transfers from the queue, drives them all with one multi handle, hands back what is over. */
#include "base/http_private.h"

#include "base/clock.h"
#include "base/idle.h"
#include "base/own.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* How long to sleep at most; any wake-up ends it. */
#define WAIT_MAX_MS 60000

/* What was queued. Where nothing was, and there is no reason to wait for more, `*over` is set, and nobody wakes the thread any
   more: the next fetch starts another. */
static struct http_transfer *queue_take(struct http *h, bool *over)
{
    pthread_mutex_lock(&h->lock);
    struct http_transfer *first = h->queue;
    h->queue = NULL;
    h->queue_end = &h->queue;
    *over = h->ending || (!first && !h->active && clock_mono_ms() >= h->keep_until_mono_ms);
    h->running = !*over;
    pthread_mutex_unlock(&h->lock);
    return first;
}

/* Frees what the transfer holds and tells its caller. `t` belongs to the caller again afterwards. */
static void transfer_end(struct http *h, struct http_transfer *t)
{
    if (t->easy && h->idle_count < ARRAY_LEN(h->idle))
        h->idle[h->idle_count++] = t->easy;
    else if (t->easy)
        curl_easy_cleanup(t->easy);
    if (t->easy && !t->request->once)
        h->keep_until_mono_ms = clock_mono_ms() + HTTP_KEPT_MS;
    curl_slist_free_all(t->headers);
    buf_done(&t->header_text);
    t->reply->ms = clock_mono_ms() - t->started_mono_ms;
    pthread_mutex_lock(&h->lock);
    /* signalled under the lock: without it the caller could be gone, and its condition with it */
    if (--t->batch->left == 0)
        pthread_cond_signal(&t->batch->done);
    pthread_mutex_unlock(&h->lock);
}

static bool is_over(const struct http_transfer *t, int64_t now_mono_ms)
{
    return atomic_load(&t->batch->tripped) || now_mono_ms >= t->deadline_mono_ms;
}

static void transfer_start(struct http *h, struct http_transfer *t)
{
    if (is_over(t, clock_mono_ms())) {
        http_reply_give_up(t);
        transfer_end(h, t);
        return;
    }
    t->easy = h->idle_count ? h->idle[--h->idle_count] : curl_easy_init();
    if (!t->easy)
        abort(); /* out of memory */
    http_easy_prepare(h, t);
    t->next = h->active;
    h->active = t;
    if (curl_multi_add_handle(h->multi, t->easy))
        abort(); /* out of memory, or a handle added twice */
}

/* Takes it off the list of the active and out of the multi handle; a connection in mid-request is closed by that. */
static void transfer_detach(struct http *h, struct http_transfer *t)
{
    for (struct http_transfer **p = &h->active; *p; p = &(*p)->next) {
        if (*p == t) {
            *p = t->next;
            break;
        }
    }
    curl_multi_remove_handle(h->multi, t->easy);
}

static void collect_finished(struct http *h)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct http_transfer *t = NULL;
        CURLcode code = m->data.result; /* `m` is gone once the handle is removed */
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        http_reply_settle(t, code);
        transfer_detach(h, t);
        transfer_end(h, t);
    }
}

/* Ends what was stopped or ran out of time. Returns how long to wait at most for the next of these, in ms; with nothing under
   way, until connections need not be kept any longer.
   The deadline is ours, not curl's: curl's does not count while a transfer waits for a free connection. */
static int collect_expired(struct http *h)
{
    int64_t now = clock_mono_ms(), next = now + WAIT_MAX_MS;
    for (struct http_transfer *t = h->active, *after; t; t = after) {
        after = t->next;
        if (is_over(t, now)) {
            http_reply_give_up(t);
            transfer_detach(h, t);
            transfer_end(h, t);
        } else if (t->deadline_mono_ms < next) {
            next = t->deadline_mono_ms;
        }
    }
    if (!h->active)
        next = h->keep_until_mono_ms > now ? h->keep_until_mono_ms : now;
    return (int)(next - now);
}

/* With the connections goes what they shared: of the CA bundle alone 1 MiB. A process that may be idle for hours returns that to
   the system. */
static void give_back(struct http *h)
{
    while (h->idle_count)
        curl_easy_cleanup(h->idle[--h->idle_count]);
    curl_multi_cleanup(h->multi);
    OPENSSL_thread_stop();
    idle_rest();
}

void *http_loop(void *http)
{
    struct http *h = http;
    for (;;) {
        bool over;
        for (struct http_transfer *t = queue_take(h, &over), *next; t; t = next) {
            next = t->next;
            transfer_start(h, t);
        }
        if (over) {
            give_back(h);
            return NULL;
        }
        int running;
        if (curl_multi_perform(h->multi, &running))
            abort(); /* out of memory, or a bug: nothing that a peer can bring about */
        collect_finished(h);
        curl_multi_poll(h->multi, NULL, 0, collect_expired(h), NULL);
    }
}
