/* completion/complete: values for an argument of a prompt, or for a variable of a resource template. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"
#include "server/uri_template.h"

#include <string.h>

/* At most this many values may be sent (server utilities, completion). */
#define VALUES_MAX 100

static void fail(struct call *c, const struct err *e, struct reply *r)
{
    call_refuse(c, e->kind == ERR_INVALID ? RPC_INVALID_PARAMS : RPC_INTERNAL_ERROR, e, NULL, r);
}

/* Frees what `found` holds. */
static json_t *result_of(struct completion *found)
{
    json_t *values = json_array(), *one;
    size_t i;
    json_array_foreach(found->values, i, one)
        if (i < VALUES_MAX)
            json_array_append(values, one);
    json_t *completion = json_pack("{s:o}", "values", values);
    if (found->total > 0)
        json_put_int(completion, "total", found->total);
    json_put_flag(completion, "hasMore", found->more || json_array_size(found->values) > VALUES_MAX);
    json_decref(found->values);
    return json_pack("{s:o}", "completion", completion);
}

static void complete(struct call *c, complete_fn *how, const struct tool_call *view, struct reply *r)
{
    struct completion found = {0};
    struct err e = {0};
    if (how(view, json_str(c->completing, "name", ""), json_str(c->completing, "value", ""), &found, &e))
        fail(c, &e, r);
    else
        call_complete(r, c->id, c->version, result_of(&found), call_engine(c)->server_info);
}

static const char *prompt_name(const struct call *c)
{
    return ((const struct offers_prompt *)c->target)->prompt->name;
}

static void complete_prompt(struct call *c, const struct tool_call *view, struct reply *r)
{
    complete(c, ((const struct offers_prompt *)c->target)->prompt->complete, view, r);
}

static const char *template_name(const struct call *c)
{
    return ((const struct offers_resource *)c->target)->resource->name;
}

static void complete_template(struct call *c, const struct tool_call *view, struct reply *r)
{
    complete(c, ((const struct offers_resource *)c->target)->resource->complete, view, r);
}

static const struct call_kind prompt_kind = {
    .method = "completion/complete", .target_name = prompt_name, .run = complete_prompt, .fail = fail};
static const struct call_kind template_kind = {
    .method = "completion/complete", .target_name = template_name, .run = complete_template, .fail = fail};

static bool template_has(const struct offers_resource *t, const char *name)
{
    json_auto_t *names = uri_template_variables(t->uri_template);
    const json_t *one;
    size_t i;
    json_array_foreach(names, i, one)
        if (json_is_text(one, name))
            return true;
    return false;
}

/* What `params.ref` refers to and whether it has such an argument. Returns 0 with `order` and `how` (NULL: it suggests
   nothing), or -1 and `f`. */
static int find(const struct request *q, const char *argument, struct call_order *order, complete_fn **how, struct rpc_fault *f)
{
    const json_t *ref = json_obj(q->m->params, "ref");
    const char *type = json_str(ref, "type", "");
    struct offers *offers = &q->engine->offers;
    if (strcmp(type, "ref/prompt") == 0) {
        const char *name = json_str(ref, "name", "");
        const struct offers_prompt *p = offers_prompt(offers, name);
        if (!p)
            return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "Unknown prompt: %.100s", name);
        if (!prompt_has_argument(p, argument))
            return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the prompt %s has no argument \"%.100s\"", name, argument);
        *order = (struct call_order){.kind = &prompt_kind, .target = p};
        *how = p->prompt->complete;
        return 0;
    }
    if (strcmp(type, "ref/resource") != 0)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.ref.type must be ref/prompt or ref/resource");
    const char *uri = json_str(ref, "uri", "");
    const struct offers_resource *t = offers_template(offers, uri);
    if (!t)
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "Unknown resource template: %.100s", uri);
    if (!template_has(t, argument))
        return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "the template %s has no {%.100s}", uri, argument);
    *order = (struct call_order){.kind = &template_kind, .target = t};
    *how = t->resource->complete;
    return 0;
}

static enum receipt nothing_to_suggest(const struct request *q)
{
    struct completion none = {0};
    call_complete(q->now, q->m->id, q->version, result_of(&none), q->engine->server_info);
    return RECEIPT_REPLY;
}

enum receipt method_complete(const struct request *q)
{
    struct rpc_fault f = {0};
    struct call_order order = {0};
    complete_fn *how = NULL;
    const json_t *argument = json_obj(q->m->params, "argument");
    const char *name = json_str(argument, "name", NULL), *value = json_str(argument, "value", NULL);
    const json_t *known = json_obj(json_obj(q->m->params, "context"), "arguments");
    if (!name || !value)
        rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "params.argument must hold the strings name and value");
    if (f.code || find(q, name, &order, &how, &f) || call_check_meta(q, &f))
        return request_refuse(q, &f);
    if (!(q->in->caller->scopes & SCOPE_READ))
        return request_needs_scope(q, SCOPE_READ, "the token lacks the scope that completion needs");
    if (!how)
        return nothing_to_suggest(q);
    order.completing = json_pack("{s:s, s:s}", "name", name, "value", value);
    order.arguments = known ? json_deep_copy(known) : json_object();
    return call_begin(q, &order);
}
