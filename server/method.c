/* The methods: constants for all but tools/call. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

/* What a method needs to answer: one pointer instead of eight parameters. */
struct asked {
    struct engine *g;
    const struct request *q;
    struct reply *now;
};

static enum receipt refuse(const struct asked *a, int status, int code, const char *text)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, status, code, "%s", text);
    rpc_error(a->now, a->q->m->id, &f);
    return RECEIPT_REPLY;
}

static enum receipt answer(const struct asked *a, const struct toolset_text *t)
{
    rpc_result(a->now, a->q->m->id, t->json, t->len);
    return RECEIPT_REPLY;
}

static enum receipt method_initialize(const struct asked *a)
{
    const json_t *params = a->q->m->params;
    const char *asked = json_str(params, "protocolVersion", NULL);
    if (!asked)
        return refuse(a, 200, RPC_INVALID_PARAMS, "params.protocolVersion must be a string");
    enum version v = version_negotiate(asked);
    struct engine *g = a->g;
    if (!a->q->in->headers) {
        pthread_mutex_lock(&g->lock);
        g->stdio_version = v;
        pthread_mutex_unlock(&g->lock);
    } else if (g->sessions) {
        a->now->session = session_mint(g->sessions, v, a->q->in->caller);
    }
    return answer(a, &g->initialize[v]);
}

static enum receipt method_ping(const struct asked *a)
{
    rpc_result(a->now, a->q->m->id, "{}", 2);
    return RECEIPT_REPLY;
}

static enum receipt method_discover(const struct asked *a)
{
    return answer(a, &a->g->discover);
}

/* One page holds every tool, so no cursor was ever given out. */
static enum receipt method_tools_list(const struct asked *a)
{
    if (json_object_get(a->q->m->params, "cursor"))
        return refuse(a, 200, RPC_INVALID_PARAMS, "unknown cursor: the list has one page");
    return answer(a, toolset_list(&a->g->tools, a->q->version, a->q->in->caller->scopes));
}

enum eras { LEGACY = 1, MODERN = 2, BOTH = 3 };

static const struct {
    const char *name;
    enum eras eras;
    enum receipt (*run)(const struct asked *a);
} methods[] = {
    {"initialize", LEGACY, method_initialize}, {"ping", LEGACY, method_ping},
    {"server/discover", MODERN, method_discover}, {"tools/list", BOTH, method_tools_list},
};

/* A token that carries none of our scopes may not even look. */
static enum receipt needs_any_scope(const struct asked *a, unsigned *scope)
{
    *scope = SCOPE_READ;
    refuse(a, 403, RPC_INVALID_REQUEST, "the token carries none of this server's scopes");
    return RECEIPT_NEEDS_SCOPE;
}

enum receipt method_answer(struct engine *g, const struct request *q, struct sink *sink, struct exchange *x,
                           struct reply *now, struct exchange **later, unsigned *scope)
{
    struct asked a = {.g = g, .q = q, .now = now};
    const char *name = q->m->method;
    bool modern = version_is_modern(q->version);
    if (q->in->caller && q->in->caller->scopes == 0 && strcmp(name, "ping") != 0)
        return needs_any_scope(&a, scope);
    if (strcmp(name, "tools/call") == 0)
        return method_tools_call(g, q, sink, x, now, later, scope);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (strcmp(methods[i].name, name) == 0 && methods[i].eras & (modern ? MODERN : LEGACY))
            return methods[i].run(&a);
    struct rpc_fault f = {0};
    /* to a legacy client a 404 would mean that its session is gone */
    rpc_refuse(&f, modern ? 404 : 200, RPC_METHOD_NOT_FOUND, "unknown method \"%.100s\"", name);
    rpc_error(now, q->m->id, &f);
    return RECEIPT_REPLY;
}
