/* resources/list, resources/templates/list and resources/read. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

enum receipt method_resources_list(const struct request *q)
{
    return request_list(q, offers_list(&q->engine->offers, OFFERS_RESOURCES, q->version));
}

enum receipt method_resource_templates_list(const struct request *q)
{
    return request_list(q, offers_list(&q->engine->offers, OFFERS_TEMPLATES, q->version));
}

static const struct offers_resource *entry_of(const struct call *c)
{
    return c->target;
}

static const char *target_name(const struct call *c)
{
    return entry_of(c)->resource->name;
}

static enum rpc_code unknown_code(enum version v)
{
    return version_is_modern(v) ? RPC_INVALID_PARAMS : RPC_NOT_FOUND;
}

int resource_unknown(enum version v, const char *uri, struct rpc_fault *f)
{
    f->data = json_pack("{s:o}", "uri", json_str_lossy(uri, strlen(uri)));
    return rpc_refuse(f, 200, unknown_code(v), "Resource not found");
}

static void fail(struct call *c, const struct err *e, struct reply *r)
{
    if (e->kind != ERR_NOT_FOUND) {
        call_refuse(c, RPC_INTERNAL_ERROR, e, NULL, r);
        return;
    }
    call_refuse(c, unknown_code(c->version), e, json_pack("{s:s}", "uri", c->uri), r);
}

static void run(struct call *c, const struct tool_call *view, struct reply *r)
{
    const struct resource *resource = entry_of(c)->resource;
    json_t *contents = NULL;
    struct err e = {0};
    if (resource->read(view, c->uri, &contents, &e)) {
        fail(c, &e, r);
        return;
    }
    json_t *result = json_object();
    json_put(result, "contents", contents ? contents : json_array());
    if (version_is_modern(c->version)) {
        json_put_int(result, "ttlMs", resource->ttl_ms);
        json_put_str(result, "cacheScope", resource->open ? "public" : "private");
    }
    call_complete(r, c->id, c->version, result, call_engine(c)->server_info);
}

static const struct call_kind resource_kind = {
    .method = "resources/read", .target_name = target_name, .run = run, .fail = fail};

enum receipt method_resources_read(const struct request *q)
{
    struct rpc_fault f = {0};
    json_auto_t *variables = NULL;
    const char *uri = request_text(q, "uri", &f);
    if (uri && strlen(uri) > RESOURCE_URI_MAX)
        rpc_refuse(&f, 200, RPC_INVALID_PARAMS, "params.uri is longer than %d bytes", RESOURCE_URI_MAX);
    if (f.code || call_check_meta(q, &f))
        return request_refuse(q, &f);
    if (!(q->in->caller->scopes & SCOPE_READ))
        return request_needs_scope(q, SCOPE_READ, "the token lacks the scope that resources need");
    const struct offers_resource *found = offers_resource(&q->engine->offers, uri, &variables);
    if (!found) {
        resource_unknown(q->version, uri, &f);
        return request_refuse(q, &f);
    }
    struct call_order order = {.kind = &resource_kind, .target = found, .arguments = steal(&variables), .uri = xstrdup(uri)};
    return call_begin(q, &order);
}
