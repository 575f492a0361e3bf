/* What a request is, and what becomes of it: the checks on the headers, the body, the engine. */
#include "server/web_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/own.h"
#include "base/text.h"
#include "server/web_hosts.h"

#include <stdlib.h>
#include <string.h>

/* What a message over the limit is answered. */
#define TOO_LARGE "the message is too large: at most 1 MiB is taken"

/* Remembers a refusal; it is sent once the body has been read for its id. */
static enum MHD_Result refuse_later(struct web_request *r, int status, const char *text)
{
    r->refused = status;
    r->refusal = text;
    r->state = WEB_READING;
    return MHD_YES;
}

void web_refuse_size(struct web_request *r)
{
    log_event(LOG_WARN, "body_too_large", "{s:i}", "limit", WEB_BODY_MAX);
    refuse_later(r, 413, TOO_LARGE);
}

static void challenge(struct web_request *r, enum auth_verdict verdict, unsigned needed)
{
    struct buf value = BUF_INIT(4096);
    auth_challenge(r->web->o.auth, verdict, needed, &value);
    free(r->challenge);
    r->challenge = buf_steal(&value, NULL);
}

/* Turns a verdict into a known caller or a refusal. AUTH_NEEDS_KEYS is dealt with before. */
static void judge(struct web_request *r, enum auth_verdict verdict, const struct err *e)
{
    r->refused = 0;
    r->caller_known = verdict == AUTH_OK;
    if (verdict == AUTH_OK)
        return;
    free(r->why);
    r->why_is_usual = verdict == AUTH_MISSING;
    r->why = xstrdup(r->why_is_usual ? "no credentials" : e->text);
    if (verdict == AUTH_UNAVAILABLE || verdict == AUTH_NEEDS_KEYS) {
        r->refused = 503;
        r->refusal = "the key set that tokens are checked with cannot be had right now: try again in a few seconds";
        return;
    }
    challenge(r, verdict, 0);
    r->refused = verdict == AUTH_MALFORMED ? 400 : 401;
    r->refusal = verdict == AUTH_MISSING     ? "a bearer token is needed"
                 : verdict == AUTH_MALFORMED ? "the Authorization header is not of the form: Bearer <token>"
                                             : "the bearer token was not accepted";
}

static enum auth_verdict check_caller(struct web_request *r)
{
    struct err e = {0};
    enum auth_verdict verdict = auth_check(r->web->o.auth, r->headers.authorization.value, r->headers.authorization_len,
                                           &r->caller, &e);
    if (verdict == AUTH_NEEDS_KEYS && r->keys_tried && auth_ready(r->web->o.auth)) {
        err_clear(&e);
        err_set(&e, ERR_UNAUTHENTICATED, "unknown key id, also in the key set just fetched");
        verdict = AUTH_INVALID;
    }
    if (verdict != AUTH_NEEDS_KEYS || r->keys_tried)
        judge(r, verdict, &e);
    return verdict;
}

/* The order is the protocol's: who, then form, then size (405 and 403 have been dealt with). */
static enum MHD_Result look_at_post(struct web_request *r)
{
    const struct web_headers *h = &r->headers;
    r->state = WEB_READING;
    if (h->length > WEB_DRAIN_MAX)
        return web_queue_text(r->connection, 413, TOO_LARGE, true);
    check_caller(r);
    if (r->refused)
        return MHD_YES;
    if (!h->content_type.value || !web_is_json(h->content_type.value))
        return refuse_later(r, 415, "Content-Type must be application/json");
    if (h->content_encoding.value && !text_iequal(h->content_encoding.value, "identity"))
        return refuse_later(r, 415, "Content-Encoding is not understood: send the message as it is");
    if (!h->accepts_json && !h->accepts_sse)
        return refuse_later(r, 406, "Accept must allow application/json or text/event-stream");
    if (h->length > WEB_BODY_MAX)
        web_refuse_size(r);
    return MHD_YES;
}

