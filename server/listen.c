/* subscriptions/listen, resources/subscribe and resources/unsubscribe, and the stream that a legacy session opens with GET. */
#include "server/engine_private.h"

#include "base/json.h"
#include "base/own.h"
#include "server/listeners.h"

#include <string.h>

/* Which lists there are at all: what is not offered does not change. */
static unsigned lists_of(const struct engine *g)
{
    return ENGINE_TOOLS | (g->offers.prompt_count ? ENGINE_PROMPTS : 0u) | (g->offers.resource_count ? ENGINE_RESOURCES : 0u);
}

/* Members of the filter, and the list each stands for. */
static const struct {
    const char *member;
    enum engine_list list;
} kinds[] = {{"toolsListChanged", ENGINE_TOOLS},
             {"promptsListChanged", ENGINE_PROMPTS},
             {"resourcesListChanged", ENGINE_RESOURCES}};

static bool is_known(const struct request *q, const char *uri)
{
    json_auto_t *variables = NULL;
    return strlen(uri) <= RESOURCE_URI_MAX && offers_resource(&q->engine->offers, uri, &variables);
}

static int malformed(struct rpc_fault *f, const char *member, const char *wanted)
{
    return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.notifications%s%s must be %s", *member ? "." : "", member, wanted);
}

static bool holds(const json_t *array, const json_t *string)
{
    size_t i;
    const json_t *one;
    json_array_foreach(array, i, one)
        if (json_equal(one, string))
            return true;
    return false;
}

/* Whether this caller may hear of it. */
typedef bool known_fn(const struct request *q, const char *name);

static bool is_own_task(const struct request *q, const char *id)
{
    return tasks_has(q->engine->tasks, q->in->caller, id);
}

/* One list of names of the filter: those that are known, in order and once each, go into `honoured`. Returns 0, or -1 and `f`. */
static int read_names(const struct request *q, const char *member, known_fn *known, json_t *honoured, struct rpc_fault *f)
{
    const json_t *wanted = json_object_get(json_object_get(q->m->params, "notifications"), member);
    json_t *kept = json_array(), *name;
    json_put(honoured, member, kept);
    size_t i;
    if (!json_is_array(wanted))
        return malformed(f, member, "an array of strings");
    json_array_foreach(wanted, i, name) {
        const char *text = json_string_value(name);
        if (!text)
            return malformed(f, member, "an array of strings");
        if (json_array_size(kept) == WATCHED_MAX / 2)
            return rpc_refuse(f, 200, RPC_INVALID_PARAMS, "params.notifications.%s holds more than %d", member, WATCHED_MAX / 2);
        if (strlen(text) == json_string_length(name) && known(q, text) && !holds(kept, name))
            json_array_append(kept, name);
    }
    return 0;
}

/* Reads the filter. What we do not know of it is left out: `honoured` is what the client is told. Returns 0, or -1 and `f`. */
static int read_filter(const struct request *q, struct interest *wants, json_t *honoured, struct rpc_fault *f)
{
    const json_t *filter = json_object_get(q->m->params, "notifications");
    if (!json_is_object(filter))
        return malformed(f, "", "an object");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const json_t *wanted = json_object_get(filter, kinds[i].member);
        if (wanted && !json_is_boolean(wanted))
            return malformed(f, kinds[i].member, "true or false");
        if (json_is_true(wanted) && (lists_of(q->engine) & kinds[i].list)) {
            wants->lists |= kinds[i].list;
            json_put_flag(honoured, kinds[i].member, true);
        }
    }
    bool uris = q->engine->offers.resource_count && json_object_get(filter, "resourceSubscriptions");
    bool tasks = q->engine->tasks && json_object_get(filter, "taskIds");
    if ((uris && read_names(q, "resourceSubscriptions", is_known, honoured, f)) ||
        (tasks && read_names(q, "taskIds", is_own_task, honoured, f)))
        return -1;
    wants->uris = json_arr(honoured, "resourceSubscriptions");
    wants->tasks = json_arr(honoured, "taskIds");
    return 0;
}

static enum receipt refuse(const struct request *q, int status, int code, const char *text)
{
    struct rpc_fault f = {0};
    rpc_refuse(&f, status, code, "%s", text);
    return request_refuse(q, &f);
}

static enum receipt refuse_full(const struct request *q)
{
    return refuse(q, 503, RPC_INTERNAL_ERROR, "there are too many subscriptions: end some, or try again later");
}

static void acknowledge(const struct request *q, json_t *honoured)
{
    json_t *params = json_pack("{s:o, s:O}", "_meta", listen_meta(q->m->id), "notifications", honoured);
    json_auto_t *note = rpc_note("notifications/subscriptions/acknowledged", params);
    size_t n;
    auto_free char *text = json_text(note, &n);
    q->sink->note(q->sink, text, n);
}

