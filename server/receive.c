/* The way in: bytes to messages, messages to methods. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

/* A batch may hold this many messages (2025-03-26 only). */
#define BATCH_MAX 64
#define BATCH_MAX_TEXT "64"

static enum receipt refuse(struct reply *now, const json_t *id, struct rpc_fault *f)
{
    rpc_error(now, id, f);
    return RECEIPT_REPLY;
}

/* What `initialize` settled on stdio; `can` may be NULL. */
static enum version stdio_version(struct engine *g, unsigned *can)
{
    pthread_mutex_lock(&g->lock);
    enum version v = g->stdio_version;
    if (can)
        *can = g->stdio_can;
    pthread_mutex_unlock(&g->lock);
    return v;
}

/* The version a legacy message is served at, and the session it belongs to. Returns 0, or -1 and `f`. */
static int legacy_context(struct request *q, struct session *session, struct rpc_fault *f)
{
    const struct protocol_headers *h = q->in->headers;
    struct engine *g = q->engine;
    if (!h) {
        enum version v = stdio_version(g, &q->client_can);
        q->version = v == VERSION_UNKNOWN ? VERSION_LEGACY_LATEST : v;
        return 0;
    }
    if (strcmp(q->m->method ? q->m->method : "", "initialize") == 0)
        return 0; /* says its version itself, and opens a session of its own */
    enum version v = h->version.value ? version_of(h->version.value) : VERSION_2025_03_26;
    if (g->sessions && h->session.value) {
        if (h->session.count > 1 || !session_open(g->sessions, h->session.value, q->in->caller, session))
            return rpc_refuse(f, 404, RPC_INVALID_REQUEST, "unknown or expired session: send initialize again");
        q->session = session;
        q->client_can = session->client_can;
        v = h->version.value ? v : session->version;
    }
    if (h->version.count > 1)
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "the header MCP-Protocol-Version is there more than once");
    if (v == VERSION_UNKNOWN || version_is_modern(v))
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "unsupported MCP-Protocol-Version \"%.40s\"; try %s",
                          h->version.value, version_text(VERSION_LEGACY_LATEST));
    q->version = v;
    return 0;
}

/* What a modern request says of itself. Returns 0, or -1 and `f`. */
static int modern_context(struct request *q, struct rpc_fault *f)
{
    if (q->m->kind != MESSAGE_REQUEST)
        return 0;
    q->client_can = client_abilities(json_obj(q->m->meta, META_CAPABILITIES));
    return message_check_modern(q->m, q->in->headers, f) ? -1 : logging_check(q->m, f);
}

const char *request_session_key(const struct request *q)
{
    if (!q->in->headers)
        return "stdio";
    return q->session ? q->session->nonce : "";
}

/* Notifications are never answered; the one that means something to us is acted on. */
static void notified(const struct request *q)
{
    if (strcmp(q->m->method, "notifications/cancelled") == 0) {
        const json_t *id = json_object_get(q->m->params, "requestId");
        if (id)
            engine_cancel(q->engine, request_session_key(q), id);
    }
}

static enum receipt refuse_text(const struct request *q, const json_t *id, const char *text)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "%s", text);
    return refuse(q->now, id, &f);
}

/* One message, alone or as part of a batch. `frame` says all but the message itself. */
static enum receipt receive_one(const struct request *frame, const json_t *value)
{
    struct message m;
    struct rpc_fault f = {0};
    struct session session;
    struct request q = *frame;
    if (message_read(value, &m, &f))
        return refuse(q.now, m.id, &f);
    bool modern = message_is_modern(&m, q.in->headers);
    q.m = &m;
    q.version = modern ? VERSION_MODERN_LATEST : VERSION_LEGACY_LATEST;
    if (q.batch && m.kind == MESSAGE_REQUEST && strcmp(m.method, "initialize") == 0)
        return refuse_text(&q, m.id, "initialize must not be in a batch");
    if (q.batch && modern)
        return refuse_text(&q, m.id, "batches ended with 2025-03-26");
    if (m.kind == MESSAGE_RESPONSE && modern && q.in->headers)
        return refuse_text(&q, NULL, "\"method\" is missing");
    if (m.kind == MESSAGE_NOTIFICATION && modern && q.in->headers) /* a modern client cancels by closing its stream */
        return message_check_notification(q.in->headers, &f) ? refuse(q.now, NULL, &f) : RECEIPT_ACCEPTED;
    if (modern ? modern_context(&q, &f) : legacy_context(&q, &session, &f))
        return refuse(q.now, m.kind == MESSAGE_REQUEST ? m.id : NULL, &f);
    if (m.kind == MESSAGE_REQUEST)
        return method_answer(&q);
    if (m.kind == MESSAGE_RESPONSE)
        engine_answered(&q, value);
    else
        notified(&q);
    return RECEIPT_ACCEPTED;
}