/* Metadata for clients that want to sign in; they have no token yet. Returns false when the path leads to none. */
static bool well_known(struct web_request *r, const char *path, bool get, enum MHD_Result *answered)
{
    auto_free char *document = NULL;
    enum auth_page page = auth_well_known(r->web->o.auth, path, &document);
    if (page == AUTH_PAGE_NONE)
        return false;
    *answered = !get                      ? web_queue_not_allowed(r->connection, "GET, HEAD", "GET only", true)
                : page == AUTH_PAGE_READY ? web_queue_json(r->connection, document)
                                          : web_queue_later(r->connection, "the user pool has not said where it signs people in");
    return true;
}

/* The stream of a legacy session; what is there to refuse is refused as for a POST, or by the engine. */
static enum MHD_Result look_at_get(struct web_request *r)
{
    r->state = WEB_READING;
    r->listens = true;
    check_caller(r);
    return MHD_YES;
}

/* GET (and HEAD) pages that need no token. Returns NULL when the path is none of them. */
static const char *page(struct web *w, const char *path, int *status)
{
    *status = 200;
    if (strcmp(path, "/healthz") == 0 || strcmp(path, "/ping") == 0)
        return "ok";
    if (strcmp(path, "/readyz") != 0)
        return NULL;
    if (w->closing || !auth_ready(w->o.auth)) {
        *status = 503;
        return w->closing ? "closing" : "waiting for the key set";
    }
    return "ready";
}

enum MHD_Result web_first_look(struct web_request *r, const char *method, const char *version)
{
    struct web *w = r->web;
    struct MHD_Connection *c = r->connection;
    web_headers_read(&r->headers, c, version);
    r->state = WEB_ANSWERED; /* unless found otherwise below */
    if (r->headers.bad) {
        log_event(LOG_WARN, "request_refused", "{s:s}", "why", r->headers.bad);
        return web_queue_text(c, 400, r->headers.bad, true);
    }
    auto_free char *path = xstrndup(r->target, strcspn(r->target, "?"));
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    int status;
    const char *text = page(w, path, &status);
    if (text)
        return get ? web_queue_text(c, status, text, false) : web_queue_not_allowed(c, "GET, HEAD", "GET only", true);
    /* behind the health pages: what asks for those often knows only an address */
    if (r->headers.host.value && !web_host_allowed(&w->o, r->headers.host.value))
        return web_queue_text(c, 403, "this Host is not served here (--allowed-host adds one)", true);
    enum MHD_Result answered;
    if (well_known(r, path, get, &answered))
        return answered;
    if (strcmp(path, "/mcp") != 0 && strcmp(path, "/mcp/") != 0)
        return web_queue_text(c, 404, "not found: the MCP endpoint is /mcp", true);
    if (!web_origin_allowed(&w->o, r->headers.origin.value))
        return web_queue_text(c, 403, "this Origin is not served here (--allowed-origin adds one)", true);
    bool listening = engine_is_watched(w->o.engine);
    if (listening && strcmp(method, "GET") == 0)
        return look_at_get(r);
    if (strcmp(method, "POST") != 0)
        return web_queue_not_allowed(c, listening ? "GET, POST" : "POST",
                                     listening ? "GET and POST only: there is no session to delete"
                                               : "POST only: there is no stream to open and no session to delete", !get);
    return look_at_post(r);
}

/* The engine took the call: wait for it, unless it was quicker than we are. */
static enum MHD_Result wait_for_answer(struct web_request *r, struct exchange *x)
{
    web_door_owe(r);
    pthread_mutex_lock(&r->lock);
    r->exchange = x;
    r->state = WEB_WAITING;
    r->quiet_since_mono_ms = clock_mono_ms();
    if (exchange_listens(x)) { /* it opens at once, whatever is to be told first */
        r->wants_stream = true;
        r->outbox.max = WEB_LISTEN_OUTBOX_MAX;
    }
    bool waits = !r->finished && !r->wants_stream;
    if (waits) {
        r->suspended = true;
        MHD_suspend_connection(r->connection);
    }
    pthread_mutex_unlock(&r->lock);
    web_watch_add(r);
    return waits ? MHD_YES : web_resumed(r);
}

