#include "server/web_headers.h"

#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool has_control(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7F)
            return true;
    return false;
}

/* The value without blanks around it; copied only where there are any behind it. */
static const char *trim(struct web_headers *h, const char *value, size_t n)
{
    while (n && (*value == ' ' || *value == '\t'))
        value++, n--;
    size_t kept = n;
    while (kept && (value[kept - 1] == ' ' || value[kept - 1] == '\t'))
        kept--;
    if (kept == n || h->trimmed_count == WEB_TRIMMED_MAX)
        return value;
    return h->trimmed[h->trimmed_count++] = xstrndup(value, kept);
}

/* What a media range says of one type. The most exact range decides (RFC 9110 section 12.5.1): 3 for the type itself, 2 for
   all of its kind, 1 for everything. */
static void accept_type(const char *range, const char *type, const char *kind, bool accepted, bool *accepts, int *exactness)
{
    int exact = text_iequal(range, type) ? 3 : text_iequal(range, kind) ? 2 : strcmp(range, "*/*") == 0 ? 1 : 0;
    if (exact == 0 || exact < *exactness)
        return;
    *accepts = accepted || (exact == *exactness && *accepts);
    *exactness = exact;
}

/* Whether the parameters of a media range, blanks removed, give it the weight 0: not acceptable. */
static bool weighs_nothing(const char *parameters)
{
    for (const char *p = parameters; p; p = strchr(p, ';') ? strchr(p, ';') + 1 : NULL)
        if (text_istarts(p, "q="))
            return p[2] == '0' && strspn(p + 3, ".0") == strcspn(p + 3, ";");
    return false;
}

static void remove_blanks(char *s)
{
    char *to = s;
    for (; *s; s++)
        if (*s != ' ' && *s != '\t')
            *to++ = *s;
    *to = '\0';
}

/* One media range of an Accept header. */
static void accept_range(struct web_headers *h, const char *range, size_t n)
{
    auto_free char *text = xstrndup(range, n);
    remove_blanks(text);
    char *parameters = strchr(text, ';');
    if (parameters)
        *parameters++ = '\0';
    bool accepted = !weighs_nothing(parameters);
    accept_type(text, "application/json", "application/*", accepted, &h->accepts_json, &h->json_range);
    accept_type(text, "text/event-stream", "text/*", accepted, &h->accepts_sse, &h->sse_range);
}

/* A header without any range says as much as none. */
static void accept_line(struct web_headers *h, const char *value)
{
    while (*value) {
        value += strspn(value, " \t,");
        size_t n = strcspn(value, ",");
        h->has_accept |= n > 0;
        if (n)
            accept_range(h, value, n);
        value += n;
    }
}

/* One Mcp-Param-<name>. A name that comes again is counted, not kept. */
static void param_line(struct protocol_headers *p, const char *name, const char *value)
{
    for (size_t i = 0; i < p->param_count; i++) {
        if (text_iequal(p->params[i].name, name)) {
            p->params[i].value.count++;
            return;
        }
    }
    p->params_cut |= p->param_count == PARAM_HEADERS_MAX;
    if (p->params_cut)
        return;
    if (!p->params)
        p->params = xcalloc(PARAM_HEADERS_MAX, sizeof *p->params);
    value += strspn(value, " \t");
    p->params[p->param_count++] = (struct param_header){.name = name, .value = {.value = value, .count = 1}};
}

static enum MHD_Result take(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value,
                            size_t value_len)
{
    (void)kind;
    struct web_headers *h = cls;
    struct {
        const char *name;
        struct header_value *slot;
    } known[] = {
        {"Host", &h->host},
        {"Origin", &h->origin},
        {"Authorization", &h->authorization},
        {"Content-Type", &h->content_type},
        {"Content-Encoding", &h->content_encoding},
        {"Transfer-Encoding", &h->transfer_encoding},
        {"Content-Length", &h->content_length},
        {"MCP-Protocol-Version", &h->protocol.version},
        {"Mcp-Method", &h->protocol.method},
        {"Mcp-Name", &h->protocol.name},
        {"Mcp-Session-Id", &h->protocol.session},
    };
    if (!text_is_token(name, name_len))
        h->bad = "a header name holds a character that is not allowed";
    if (!value)
        value = "", value_len = 0;
    if (has_control(value, value_len) || strlen(value) != value_len)
        h->bad = "a header value holds a control character";
    if (text_iequal(name, "Accept"))
        accept_line(h, value);
    if (text_istarts(name, "Mcp-Param-"))
        param_line(&h->protocol, name + strlen("Mcp-Param-"), value);
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_iequal(name, known[i].name)) {
            if (known[i].slot->count++ == 0)
                known[i].slot->value = trim(h, value, value_len);
            break;
        }
    }
    return MHD_YES;
}

/* What is left once every line has been seen. Returns why it is refused, or NULL. */
static const char *judge(struct web_headers *h, const char *version)
{
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return "only HTTP/1.1 and HTTP/1.0 are spoken here";
    if (h->host.count > 1 || (h->host.count == 0 && strcmp(version, "HTTP/1.1") == 0))
        return "exactly one Host header is needed";
    if (h->content_length.count > 1 || h->transfer_encoding.count > 1 ||
        (h->content_length.count && h->transfer_encoding.count))
        return "the length of the body is stated twice";
    if (h->transfer_encoding.count && !text_iequal(h->transfer_encoding.value, "chunked"))
        return "the only transfer encoding understood is chunked";
    h->length = -1;
    if (h->content_length.count && text_to_range(h->content_length.value, 0, INT64_MAX, &h->length))
        return "Content-Length is not a number";
    if (h->authorization.count > 1)
        return "Authorization is there more than once";
    if (h->content_type.count > 1)
        return "Content-Type is there more than once";
    if (h->origin.count > 1)
        return "Origin is there more than once";
    return NULL;
}

void web_headers_read(struct web_headers *h, struct MHD_Connection *connection, const char *version)
{
    *h = (struct web_headers){.length = -1};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take, h);
    if (!h->bad)
        h->bad = judge(h, version);
    if (!h->has_accept)
        h->accepts_json = h->accepts_sse = true;
    h->authorization_len = h->authorization.value ? strlen(h->authorization.value) : 0;
}

void web_headers_done(struct web_headers *h)
{
    for (int i = 0; i < h->trimmed_count; i++)
        free(h->trimmed[i]);
    h->trimmed_count = 0;
    free(steal(&h->protocol.params));
    h->protocol.param_count = 0;
}

bool web_is_json(const char *content_type)
{
    static const char json[] = "application/json";
    if (!text_istarts(content_type, json))
        return false;
    const char *rest = content_type + sizeof json - 1;
    rest += strspn(rest, " \t");
    return *rest == '\0' || *rest == ';';
}
