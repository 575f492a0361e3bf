#include "server/web_private.h"

#include "base/clock.h"
#include "base/own.h"

#include <stdlib.h>

struct web_request *web_request_new(struct web *w, struct MHD_Connection *c, const char *target)
{
    struct web_request *r = xcalloc(1, sizeof *r);
    r->sink = (struct sink){.note = web_sink_note, .finish = web_sink_finish};
    r->web = w;
    r->connection = c;
    r->target = xstrdup(target);
    r->body = BUF_INIT(WEB_BODY_MAX);
    r->outbox = BUF_INIT(WEB_OUTBOX_MAX);
    r->refs = 1;
    pthread_mutex_init(&r->lock, NULL);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    r->socket = info ? info->socket_context : NULL;
    if (r->socket)
        r->socket->deadline_mono_ms = clock_mono_ms() + w->o.request_timeout_ms;
    return r;
}

void web_request_unref(struct web_request *r)
{
    pthread_mutex_lock(&r->lock);
    bool last = --r->refs == 0;
    pthread_mutex_unlock(&r->lock);
    if (!last)
        return;
    web_log_stranger(r); /* who left before the answer was refused too */
    atomic_fetch_sub(&r->web->bodies, r->charged);
    exchange_unref(r->exchange);
    web_headers_done(&r->headers);
    reply_done(&r->reply);
    buf_done(&r->body);
    buf_done(&r->outbox);
    pthread_mutex_destroy(&r->lock);
    free(r->challenge);
    free(r->target);
    free(r);
}
