#include "server/message.h"

#include "base/json.h"
#include "base/own.h"
#include "server/mirror.h"

#include <string.h>

bool message_id_is_valid(const json_t *id)
{
    return json_is_integer(id) || (json_is_string(id) && json_string_length(id) <= 256);
}

/* A string without embedded NUL, or NULL. */
static const char *plain_string(const json_t *v)
{
    const char *s = json_string_value(v);
    return s && strlen(s) == json_string_length(v) ? s : NULL;
}

int message_read(const json_t *value, struct message *m, struct rpc_fault *f)
{
    *m = (struct message){0};
    if (!json_is_object(value))
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "a message must be a JSON object");
    const json_t *id = json_object_get(value, "id");
    if (message_id_is_valid(id))
        m->id = id;
    const char *jsonrpc = json_str(value, "jsonrpc", "");
    if (strcmp(jsonrpc, "2.0") != 0)
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "\"jsonrpc\" must be \"2.0\"");
    if (id && !m->id)
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "\"id\" must be an integer or a string of at most 256 bytes");
    const json_t *method = json_object_get(value, "method");
    if (!method) {
        m->kind = MESSAGE_RESPONSE;
        bool has_outcome = json_object_get(value, "result") || json_object_get(value, "error");
        return has_outcome ? 0 : rpc_refuse(f, 400, RPC_INVALID_REQUEST, "\"method\" is missing");
    }
    m->method = plain_string(method);
    if (!m->method)
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "\"method\" must be a string");
    m->kind = id ? MESSAGE_REQUEST : MESSAGE_NOTIFICATION;
    const json_t *params = json_object_get(value, "params");
    if (params && !json_is_null(params) && !json_is_object(params))
        return rpc_refuse(f, 400, RPC_INVALID_REQUEST, "\"params\" must be an object");
    m->params = json_is_object(params) ? params : NULL;
    m->meta = json_obj(m->params, "_meta");
    m->modern_envelope = json_object_get(m->meta, META_VERSION) || json_object_get(m->meta, META_CAPABILITIES);
    return 0;
}

/* Anything in the header that is not one of the versions `initialize` can open, nor the oldest one, is a modern claim. */
static bool header_is_modern(const struct protocol_headers *headers)
{
    if (!headers || !headers->version.value)
        return false;
    enum version v = version_of(headers->version.value);
    if (v == VERSION_UNKNOWN)
        return strcmp(headers->version.value, "2024-11-05") != 0;
    return version_is_modern(v);
}

bool message_is_modern(const struct message *m, const struct protocol_headers *headers)
{
    if (m->modern_envelope)
        return true;
    if (m->method && strcmp(m->method, "initialize") == 0)
        return false;
    if (m->method && (strcmp(m->method, "server/discover") == 0 || strcmp(m->method, "subscriptions/listen") == 0))
        return true;
    return header_is_modern(headers);
}

static int refuse_version(const char *requested, struct rpc_fault *f)
{
    json_t *supported = json_array();
    for (int v = VERSION_COUNT - 1; v >= 0; v--)
        json_array_append_new(supported, json_string(version_text((enum version)v)));
    f->data = json_pack("{s:o, s:o}", "supported", supported, "requested", json_str_lossy(requested, strlen(requested)));
    return rpc_refuse(f, 400, RPC_UNSUPPORTED_VERSION, "Unsupported protocol version");
}

/* Which member of params Mcp-Name mirrors, or NULL when the method has no such header. */
static const char *name_member(const char *method)
{
    static const struct {
        const char *method, *member;
    } named[] = {{"tools/call", "name"},  {"prompts/get", "name"},    {"resources/read", "uri"},
                 {"tasks/get", "taskId"}, {"tasks/update", "taskId"}, {"tasks/cancel", "taskId"}};
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (strcmp(named[i].method, method) == 0)
            return named[i].member;
    return NULL;
}

static int check_mirrors(const struct message *m, const struct protocol_headers *headers, struct rpc_fault *f)
{
    json_auto_t *method = json_string(m->method);
    if (mirror_check("Mcp-Method", &headers->method, method, f))
        return -1;
    const char *member = name_member(m->method);
    const json_t *name = member ? json_object_get(m->params, member) : NULL;
    return json_is_string(name) ? mirror_check_coded("Mcp-Name", &headers->name, name, f) : 0;
}

int message_check_modern(const struct message *m, const struct protocol_headers *headers, struct rpc_fault *f)
{
    const json_t *version = json_object_get(m->meta, META_VERSION);
    if (headers && headers->version.count != 1 && m->modern_envelope)
        return rpc_refuse(f, 400, RPC_HEADER_MISMATCH, "the header MCP-Protocol-Version is %s",
                          headers->version.count ? "there more than once" : "missing");
    if (!m->modern_envelope && headers && headers->version.value &&
        version_of(headers->version.value) == VERSION_UNKNOWN)
        return refuse_version(headers->version.value, f);
    if (!plain_string(version))
        return rpc_refuse(f, 400, RPC_INVALID_PARAMS, "params._meta[\"" META_VERSION "\"] must be a string");
    if (!json_is_object(json_object_get(m->meta, META_CAPABILITIES)))
        return rpc_refuse(f, 400, RPC_INVALID_PARAMS, "params._meta[\"" META_CAPABILITIES "\"] must be an object");
    if (headers && strcmp(headers->version.value, json_string_value(version)) != 0)
        return rpc_refuse(f, 400, RPC_HEADER_MISMATCH,
                          "the header MCP-Protocol-Version differs from params._meta[\"" META_VERSION "\"]");
    enum version v = version_of(json_string_value(version));
    if (v == VERSION_UNKNOWN || !version_is_modern(v))
        return refuse_version(json_string_value(version), f);
    return headers ? check_mirrors(m, headers, f) : 0;
}

int message_check_notification(const struct protocol_headers *headers, struct rpc_fault *f)
{
    const char *version = headers->version.value;
    return version && version_of(version) == VERSION_UNKNOWN ? refuse_version(version, f) : 0;
}
