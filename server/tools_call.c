/* tools/call: everything that can be refused is refused here, before a thread is taken and before a stream could start. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

static const struct toolset_entry *entry_of(const struct call *c)
{
    return c->target;
}

static const char *target_name(const struct call *c)
{
    return entry_of(c)->tool->name;
}

/* -32021 to a client of 2026-07-28, with what it would have to declare (basic patterns, capability negotiation). */
static void refuse_client(const struct call *c, struct tool_answer *a, struct reply *r)
{
    struct rpc_fault f = {.data = json_pack("{s:O}", "requiredCapabilities", a->required)};
    rpc_refuse(&f, 400, RPC_MISSING_CAPABILITY, "%s asks the client for what it has not declared", target_name(c));
    tool_answer_done(a);
    rpc_error(r, c->id, &f);
}

static void answer(struct call *c, struct tool_answer *a, struct reply *r)
{
    c->outcome = a->is_error ? "tool_error" : "ok";
    if (entry_of(c)->tool->writes)
        c->effect = json_incref(json_object_get(a->structured, "effect"));
    if (a->required && version_is_modern(c->version))
        refuse_client(c, a, r);
    else
        call_result(r, c->id, c->version, a, call_engine(c)->server_info);
}

static void fail(struct call *c, const struct err *e, struct reply *r)
{
    struct tool_answer a = call_error_answer(e);
    answer(c, &a, r);
}

static void run(struct call *c, const struct tool_call *view, struct reply *r)
{
    struct tool_answer a = {0};
    struct err e = {0};
    if (entry_of(c)->tool->run(view, &a, &e))
        fail(c, &e, r);
    else
        answer(c, &a, r);
}

static const struct call_kind tool_kind = {
    .method = "tools/call", .target_name = target_name, .run = run, .fail = fail};

/* params of tools/call, checked. */
struct call_params {
    const struct toolset_entry *entry;
    json_t *arguments; /* own copy */
};

static int read_params(const struct request *q, struct call_params *p, struct rpc_fault *f)
{
    const json_t *name = json_object_get(q->m->params, "name");
    const json_t *arguments = json_object_get(q->m->params, "arguments");
    if (!json_is_string(name))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.name must be a string");
    if (arguments && !json_is_object(arguments) && !json_is_null(arguments))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.arguments must be an object");
    const char *text = json_string_value(name);
    p->entry = strlen(text) == json_string_length(name) ? toolset_find(&q->engine->tools, text) : NULL;
    if (!p->entry)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "Unknown tool: %.100s%s", text,
                          engine_withholds(q->engine, text) ? " (not offered by this server)" : "");
    if (call_check_meta(q, f))
        return -1;
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

enum receipt method_tools_call(const struct request *q)
{
    struct call_params p = {0};
    struct rpc_fault f = {0};
    if (read_params(q, &p, &f))
        return request_refuse(q, &f);
    unsigned needed = p.entry->tool->writes ? SCOPE_WRITE : SCOPE_READ;
    if (!(q->in->caller->scopes & needed)) {
        json_decref(p.arguments);
        auto_free char *why = xasprintf("the token lacks the scope that %s needs", p.entry->tool->name);
        return request_needs_scope(q, needed, why);
    }
    if (version_is_modern(q->version) && q->in->headers &&
        mirror_params_check(&p.entry->mirrored, p.arguments, q->in->headers, &f)) {
        json_decref(p.arguments);
        return request_refuse(q, &f);
    }
    struct err e = {0};
    if (toolset_check(p.entry, p.arguments, &e))
        return bad_arguments(q, &p, &e);
    struct call_order order = {.kind = &tool_kind, .target = p.entry, .arguments = p.arguments};
    return call_begin(q, &order);
}
