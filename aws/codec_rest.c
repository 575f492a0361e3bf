/* What the two REST protocols share: members in path, query and headers, on the way out and back. */
#include "aws/codec.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static int add_query(struct wire_request *r, const struct aws_member *m, const json_t *v, struct err *e)
{
    auto_buf struct buf text = BUF_INIT(WIRE_TARGET_MAX);
    if (codec_scalar_write(m->shape, AWS_TIME_ISO8601, v, &text, e))
        return -1;
    const char *name = aws_member_wire(m);
    if (r->query.len)
        buf_addc(&r->query, '&');
    text_percent_encode(name, strlen(name), "", &r->query);
    buf_addc(&r->query, '=');
    text_percent_encode(buf_text(&text), text.len, "", &r->query);
    return 0;
}

static int add_query_member(struct wire_request *r, const struct aws_member *m, const json_t *v,
                            struct err *e)
{
    if (m->shape->type != AWS_LIST)
        return add_query(r, m, v, e);
    struct aws_member item = {.name = aws_member_wire(m), .shape = m->shape->item};
    for (size_t i = 0; i < json_array_size(v); i++)
        if (add_query(r, &item, json_array_get(v, i), e))
            return -1;
    return 0;
}

static bool is_query_map(const struct aws_member *m)
{
    return m->place == AWS_IN_QUERY && m->shape->type == AWS_MAP;
}

static bool query_has(const struct wire_request *r, const char *name)
{
    auto_buf struct buf wanted = BUF_INIT(WIRE_TARGET_MAX);
    text_percent_encode(name, strlen(name), "", &wanted);
    for (const char *p = buf_text(&r->query); *p; p += strcspn(p, "&"), p += *p == '&')
        if (strcspn(p, "=&") == wanted.len && memcmp(p, buf_text(&wanted), wanted.len) == 0)
            return true;
    return false;
}

/* A map's keys are the names of its parameters; a parameter with a member of its own is not overwritten. */
static int add_query_map(struct wire_request *r, const struct aws_member *m, const json_t *v, struct err *e)
{
    const char *key;
    json_t *item;
    if (!json_is_object(v))
        return err_set(e, ERR_INVALID, "is not a map");
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        struct aws_member one = {.name = key, .shape = m->shape->item};
        if (!query_has(r, key) && add_query_member(r, &one, item, e))
            return err_wrap(e, "%s", key);
    }
    return 0;
}

/* A comma or a quote inside an entry of a list needs quotes around it (RFC 9110 section 5.6.4). */
static void add_quoted(const char *s, struct buf *out)
{
    if (!strpbrk(s, ",\"")) {
        buf_adds(out, s);
        return;
    }
    buf_addc(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_addc(out, '\\');
        buf_addc(out, *s);
    }
    buf_addc(out, '"');
}

static int add_header_member(struct wire_request *r, const struct aws_member *m, const json_t *v,
                             struct err *e)
{
    auto_buf struct buf text = BUF_INIT(WIRE_TARGET_MAX);
    const struct aws_shape *item = m->shape->item;
    if (m->shape->type != AWS_LIST) {
        if (codec_scalar_write(m->shape, AWS_TIME_HTTP, v, &text, e))
            return -1;
        if (strlen(buf_text(&text)) != text.len)
            return err_set(e, ERR_INVALID, "holds a NUL");
        return wire_header(r, aws_member_wire(m), buf_text(&text), e);
    }
    for (size_t i = 0; i < json_array_size(v); i++) {
        auto_buf struct buf one = BUF_INIT(WIRE_TARGET_MAX);
        if (codec_scalar_write(item, AWS_TIME_HTTP, json_array_get(v, i), &one, e))
            return -1;
        if (i)
            buf_addc(&text, ',');
        if (item->type == AWS_STRING)
            add_quoted(buf_text(&one), &text);
        else
            buf_adds(&text, buf_text(&one));
    }
    return wire_header(r, aws_member_wire(m), buf_text(&text), e);
}

/* A string or a blob is the body, byte for byte; anything else is for the protocol to write. */
static int add_payload(struct wire_request *r, const struct aws_member *m, json_t *v, struct rest_body *body,
                       struct err *e)
{
    body->raw = m->shape->type == AWS_STRING || m->shape->type == AWS_BLOB;
    if (!body->raw) {
        json_decref(body->value);
        body->value = json_incref(v);
        return 0;
    }
    if (!json_is_string(v))
        return err_set(e, ERR_INVALID, "is not a string");
    const char *text = json_string_value(v);
    size_t n = json_string_length(v);
    int rc = m->shape->type == AWS_STRING ? buf_add(&r->body, text, n) : text_b64_decode(text, n, &r->body);
    return rc && !r->body.full ? err_set(e, ERR_INVALID, "is not base64 text") : rc;
}

