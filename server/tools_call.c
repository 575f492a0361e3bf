/* tools/call: everything that can be refused is refused here, before a thread is taken and before a stream could start. */
#include "server/engine_private.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

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

/* params of tools/call, checked. */
struct call_params {
    const struct toolset_entry *entry;
    json_t *arguments;      /* own copy */
    const json_t *progress; /* token, borrowed; NULL for none */
};

static int read_params(const struct engine *g, const struct message *m, struct call_params *p, struct rpc_fault *f)
{
    const json_t *name = json_object_get(m->params, "name");
    const json_t *arguments = json_object_get(m->params, "arguments");
    if (!json_is_string(name))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.name must be a string");
    if (arguments && !json_is_object(arguments) && !json_is_null(arguments))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.arguments must be an object");
    const char *text = json_string_value(name);
    p->entry = strlen(text) == json_string_length(name) ? toolset_find(&g->tools, text) : NULL;
    if (!p->entry)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "Unknown tool: %.100s", text);
    p->progress = json_object_get(m->meta, "progressToken");
    if (p->progress && !json_is_string(p->progress) && !json_is_integer(p->progress))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params._meta.progressToken must be a string or an integer");
    p->arguments = json_is_object(arguments) ? json_deep_copy(arguments) : json_object();
    return 0;
}

/* An answer, not a protocol error: the model reads it and mends its arguments (SEP-1303). */
static enum receipt bad_arguments(const struct request *q, const struct call_params *p, struct err *e)
{
    err_wrap(e, "The arguments of %s do not fit", p->entry->tool->name);
    struct tool_answer a = call_error_answer(e);
    call_result(q->now, q->m->id, q->version, &a, q->engine->server_info);
    json_decref(p->arguments);
    return RECEIPT_REPLY;
}

static struct call *call_new(const struct request *q, const struct call_params *p, struct exchange *x)
{
    struct call *c = xcalloc(1, sizeof *c);
    c->job.run = call_run;
    c->exchange = x;
    c->entry = p->entry;
    c->version = q->version;
    c->id = json_deep_copy(q->m->id);
    c->arguments = p->arguments;
    c->progress_token = p->progress ? json_deep_copy(p->progress) : NULL;
    c->last_progress = -1;
    c->caller = *q->in->caller;
    const char *trace = json_str(q->m->meta, "traceparent", "");
    c->trace_parent = trace_parent_is_valid(trace) ? xstrdup(trace) : NULL;
    c->started_mono_ms = clock_mono_ms();
    stop_init(&c->stop, q->engine->o.call_timeout_ms);
    size_t n = strlen(request_session_key(q));
    memcpy(c->session, request_session_key(q), n < sizeof c->session ? n : sizeof c->session - 1);
    return c;
}

/* Hands the call to the pool. Returns false when there is no room for it. */
static bool submit(struct engine *g, struct call *c)
{
    return call_enlist(c, g) && pool_submit(g->pool, &c->job) == 0;
}

enum receipt method_tools_call(const struct request *q)
{
    struct call_params p = {0};
    struct rpc_fault f = {0};
    if (read_params(q->engine, q->m, &p, &f))
        return request_refuse(q, &f);
    unsigned needed = p.entry->tool->writes ? SCOPE_WRITE : SCOPE_READ;
    if (!(q->in->caller->scopes & needed)) {
        json_decref(p.arguments);
        auto_free char *why = xasprintf("the token lacks the scope that %s needs", p.entry->tool->name);
        return request_needs_scope(q, needed, why);
    }
    struct err e = {0};
    if (toolset_check(p.entry, p.arguments, &e))
        return bad_arguments(q, &p, &e);

    /* A legacy session lets its client cancel by message; everywhere else a closed connection is the signal. */
    struct exchange *own = q->batch ? NULL : exchange_new(q->engine, q->sink, false, q->session == NULL);
    struct call *c = call_new(q, &p, q->batch ? q->batch : own);
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
