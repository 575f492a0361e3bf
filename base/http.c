#include "base/http_private.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/own.h"
#include "base/text.h"
#include "base/trust.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A TLS handshake with Debian's CA bundle was measured to touch less than 32 KiB; names are resolved in threads of
   curl's own. */
#define STACK_BYTES (256 * 1024)

#define POOL_CONNECTIONS 64L
#define TIMEOUT_DEFAULT_MS 10000
#define TIMEOUT_MAX_MS (24 * 3600 * 1000)

/* libcurl itself once, and a multi handle for an I/O thread, under the lock. Not before the first fetch: merely asking libcurl
   for its version starts libcrypto, and both together cost an idle server 3 MiB. curl_global_init may run beside other threads
   since 7.84, and OpenSSL 3 starts itself safely. */
static int curl_start(struct http *h)
{
    crypto_ready();
    if (!h->curl_ready && curl_global_init(CURL_GLOBAL_DEFAULT))
        return -1;
    h->curl_ready = true;
    h->multi = curl_multi_init();
    if (!h->multi)
        abort(); /* out of memory */
    curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, h->per_host);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, h->per_host > POOL_CONNECTIONS ? h->per_host : POOL_CONNECTIONS);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return 0;
}

struct http *http_new(const struct http_options *o, struct err *e)
{
    char *named = NULL;
    if (trust_named(o->ca_bundle, &named, e))
        return NULL;
    struct http *h = xcalloc(1, sizeof *h);
    h->per_host = o->max_per_host > 0 ? o->max_per_host : 32;
    h->ca_bundle = named ? named : trust_system("");
    h->user_agent = o->user_agent ? xstrdup(o->user_agent) : NULL;
    h->queue_end = &h->queue;
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

const char *http_ca_bundle(const struct http *h)
{
    return h->ca_bundle;
}

/* Under the lock: a thread that has ended took its multi handle with it. */
static void thread_wake(struct http *h)
{
    if (h->running)
        curl_multi_wakeup(h->multi);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->ending = true;
    thread_wake(h);
    pthread_mutex_unlock(&h->lock);
    if (h->joinable)
        pthread_join(h->thread, NULL);
    if (h->curl_ready)
        curl_global_cleanup();
    pthread_mutex_destroy(&h->lock);
    free(h->ca_bundle);
    free(h->user_agent);
    free(h);
}

/* Starts the I/O thread unless it runs; under the lock. One before it may still be giving back what it held, without the lock:
   that takes a millisecond or two. All signals are blocked in it: they are the main thread's, and a peer that closes early must
   not raise SIGPIPE. curl's resolver threads inherit that. */
static int thread_start(struct http *h)
{
    if (h->running)
        return 0;
    if (h->joinable)
        pthread_join(h->thread, NULL);
    h->joinable = false;
    if (curl_start(h))
        return -1;
    sigset_t all, before;
    pthread_attr_t attr;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&h->thread, &attr, http_loop, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (failed)
        curl_multi_cleanup(h->multi);
    h->running = h->joinable = !failed;
    return failed;
}

/* Runs under the stop's lock, so it only signals. */
static void batch_trip(void *ctx)
{
    struct http_batch *b = ctx;
    pthread_mutex_lock(&b->http->lock);
    atomic_store(&b->tripped, true);
    thread_wake(b->http);
    pthread_mutex_unlock(&b->http->lock);
}

/* Fills a transfer, or settles its reply at once and returns -1 when it cannot be sent. */
static int transfer_init(struct http_transfer *t, const struct http_request *r, struct http_reply *reply,
                         struct http_batch *b)
{
    *reply = (struct http_reply){.sent = HTTP_NOT_SENT, .body = BUF_INIT(r->reply_max)};
    if (http_request_check(r, &reply->err))
        return -1;
    if (!b->http->ca_bundle && text_starts(r->url, "https://"))
        return trust_missing(&reply->err);
    int64_t now = clock_mono_ms(), left = stop_left_ms(b->stop);
    int64_t timeout = r->timeout_ms > 0 ? r->timeout_ms : TIMEOUT_DEFAULT_MS;
    timeout = timeout < TIMEOUT_MAX_MS ? timeout : TIMEOUT_MAX_MS;
    *t = (struct http_transfer){.request = r,
                                .reply = reply,
                                .batch = b,
                                .started_mono_ms = now,
                                .deadline_mono_ms = now + (left < timeout ? left : timeout)};
    if (stop_check(b->stop) != STOP_GO_ON) {
        http_reply_give_up(t);
        return -1;
    }
    return 0;
}

/* Queues `count` transfers and waits until the I/O thread has settled each. */
static void batch_run(struct http *h, struct http_batch *b, struct http_transfer *transfers, size_t count)
{
    pthread_cond_init(&b->done, NULL);
    pthread_mutex_lock(&h->lock);
    if (thread_start(h)) {
        for (size_t i = 0; i < count; i++)
            err_set(&transfers[i].reply->err, ERR_INTERNAL, "the thread for outbound HTTP cannot be started");
    } else {
        for (size_t i = 0; i < count; i++) {
            *h->queue_end = &transfers[i];
            h->queue_end = &transfers[i].next;
        }
        b->left = count;
        thread_wake(h);
        while (b->left)
            pthread_cond_wait(&b->done, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    pthread_cond_destroy(&b->done);
}

size_t http_fetch_all(struct http *h, const struct http_request *requests, struct http_reply *replies, size_t n,
                      struct stop *stop)
{
    auto_free struct http_transfer *transfers = xcalloc(n, sizeof *transfers);
    struct http_batch b = {.http = h, .stop = stop};
    b.waker = (struct stop_waker){.wake = batch_trip, .ctx = &b};
    size_t count = 0, replied = 0;
    for (size_t i = 0; i < n; i++)
        count += transfer_init(&transfers[count], &requests[i], &replies[i], &b) == 0;
    if (count) {
        if (stop)
            stop_hook(stop, &b.waker);
        batch_run(h, &b, transfers, count);
        if (stop)
            stop_unhook(stop, &b.waker);
    }
    for (size_t i = 0; i < n; i++)
        replied += replies[i].sent == HTTP_REPLIED;
    return replied;
}

int http_fetch(struct http *h, const struct http_request *request, struct http_reply *reply, struct stop *stop,
               struct err *e)
{
    if (http_fetch_all(h, request, reply, 1, stop) == 1)
        return 0;
    return err_set(e, reply->err.kind, "%s", reply->err.text);
}
