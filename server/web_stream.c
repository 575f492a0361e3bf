/* Answers that come later: the sink that workers write to, and the stream that libmicrohttpd reads from. */
#include "server/web_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void web_wake(struct web_request *r)
{
    if (r->suspended) {
        r->suspended = false;
        MHD_resume_connection(r->connection);
    }
}

static void add_event(struct web_request *r, const char *json, size_t n)
{
    buf_adds(&r->outbox, "event: message\ndata: ");
    buf_add(&r->outbox, json, n);
    buf_adds(&r->outbox, "\n\n");
    r->quiet_since_mono_ms = clock_mono_ms();
}

void web_sink_note(struct sink *s, const char *json, size_t n)
{
    struct web_request *r = (struct web_request *)(void *)s;
    pthread_mutex_lock(&r->lock);
    if (!r->finished && !r->hung_up && r->headers.accepts_sse) {
        add_event(r, json, n);
        r->wants_stream = true;
        if (r->outbox.full) /* it does not read: libmicrohttpd, which waits for that, learns of it only so */
            shutdown(r->socket->fd, SHUT_RDWR);
        web_wake(r);
    }
    pthread_mutex_unlock(&r->lock);
}

void web_sink_finish(struct sink *s, struct reply *reply)
{
    struct web_request *r = (struct web_request *)(void *)s;
    struct web *w = r->web;
    pthread_mutex_lock(&w->watch_lock);
    pthread_mutex_lock(&r->lock);
    if (r->wants_stream && reply->body && !r->hung_up)
        add_event(r, reply->body, reply->len);
    if (r->wants_stream || r->hung_up)
        reply_done(reply);
    else
        r->reply = *reply;
    r->finished = true;
    web_watch_unlink(r); /* before the resume: afterwards the socket is no longer ours to look at */
    web_wake(r);
    pthread_mutex_unlock(&r->lock);
    pthread_mutex_unlock(&w->watch_lock);
    web_request_unref(r);
}

/* MHD_ContentReaderCallback: gives what is there, else suspends until a worker or the pulse wakes the connection. */
static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max)
{
    (void)pos;
    struct web_request *r = cls;
    ssize_t n = 0;
    pthread_mutex_lock(&r->lock);
    size_t left = r->outbox.len - r->outbox_sent;
    if (r->hung_up || r->outbox.full) {
        n = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (left > 0) {
        n = (ssize_t)(left < max ? left : max);
        memcpy(out, r->outbox.data + r->outbox_sent, (size_t)n);
        r->outbox_sent += (size_t)n;
        if (r->outbox_sent == r->outbox.len) {
            buf_cut(&r->outbox, 0);
            r->outbox_sent = 0;
        }
    } else if (r->finished) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        r->suspended = true;
        MHD_suspend_connection(r->connection);
    }
    pthread_mutex_unlock(&r->lock);
    return n;
}

static void stream_gone(void *cls)
{
    web_request_unref(cls);
}

enum MHD_Result web_queue_stream(struct web_request *r)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 8192, read_stream, r, stream_gone);
    if (!response)
        abort(); /* out of memory */
    pthread_mutex_lock(&r->lock);
    r->refs++;
    r->state = WEB_STREAMING;
    pthread_mutex_unlock(&r->lock);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache, no-transform");
    MHD_add_response_header(response, "X-Accel-Buffering", "no");
    enum MHD_Result rc = MHD_queue_response(r->connection, 200, response);
    MHD_destroy_response(response);
    return rc;
}
