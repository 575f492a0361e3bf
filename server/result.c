#include "server/result.h"

#include "base/json.h"
#include "base/own.h"

/* How long a client may keep a list: it only changes when the server is started anew, or says so. */
#define LIST_TTL_MS 300000

struct result_text result_text_of(const json_t *result)
{
    struct result_text t;
    t.json = json_text(result, &t.len);
    return t;
}

void result_stamp(json_t *result, const char *type, const json_t *server_info)
{
    json_put_str(result, "resultType", type);
    json_t *meta = json_obj(result, "_meta");
    if (!meta)
        json_put(result, "_meta", meta = json_object());
    json_put(meta, "io.modelcontextprotocol/serverInfo", json_deep_copy(server_info)); /* all threads have but that one */
}

void result_send(struct reply *r, const json_t *id, json_t *result)
{
    size_t n;
    auto_free char *text = json_text(result, &n);
    json_decref(result);
    rpc_result(r, id, text, n);
}

json_t *result_item(const json_t *document, const struct result_member *members, size_t count, enum version v)
{
    json_t *out = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_object_get(document, members[i].name);
        if (value && v >= members[i].since)
            json_object_set(out, members[i].name, value);
    }
    return out;
}

struct result_text result_list(const char *name, json_t *items, enum version v, bool same_for_all, const json_t *server_info)
{
    json_auto_t *result = json_object();
    json_put(result, name, items);
    if (version_is_modern(v)) {
        json_put_int(result, "ttlMs", LIST_TTL_MS);
        json_put_str(result, "cacheScope", same_for_all ? "public" : "private");
        result_stamp(result, "complete", server_info);
    }
    return result_text_of(result);
}
