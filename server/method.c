/* The methods: one row each, and those that are answered at once from what was made before. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

enum receipt request_refuse(const struct request *q, struct rpc_fault *f)
{
    rpc_error(q->now, q->m->id, f);
    return RECEIPT_REPLY;
}

enum receipt request_needs_scope(const struct request *q, unsigned scope, const char *why)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, 403, RPC_INVALID_REQUEST, "%s", why);
    request_refuse(q, &f);
    *q->scope = scope;
    return RECEIPT_NEEDS_SCOPE;
}

static enum receipt bad_params(const struct request *q, const char *text)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "%s", text);
    return request_refuse(q, &f);
}

static enum receipt answer(const struct request *q, const struct result_text *t)
{
    rpc_result(q->now, q->m->id, t->json, t->len);
    return RECEIPT_REPLY;
}

static enum receipt method_initialize(const struct request *q)
{
    const char *asked = json_str(q->m->params, "protocolVersion", NULL);
    if (!asked)
        return bad_params(q, "params.protocolVersion must be a string");
    enum version v = version_negotiate(asked);
    unsigned can = client_abilities(json_obj(q->m->params, "capabilities"));
    struct engine *g = q->engine;
    if (!q->in->headers) {
        pthread_mutex_lock(&g->lock);
        g->stdio_version = v;
        g->stdio_can = can;
        pthread_mutex_unlock(&g->lock);
        listen_opened(g);
    } else if (g->sessions) {
        q->now->session = session_mint(g->sessions, v, can, q->in->caller);
    }
    return answer(q, &g->initialize[v]);
}

static enum receipt method_ping(const struct request *q)
{
    rpc_result(q->now, q->m->id, "{}", 2);
    return RECEIPT_REPLY;
}

static enum receipt method_discover(const struct request *q)
{
    return answer(q, &q->engine->discover);
}

enum receipt request_list(const struct request *q, const struct result_text *t)
{
    if (json_object_get(q->m->params, "cursor"))
        return bad_params(q, "unknown cursor: the list has one page");
    return answer(q, t);
}

const char *request_text(const struct request *q, const char *member, struct rpc_fault *f)
{
    const json_t *v = json_object_get(q->m->params, member);
    const char *text = json_string_value(v);
    if (text && strlen(text) == json_string_length(v))
        return text;
    rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.%s must be a string", member);
    return NULL;
}

static enum receipt method_tools_list(const struct request *q)
{
    return request_list(q, toolset_list(&q->engine->tools, q->version, q->in->caller->scopes));
}

static bool has_prompts(const struct engine *g)
{
    return g->offers.prompt_count > 0;
}

static bool has_resources(const struct engine *g)
{
    return g->offers.resource_count > 0;
}

static bool has_logging(const struct engine *g)
{
    return g->o.logging;
}

static bool has_completions(const struct engine *g)
{
    return g->offers.completes;
}

static bool has_listeners(const struct engine *g)
{
    return g->listeners != NULL;
}

static bool has_subscriptions(const struct engine *g)
{
    return g->listeners && has_resources(g);
}

static bool has_tasks(const struct engine *g)
{
    return g->tasks != NULL;
}

enum eras { LEGACY = 1, MODERN = 2, BOTH = 3 };

static const struct method {
    const char *name;
    enum eras eras;
    bool open; /* to a token that carries none of our scopes, too */
    enum receipt (*run)(const struct request *q);
    bool (*offered)(const struct engine *g); /* NULL: by every server */
} methods[] = {
    {"initialize", LEGACY, false, method_initialize, NULL},
    {"ping", LEGACY, true, method_ping, NULL},
    {"server/discover", MODERN, false, method_discover, NULL},
    {"tools/call", BOTH, false, method_tools_call, NULL},
    {"tools/list", BOTH, false, method_tools_list, NULL},
    {"prompts/list", BOTH, false, method_prompts_list, has_prompts},
    {"prompts/get", BOTH, false, method_prompts_get, has_prompts},
    {"resources/list", BOTH, false, method_resources_list, has_resources},
    {"resources/templates/list", BOTH, false, method_resource_templates_list, has_resources},
    {"resources/read", BOTH, false, method_resources_read, has_resources},
    {"completion/complete", BOTH, false, method_complete, has_completions},
    {"logging/setLevel", LEGACY, false, method_set_level, has_logging},
    {"subscriptions/listen", MODERN, false, method_listen, has_listeners},
    {"resources/subscribe", LEGACY, false, method_subscribe, has_subscriptions},
    {"resources/unsubscribe", LEGACY, false, method_unsubscribe, has_subscriptions},
    {"tasks/get", MODERN, false, method_tasks_get, has_tasks},
    {"tasks/update", MODERN, false, method_tasks_update, has_tasks},
    {"tasks/cancel", MODERN, false, method_tasks_cancel, has_tasks},
};

static bool method_fits(const struct method *m, const struct request *q)
{
    return strcmp(m->name, q->m->method) == 0 && (m->eras & (version_is_modern(q->version) ? MODERN : LEGACY)) &&
           (!m->offered || m->offered(q->engine));
}

enum receipt method_answer(const struct request *q)
{
    const char *name = q->m->method;
    bool modern = version_is_modern(q->version);
    bool without_scope = q->in->caller && q->in->caller->scopes == 0;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (!method_fits(&methods[i], q))
            continue;
        if (without_scope && !methods[i].open)
            break;
        return methods[i].run(q);
    }
    if (without_scope)
        return request_needs_scope(q, SCOPE_READ, "the token carries none of this server's scopes");
    struct rpc_fault f = {0};
    /* to a legacy client a 404 would mean that its session is gone */
    rpc_refuse(&f, modern ? 404 : 200, RPC_METHOD_NOT_FOUND, "unknown method \"%.100s\"", name);
    return request_refuse(q, &f);
}