static int add_member(struct wire_request *r, const struct aws_member *m, json_t *v, struct rest_body *body,
                      struct err *e)
{
    switch (m->place) {
    case AWS_IN_QUERY:
        return add_query_member(r, m, v, e);
    case AWS_IN_HEADER:
        return add_header_member(r, m, v, e);
    case AWS_IN_BUCKET:
        if (!json_is_string(v))
            return err_set(e, ERR_INVALID, "is not a string");
        free(r->bucket);
        r->bucket = xstrdup(json_string_value(v));
        return strlen(r->bucket) == json_string_length(v) ? 0 : err_set(e, ERR_INVALID, "holds a NUL");
    case AWS_IN_PAYLOAD:
        return add_payload(r, m, v, body, e);
    case AWS_IN_BODY:
        if (!body->value)
            body->value = json_object();
        json_object_set(body->value, m->name, v);
        return 0;
    case AWS_IN_PATH: /* see fill_path */
        return 0;
    case AWS_IN_STATUS: /* of a reply */
        break;
    }
    return err_set(e, ERR_INTERNAL, "cannot be sent");
}

/* Appends the value of "{Key}" or "{Key+}"; in the latter '/' stays. An empty value would name another
   resource, and so would a dot segment (RFC 3986 section 5.2.4). */
static int fill_label(const struct aws_operation *op, const json_t *input, const char *label, size_t n,
                      struct wire_request *r, struct err *e)
{
    bool greedy = n && label[n - 1] == '+';
    for (size_t i = 0; i < op->input->member_count; i++) {
        const struct aws_member *m = &op->input->members[i];
        const char *name = aws_member_wire(m);
        if (m->place != AWS_IN_PATH || strlen(name) != n - greedy || strncmp(name, label, n - greedy) != 0)
            continue;
        auto_buf struct buf text = BUF_INIT(WIRE_TARGET_MAX);
        const json_t *v = json_object_get(input, m->name);
        if (!v)
            return err_set(e, ERR_INVALID, "%s is missing", m->name);
        if (codec_scalar_write(m->shape, AWS_TIME_ISO8601, v, &text, e))
            return err_wrap(e, "%s", m->name);
        if (text.len == 0)
            return err_set(e, ERR_INVALID, "%s is empty", m->name);
        if (!greedy && (strcmp(buf_text(&text), ".") == 0 || strcmp(buf_text(&text), "..") == 0))
            return err_set(e, ERR_INVALID, "%s cannot be \"%s\"", m->name, buf_text(&text));
        return text_percent_encode(text.data, text.len, greedy ? "/" : "", &r->path);
    }
    return err_set(e, ERR_INTERNAL, "no member for the path's {%.*s}", (int)n, label);
}

static int fill_path(const struct aws_operation *op, const json_t *input, struct wire_request *r,
                     struct err *e)
{
    const char *p = op->path;
    while (*p && *p != '?') {
        if (*p != '{') {
            buf_addc(&r->path, *p++);
            continue;
        }
        size_t n = strcspn(p + 1, "}");
        if (fill_label(op, input, p + 1, n, r, e))
            return -1;
        p += n + 2;
    }
    if (*p == '?')
        buf_adds(&r->query, p + 1);
    return 0;
}

/* The member that is the body, or NULL. */
static const struct aws_member *payload_of(const struct aws_shape *shape)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].place == AWS_IN_PAYLOAD)
            return &shape->members[i];
    return NULL;
}

/* The maps of the query, when the parameters with members of their own are there. */
static int add_query_maps(const struct aws_operation *op, const json_t *input, struct wire_request *out, struct err *e)
{
    for (size_t i = 0; i < op->input->member_count; i++) {
        const struct aws_member *m = &op->input->members[i];
        const json_t *v = json_object_get(input, m->name);
        if (is_query_map(m) && v && !json_is_null(v) && add_query_map(out, m, v, e))
            return err_wrap(e, "%s", m->name);
    }
    return 0;
}

int codec_rest_bind(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                    struct rest_body *body, struct err *e)
{
    const char *key;
    json_t *v;
    const struct aws_member *payload = payload_of(op->input);
    body->shape = payload ? payload->shape : op->input;
    if (fill_path(op, input, out, e))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)input, key, v)
    {
        const struct aws_member *m = aws_shape_member(op->input, key);
        struct aws_member unlisted = {.name = key};
        if (!m && !op->input->open)
            return err_set(e, ERR_INVALID, "has no member %s", key);
        if (json_is_null(v) || (m && is_query_map(m)))
            continue;
        if (add_member(out, m ? m : &unlisted, v, body, e))
            return err_wrap(e, "%s", key);
    }
    return add_query_maps(op, input, out, e);
}

void rest_body_done(struct rest_body *b)
{
    json_decref(b->value);
    b->value = NULL;
}

int codec_rest_headers(const struct aws_shape *shape, const struct http_reply *reply, json_t *out,
                       struct err *e)
{
    char text[2048];
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct aws_member *m = &shape->members[i];
        json_t *v = NULL;
        if (m->place == AWS_IN_STATUS)
            v = json_integer(reply->status);
        else if (m->place != AWS_IN_HEADER ||
                 !http_reply_header(reply, aws_member_wire(m), text, sizeof text))
            continue;
        else if (!(v = codec_scalar_read(m->shape, text, strlen(text), e)))
            return err_wrap(e, "%s", m->name);
        json_object_set_new(out, m->name, v);
    }
    return 0;
}