static bool asks_for_tasks(const struct request *q)
{
    return q->engine->tasks && json_object_get(json_obj(q->m->params, "notifications"), "taskIds");
}

enum receipt method_listen(const struct request *q)
{
    struct listeners *t = q->engine->listeners;
    json_auto_t *honoured = json_object();
    struct interest wants = {0};
    struct rpc_fault f = {0};
    if (asks_for_tasks(q) && !(q->client_can & CLIENT_HAS_TASKS))
        return request_needs_tasks(q);
    if (read_filter(q, &wants, honoured, &f))
        return request_refuse(q, &f);
    if (!q->in->streams)
        return refuse(q, 406, RPC_INVALID_REQUEST, "the answer is a stream: Accept must allow text/event-stream");
    struct exchange *x = exchange_new(q->engine, q->sink, false, true);
    x->listeners = t;
    exchange_expect(x);
    struct listener *k = listeners_add(t, request_session_key(q), q->in->caller, q->m->id, &wants, x);
    if (!k) {
        exchange_unref(x);
        return refuse_full(q);
    }
    acknowledge(q, honoured);
    listeners_begin(t, k);
    *q->later = x;
    return RECEIPT_PENDING;
}

/* params.uri of a resource there is, from a client with a session; NULL where the request has been refused with `*got`. */
static const char *subscribed_uri(const struct request *q, enum receipt *got)
{
    struct rpc_fault f = {0};
    const char *uri = request_text(q, "uri", &f);
    if (!uri) {
        *got = request_refuse(q, &f);
        return NULL;
    }
    if (!*request_session_key(q)) {
        *got = refuse(q, 200, RPC_INVALID_REQUEST, "subscriptions need a session: send initialize, then Mcp-Session-Id");
        return NULL;
    }
    if (!is_known(q, uri)) {
        resource_unknown(q->version, uri, &f);
        *got = request_refuse(q, &f);
        return NULL;
    }
    return uri;
}

static enum receipt nothing_more(const struct request *q)
{
    rpc_result(q->now, q->m->id, "{}", 2);
    return RECEIPT_REPLY;
}

enum receipt method_subscribe(const struct request *q)
{
    enum receipt got;
    const char *uri = subscribed_uri(q, &got);
    if (!uri)
        return got;
    if (!listeners_subscribe(q->engine->listeners, request_session_key(q), q->in->caller, uri))
        return refuse_full(q);
    return nothing_more(q);
}

enum receipt method_unsubscribe(const struct request *q)
{
    enum receipt got;
    const char *uri = subscribed_uri(q, &got);
    if (!uri)
        return got;
    listeners_unsubscribe(q->engine->listeners, request_session_key(q), uri);
    return nothing_more(q);
}

/* ---- the stream of a legacy session ---- */

void listen_opened(struct engine *g)
{
    if (g->listeners)
        listeners_open_lists(g->listeners, "stdio", lists_of(g));
}

/* What keeps a GET from being a stream (2025-11-25, listening for messages from the server); fills `f`. */
static int check_get(const struct request *q, struct rpc_fault *f)
{
    if (!q->engine->sessions)
        return rpc_refuse(f, 405, RPC_INVALID_REQUEST, "POST only: without sessions there is no stream to open");
    if (!q->session)
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "Mcp-Session-Id is missing: send initialize first");
    if (!q->in->streams)
        return rpc_refuse(f, 406, RPC_INVALID_REQUEST, "Accept must allow text/event-stream");
    return 0;
}

enum receipt listen_open_stream(const struct request *q)
{
    struct listeners *t = q->engine->listeners;
    struct rpc_fault f = {0};
    if (q->in->headers && check_get(q, &f))
        return request_refuse(q, &f);
    if (q->in->caller->scopes == 0)
        return request_needs_scope(q, SCOPE_READ, "the token carries none of this server's scopes");
    struct exchange *x = exchange_new(q->engine, q->sink, false, true);
    x->listeners = t;
    exchange_expect(x);
    unsigned lists = q->in->headers ? lists_of(q->engine) : 0;
    if (!listeners_add_stream(t, request_session_key(q), q->in->caller, lists, x)) {
        exchange_unref(x);
        return refuse_full(q);
    }
    *q->later = x;
    return RECEIPT_PENDING;
}

/* ---- what the owner of the tables says ---- */

bool engine_is_watched(const struct engine *g)
{
    return g->listeners != NULL;
}

void engine_resource_updated(struct engine *g, const char *uri)
{
    if (g->listeners)
        listeners_resource_updated(g->listeners, uri);
}

void engine_list_changed(struct engine *g, enum engine_list which)
{
    if (g->listeners)
        listeners_list_changed(g->listeners, which);
}