static enum MHD_Result hand_over(struct web_request *r)
{
    struct reply now = {0};
    struct exchange *later = NULL;
    unsigned scope = 0;
    struct inbound in = {.bytes = buf_text(&r->body), .len = r->body.len, .headers = &r->headers.protocol,
                         .streams = r->headers.accepts_sse, .caller = r->caller_known ? &r->caller : NULL};
    pthread_mutex_lock(&r->lock);
    r->refs++; /* the sink's */
    pthread_mutex_unlock(&r->lock);
    enum receipt got = r->listens && in.caller ? engine_listen(r->web->o.engine, &in, &r->sink, &now, &later, &scope)
                                               : engine_receive(r->web->o.engine, &in, &r->sink, &now, &later, &scope);
    if (got == RECEIPT_PENDING)
        return wait_for_answer(r, later);
    web_request_unref(r);
    switch (got) {
    case RECEIPT_STRANGER:
        return web_queue_refusal(r);
    case RECEIPT_NEEDS_SCOPE:
        log_event(LOG_WARN, "scope_refused", "{s:s, s:s}", "subject", r->caller.subject, "needs",
                  auth_scope_id(r->web->o.auth, (enum scope)scope));
        challenge(r, AUTH_OK, scope);
        break;
    case RECEIPT_ACCEPTED:
        now.status = 202;
        break;
    case RECEIPT_REPLY:
    case RECEIPT_PENDING:
        break;
    }
    if (got != RECEIPT_NEEDS_SCOPE) { /* a ping from a stranger: answered, so neither challenged nor logged */
        free(steal(&r->challenge));
        free(steal(&r->why));
    }
    return web_queue_reply(r, &now);
}

static enum MHD_Result refuse_closing(struct web_request *r)
{
    free(steal(&r->challenge));
    r->refused = 503;
    r->refusal = "the server is shutting down";
    return web_queue_refusal(r);
}

/* The key set has been fetched, or cannot be. */
static enum MHD_Result look_again(struct web_request *r)
{
    check_caller(r);
    return web_message(r);
}

enum MHD_Result web_message(struct web_request *r)
{
    struct web *w = r->web;
    r->socket->deadline_mono_ms = 0;
    bool may_be_ping = !r->caller_known && r->dropped == 0 && r->body.len <= WEB_REFUSED_BODY_MAX;
    if (r->refused && !may_be_ping)
        return web_queue_refusal(r);
    if (!web_door_enter(w))
        return refuse_closing(r);
    bool needs_keys = !r->caller_known && !r->refused && !r->keys_tried;
    enum MHD_Result rc = !needs_keys ? hand_over(r) : web_keys_wait(r) ? MHD_YES : look_again(r);
    web_door_leave(w);
    return rc;
}

enum MHD_Result web_resumed(struct web_request *r)
{
    pthread_mutex_lock(&r->lock);
    enum web_state state = r->state;
    bool gone = r->hung_up, stream = r->wants_stream, finished = r->finished;
    bool silent = finished && !stream && !r->reply.body;
    bool for_nothing = state == WEB_WAITING && !gone && !stream && !finished;
    if (for_nothing) { /* decided and suspended under one lock, or the last word could come in between and wake nobody */
        r->suspended = true;
        MHD_suspend_connection(r->connection);
    }
    pthread_mutex_unlock(&r->lock);
    if (for_nothing)
        return MHD_YES;
    if (gone)
        return MHD_NO;
    if (state == WEB_KEYS)
        return look_again(r);
    if (stream || (silent && r->headers.accepts_sse))
        return web_queue_stream(r);
    if (silent)
        return MHD_NO; /* cancelled by message, and the client takes no stream: nothing can be said */
    return web_queue_reply(r, &r->reply);
}
