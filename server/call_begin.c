/* From a request that has passed every check to a call on the pool. */
#include "server/engine_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* W3C trace context, version 00: "00-<32 hex>-<16 hex>-<2 hex>", ids not all zero. */
static bool trace_parent_is_valid(const char *s)
{
    static const char form[] = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
    if (strlen(s) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'h' ? !strchr("0123456789abcdef", s[i]) : s[i] != form[i])
            return false;
    return strspn(s + 3, "0") < 32 && strspn(s + 36, "0") < 16;
}

int call_check_meta(const struct request *q, struct rpc_fault *f)
{
    const json_t *token = json_object_get(q->m->meta, "progressToken");
    if (token && !json_is_string(token) && !json_is_integer(token))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params._meta.progressToken must be a string or an integer");
    return 0;
}

static struct call *call_new(const struct request *q, const struct call_order *order, struct exchange *x)
{
    struct call *c = xcalloc(1, sizeof *c);
    c->job.run = call_run;
    c->exchange = x;
    c->kind = order->kind;
    c->target = order->target;
    c->arguments = order->arguments;
    c->uri = order->uri;
    c->completing = order->completing;
    c->version = q->version;
    c->client_can = q->client_can;
    c->log_wanted = logging_wanted(q->m);
    c->id = json_deep_copy(q->m->id);
    c->progress_token = json_deep_copy(json_object_get(q->m->meta, "progressToken"));
    c->last_progress = -1;
    c->caller = *q->in->caller;
    const char *trace = json_str(q->m->meta, "traceparent", "");
    c->trace_parent = trace_parent_is_valid(trace) ? xstrdup(trace) : NULL;
    c->started_mono_ms = clock_mono_ms();
    stop_init(&c->stop, q->engine->o.call_timeout_ms);
    size_t n = strlen(request_session_key(q));
    memcpy(c->session, request_session_key(q), n < sizeof c->session ? n : sizeof c->session - 1);
    bool answers = !version_is_modern(c->version) && n > 0; /* a session's client answers by a message of its own */
    c->asker = answers && q->in->streams ? &ask_session : NULL;
    return c;
}

/* Hands the call to the pool. Returns false when there is no room for it. */
static bool submit(struct engine *g, struct call *c)
{
    return call_enlist(c, g) && pool_submit(g->pool, &c->job) == 0;
}

enum receipt call_begin(const struct request *q, const struct call_order *order)
{
    /* A legacy session lets its client cancel by message; everywhere else a closed connection is the signal. */
    struct exchange *own = q->batch ? NULL : exchange_new(q->engine, q->sink, false, q->session == NULL);
    struct call *c = call_new(q, order, q->batch ? q->batch : own);
    struct rpc_fault f = {0};
    if (rounds_open(c, q, &f)) {
        call_free(c);
        exchange_unref(own);
        return request_refuse(q, &f);
    }
    if (submit(q->engine, c)) {
        if (own)
            *q->later = own;
        return RECEIPT_PENDING;
    }
    call_withdraw(c);
    exchange_unref(own);
    rpc_refuse(&f, 503, RPC_INTERNAL_ERROR, "the server is busy with other calls: try again in a few seconds");
    return request_refuse(q, &f);
}
