/* Whole answers: status, headers, body. */
#include "server/web_private.h"

#include "base/log.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_AFTER_S "2"

static void header(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

static enum MHD_Result queue(struct MHD_Connection *c, int status, struct MHD_Response *response)
{
    enum MHD_Result rc = MHD_queue_response(c, (unsigned)status, response);
    MHD_destroy_response(response);
    return rc;
}

/* Takes `body` over. */
static struct MHD_Response *response_of(char *body, size_t n)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
    if (!response)
        abort(); /* out of memory */
    return response;
}

/* A client that takes streams only gets its one answer as one event. */
static void wrap_as_event(struct reply *reply)
{
    char *event = xasprintf("event: message\ndata: %s\n\n", reply->body);
    free(reply->body);
    reply->body = event;
    reply->len = strlen(event);
}

enum MHD_Result web_queue_reply(struct web_request *r, struct reply *reply)
{
    r->state = WEB_ANSWERED;
    bool stream = !r->headers.accepts_json && r->headers.accepts_sse && reply->body && !reply->plain;
    if (stream)
        wrap_as_event(reply);
    size_t n = reply->body ? reply->len : 0;
    struct MHD_Response *response = response_of(reply->body ? steal(&reply->body) : xcalloc(1, 1), n);
    if (n)
        header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
               stream ? "text/event-stream" : reply->plain ? "text/plain; charset=utf-8" : "application/json");
    if (stream)
        header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache, no-transform");
    if (reply->session)
        header(response, "Mcp-Session-Id", reply->session);
    if (r->challenge)
        header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, r->challenge);
    if (reply->status == 405)
        header(response, MHD_HTTP_HEADER_ALLOW, "POST");
    if (reply->status == 503 || reply->status == 429)
        header(response, MHD_HTTP_HEADER_RETRY_AFTER, RETRY_AFTER_S);
    int status = reply->status;
    reply_done(reply);
    return queue(r->connection, status, response);
}

void web_log_stranger(struct web_request *r)
{
    auto_free char *why = steal(&r->why);
    if (why)
        log_event(r->why_is_usual ? LOG_INFO : LOG_WARN, "auth_refused", "{s:s}", "why", why);
}

enum MHD_Result web_queue_refusal(struct web_request *r)
{
    struct reply reply = {0};
    web_log_stranger(r);
    if (r->dropped == 0)
        id_scan_feed(&r->scan, buf_text(&r->body), r->body.len);
    engine_refusal(&r->scan, r->refused, r->refusal, &reply);
    return web_queue_reply(r, &reply);
}

static struct MHD_Response *text_response(const char *text, bool close)
{
    char *body = xasprintf("%s\n", text);
    struct MHD_Response *response = response_of(body, strlen(body));
    header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
    if (close)
        header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return response;
}

enum MHD_Result web_queue_text(struct MHD_Connection *c, int status, const char *text, bool close)
{
    return queue(c, status, text_response(text, close));
}

enum MHD_Result web_queue_not_allowed(struct MHD_Connection *c, const char *allow, const char *text, bool close)
{
    struct MHD_Response *response = text_response(text, close);
    header(response, MHD_HTTP_HEADER_ALLOW, allow);
    return queue(c, 405, response);
}

enum MHD_Result web_queue_later(struct MHD_Connection *c, const char *text)
{
    struct MHD_Response *response = text_response(text, false);
    header(response, MHD_HTTP_HEADER_RETRY_AFTER, RETRY_AFTER_S);
    header(response, "Access-Control-Allow-Origin", "*"); /* as what is to come */
    return queue(c, 503, response);
}

enum MHD_Result web_queue_json(struct MHD_Connection *c, const char *json)
{
    struct MHD_Response *response = response_of(xstrdup(json), strlen(json));
    header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    header(response, "Access-Control-Allow-Origin", "*"); /* public metadata, read by clients that live in a browser */
    header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "max-age=300");
    return queue(c, 200, response);
}