/* Whether this peer may send arrays: only clients of 2025-03-26 know them. */
static bool batch_allowed(const struct request *frame)
{
    struct message none = {0};
    struct rpc_fault f = {0};
    struct session session;
    struct request q = *frame;
    q.m = &none;
    if (!q.in->headers) {
        enum version v = stdio_version(q.engine, NULL);
        return v == VERSION_UNKNOWN || v == VERSION_2025_03_26;
    }
    return legacy_context(&q, &session, &f) == 0 && q.version == VERSION_2025_03_26;
}

static enum receipt receive_batch(const struct request *frame, const json_t *batch)
{
    size_t n = json_array_size(batch);
    if (!batch_allowed(frame))
        return refuse_text(frame, NULL, "batches ended with 2025-03-26: send one message");
    if (n == 0 || n > BATCH_MAX)
        return refuse_text(frame, NULL, "a batch holds 1 to " BATCH_MAX_TEXT " messages");
    struct exchange *x = exchange_new(frame->engine, frame->sink, true, true);
    exchange_expect(x); /* held open until every message has been looked at */
    bool answers = false;
    for (size_t i = 0; i < n; i++) {
        struct reply r = {0};
        struct request part = *frame;
        part.batch = x;
        part.now = &r;
        part.later = NULL;
        enum receipt got = receive_one(&part, json_array_get(batch, i));
        answers |= got != RECEIPT_ACCEPTED;
        if (got == RECEIPT_REPLY || got == RECEIPT_NEEDS_SCOPE) {
            exchange_expect(x);
            exchange_answer(x, &r);
        }
    }
    if (!answers) {
        exchange_unref(x);
        return RECEIPT_ACCEPTED;
    }
    *frame->later = x;
    struct reply held = {0};
    exchange_answer(x, &held);
    return RECEIPT_PENDING;
}

/* Without a known caller only `ping` of the legacy eras is served: platforms send it without a token. */
static enum receipt receive_stranger(const struct request *frame, const json_t *value)
{
    struct message m;
    struct rpc_fault f = {0};
    struct request q = *frame;
    if (message_read(value, &m, &f) || m.kind != MESSAGE_REQUEST || strcmp(m.method, "ping") != 0 ||
        message_is_modern(&m, q.in->headers))
        return RECEIPT_STRANGER;
    q.m = &m;
    q.version = VERSION_LEGACY_LATEST;
    return method_answer(&q);
}

/* Bytes that are no JSON: refused with the id if one can be made out. */
static enum receipt refuse_bytes(const struct request *frame, const struct err *why)
{
    struct id_scan scan = {0};
    id_scan_feed(&scan, frame->in->bytes, frame->in->len);
    json_auto_t *id = id_scan_result(&scan);
    struct rpc_fault f = {0};
    rpc_refuse(&f, 400, RPC_PARSE_ERROR, "%s", why->text);
    return refuse(frame->now, id, &f);
}

enum receipt engine_receive(struct engine *g, const struct inbound *in, struct sink *sink, struct reply *now,
                            struct exchange **later, unsigned *scope)
{
    struct request frame = {.engine = g, .in = in, .sink = sink, .now = now, .later = later, .scope = scope};
    struct err e = {0};
    json_auto_t *value = json_parse(in->bytes, in->len, JSON_DEPTH_CLIENT, &e);
    if (!in->caller)
        return value ? receive_stranger(&frame, value) : RECEIPT_STRANGER;
    if (!value)
        return refuse_bytes(&frame, &e);
    return json_is_array(value) ? receive_batch(&frame, value) : receive_one(&frame, value);
}

enum receipt engine_listen(struct engine *g, const struct inbound *in, struct sink *sink, struct reply *now,
                           struct exchange **later, unsigned *scope)
{
    struct message none = {0};
    struct request q = {.engine = g, .in = in, .m = &none, .sink = sink, .now = now, .later = later, .scope = scope};
    struct session session;
    struct rpc_fault f = {0};
    if (message_is_modern(&none, in->headers)) {
        rpc_refuse(&f, 405, RPC_INVALID_REQUEST, "POST only: 2026-07-28 listens with subscriptions/listen");
        return refuse(now, NULL, &f);
    }
    if (legacy_context(&q, &session, &f))
        return refuse(now, NULL, &f);
    return listen_open_stream(&q);
}

void engine_refusal(const struct id_scan *scan, int status, const char *text, struct reply *r)
{
    json_auto_t *id = id_scan_result(scan);
    struct rpc_fault f = {0};
    if (id) {
        rpc_refuse(&f, status, RPC_INVALID_REQUEST, "%s", text);
        rpc_error(r, id, &f);
        return;
    }
    r->status = status;
    r->plain = true;
    r->body = xasprintf("%s\n", text);
    r->len = strlen(r->body);
}
