/* The way in: bytes to messages, messages to methods. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

/* A batch may hold this many messages (2025-03-26 only). */
#define BATCH_MAX 64

static enum receipt refuse(struct reply *now, const json_t *id, struct rpc_fault *f)
{
    rpc_error(now, id, f);
    return RECEIPT_REPLY;
}

/* The version a legacy message is served at, and the session it belongs to. Returns 0, or -1 and `f`. */
static int legacy_context(struct engine *g, struct request *q, struct session *session, struct rpc_fault *f)
{
    const struct protocol_headers *h = q->in->headers;
    if (!h) {
        pthread_mutex_lock(&g->lock);
        q->version = g->stdio_version == VERSION_UNKNOWN ? VERSION_LEGACY_LATEST : g->stdio_version;
        pthread_mutex_unlock(&g->lock);
        return 0;
    }
    if (strcmp(q->m->method ? q->m->method : "", "initialize") == 0)
        return 0; /* says its version itself, and opens a session of its own */
    enum version v = h->version.value ? version_of(h->version.value) : VERSION_2025_03_26;
    if (g->sessions && h->session.value) {
        if (h->session.count > 1 || !session_open(g->sessions, h->session.value, q->in->caller, session))
            return rpc_refuse(f, 404, RPC_INVALID_REQUEST, "unknown or expired session: send initialize again");
        q->session = session;
        v = h->version.value ? v : session->version;
    }
    if (v == VERSION_UNKNOWN || version_is_modern(v))
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "unsupported MCP-Protocol-Version \"%.40s\"; try %s",
                          h->version.value, version_text(VERSION_LEGACY_LATEST));
    q->version = v;
    return 0;
}

const char *request_session_key(const struct request *q)
{
    if (!q->in->headers)
        return "stdio";
    return q->session ? q->session->nonce : "";
}

/* Notifications are never answered; the two that mean something to us are acted on. */
static void notified(struct engine *g, const struct request *q)
{
    if (strcmp(q->m->method, "notifications/cancelled") == 0) {
        const json_t *id = json_object_get(q->m->params, "requestId");
        if (id)
            engine_cancel(g, request_session_key(q), id);
    }
}

/* One message, alone (`x` NULL) or as part of a batch. */
static enum receipt receive_one(struct engine *g, const struct inbound *in, const json_t *value, struct sink *sink,
                                struct exchange *x, struct reply *now, struct exchange **later, unsigned *scope)
{
    struct message m;
    struct rpc_fault f = {0};
    if (message_read(value, &m, &f))
        return refuse(now, m.id, &f);
    struct session session;
    struct request q = {.m = &m, .in = in};
    bool modern = message_is_modern(&m, in->headers);
    q.version = modern ? VERSION_MODERN_LATEST : VERSION_LEGACY_LATEST;
    if (x && m.kind == MESSAGE_REQUEST && strcmp(m.method, "initialize") == 0)
        return (rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "initialize must not be in a batch"), refuse(now, m.id, &f));
    if (modern && x)
        return (rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "batches ended with 2025-03-26"), refuse(now, m.id, &f));
    if (m.kind == MESSAGE_RESPONSE) {
        if (!modern || !in->headers)
            return RECEIPT_ACCEPTED; /* we ask nothing of clients, so it answers nothing of ours */
        return (rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "\"method\" is missing"), refuse(now, NULL, &f));
    }
    if (m.kind == MESSAGE_NOTIFICATION && modern && in->headers)
        return RECEIPT_ACCEPTED; /* over HTTP a modern client cancels by closing its stream */
    if (modern ? m.kind == MESSAGE_REQUEST && message_check_modern(&m, in->headers, &f)
               : legacy_context(g, &q, &session, &f))
        return refuse(now, m.kind == MESSAGE_REQUEST ? m.id : NULL, &f);
    if (m.kind == MESSAGE_NOTIFICATION) {
        notified(g, &q);
        return RECEIPT_ACCEPTED;
    }
    return method_answer(g, &q, sink, x, now, later, scope);
}

/* Whether this peer may send arrays: only clients of 2025-03-26 know them. */
static bool batch_allowed(struct engine *g, const struct inbound *in)
{
    struct message none = {0};
    struct rpc_fault f = {0};
    struct session session;
    struct request q = {.m = &none, .in = in};
    if (!in->headers) {
        pthread_mutex_lock(&g->lock);
        enum version v = g->stdio_version;
        pthread_mutex_unlock(&g->lock);
        return v == VERSION_UNKNOWN || v == VERSION_2025_03_26;
    }
    return legacy_context(g, &q, &session, &f) == 0 && q.version == VERSION_2025_03_26;
}

static enum receipt receive_batch(struct engine *g, const struct inbound *in, const json_t *batch, struct sink *sink,
                                  struct reply *now, struct exchange **later, unsigned *scope)
{
    struct rpc_fault f = {0};
    size_t n = json_array_size(batch);
    if (!batch_allowed(g, in))
        return (rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "batches ended with 2025-03-26: send one message"),
                refuse(now, NULL, &f));
    if (n == 0 || n > BATCH_MAX)
        return (rpc_refuse(&f, 400, RPC_INVALID_REQUEST, "a batch holds 1 to %d messages", BATCH_MAX),
                refuse(now, NULL, &f));
    struct exchange *x = exchange_new(g, sink, true, true);
    exchange_expect(x); /* held open until every message has been looked at */
    bool answers = false;
    for (size_t i = 0; i < n; i++) {
        struct reply r = {0};
        enum receipt got = receive_one(g, in, json_array_get(batch, i), sink, x, &r, NULL, scope);
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
    *later = x;
    struct reply held = {0};
    exchange_answer(x, &held);
    return RECEIPT_PENDING;
}

/* Without a known caller only `ping` of the legacy eras is served: platforms send it without a token. */
static enum receipt receive_stranger(struct engine *g, const struct inbound *in, const json_t *value, struct reply *now)
{
    struct message m;
    struct rpc_fault f = {0};
    if (message_read(value, &m, &f) || m.kind != MESSAGE_REQUEST || strcmp(m.method, "ping") != 0 ||
        message_is_modern(&m, in->headers))
        return RECEIPT_STRANGER;
    struct request q = {.m = &m, .in = in, .version = VERSION_LEGACY_LATEST};
    return method_answer(g, &q, NULL, NULL, now, NULL, NULL);
}

enum receipt engine_receive(struct engine *g, const struct inbound *in, struct sink *sink, struct reply *now,
                            struct exchange **later, unsigned *scope)
{
    struct err e = {0};
    json_auto_t *value = json_parse(in->bytes, in->len, JSON_DEPTH_CLIENT, &e);
    if (!value) {
        if (!in->caller)
            return RECEIPT_STRANGER;
        struct id_scan scan = {0};
        id_scan_feed(&scan, in->bytes, in->len);
        json_auto_t *id = id_scan_result(&scan);
        struct rpc_fault f = {0};
        rpc_refuse(&f, 400, RPC_PARSE_ERROR, "%s", e.text);
        return refuse(now, id, &f);
    }
    if (!in->caller)
        return receive_stranger(g, in, value, now);
    if (json_is_array(value))
        return receive_batch(g, in, value, sink, now, later, scope);
    return receive_one(g, in, value, sink, NULL, now, later, scope);
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
