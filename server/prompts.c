/* prompts/list and prompts/get. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

/* The longest value of one argument: a name, a place, a sentence or two. */
#define ARGUMENT_MAX 8192

enum receipt method_prompts_list(const struct request *q)
{
    return request_list(q, offers_list(&q->engine->offers, OFFERS_PROMPTS, q->version));
}

static const struct offers_prompt *entry_of(const struct call *c)
{
    return c->target;
}

static const char *target_name(const struct call *c)
{
    return entry_of(c)->prompt->name;
}

static void fail(struct call *c, const struct err *e, struct reply *r)
{
    call_refuse(c, e->kind == ERR_INVALID ? RPC_INVALID_PARAMS : RPC_INTERNAL_ERROR, e, NULL, r);
}

static void run(struct call *c, const struct tool_call *view, struct reply *r)
{
    struct prompt_answer a = {0};
    struct err e = {0};
    if (entry_of(c)->prompt->get(view, &a, &e)) {
        fail(c, &e, r);
        return;
    }
    json_t *result = json_object();
    if (!a.description)
        a.description = json_deep_copy(json_object_get(entry_of(c)->document.json, "description"));
    json_put(result, "description", a.description);
    json_put(result, "messages", a.messages ? a.messages : json_array());
    call_complete(r, c->id, c->version, result, call_engine(c)->server_info);
}

static const struct call_kind prompt_kind = {
    .method = "prompts/get", .target_name = target_name, .run = run, .fail = fail};

bool prompt_has_argument(const struct offers_prompt *p, const char *name)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_arr(p->document.json, "arguments"), i, one)
        if (strcmp(json_str(one, "name", ""), name) == 0)
            return true;
    return false;
}

static int check_value(const struct offers_prompt *p, const char *name, const json_t *value, struct rpc_fault *f)
{
    if (!prompt_has_argument(p, name))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the prompt %s has no argument \"%.100s\"", p->prompt->name, name);
    if (!json_is_string(value))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the argument \"%.100s\" must be a string", name);
    if (json_string_length(value) > ARGUMENT_MAX)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the argument \"%.100s\" is longer than %d bytes", name, ARGUMENT_MAX);
    return 0;
}

static int check_arguments(const struct offers_prompt *p, const json_t *arguments, struct rpc_fault *f)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)arguments, name, value)
        if (check_value(p, name, value, f))
            return -1;
    const json_t *one;
    size_t i;
    json_array_foreach(json_arr(p->document.json, "arguments"), i, one) {
        name = json_str(one, "name", "");
        if (json_flag(one, "required", false) && !json_object_get(arguments, name))
            return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the prompt %s needs the argument \"%s\"", p->prompt->name, name);
    }
    return 0;
}

enum receipt method_prompts_get(const struct request *q)
{
    struct rpc_fault f = {0};
    const char *name = request_text(q, "name", &f);
    const struct offers_prompt *p = name ? offers_prompt(&q->engine->offers, name) : NULL;
    const json_t *arguments = json_object_get(q->m->params, "arguments");
    if (name && !p)
        rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "Unknown prompt: %.100s", name);
    else if (p && arguments && !json_is_object(arguments) && !json_is_null(arguments))
        rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "params.arguments must be an object");
    else if (p)
        check_arguments(p, arguments, &f);
    if (f.code || call_check_meta(q, &f))
        return request_refuse(q, &f);
    if (!(q->in->caller->scopes & SCOPE_READ))
        return request_needs_scope(q, SCOPE_READ, "the token lacks the scope that prompts need");
    struct call_order order = {.kind = &prompt_kind, .target = p,
                               .arguments = json_is_object(arguments) ? json_deep_copy(arguments) : json_object()};
    return call_begin(q, &order);
}
