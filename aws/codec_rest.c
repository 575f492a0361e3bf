/* rest-xml: members in path, query and headers go out; XML, headers or bytes come back. No operation here
   sends a body. */
#include "aws/codec.h"

#include "aws/xml.h"
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

static int add_member(struct wire_request *r, const struct aws_member *m, const json_t *v, struct err *e)
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
    case AWS_IN_PATH: /* see fill_path */
        return 0;
    default:
        return err_set(e, ERR_INTERNAL, "members in the body are not sent");
    }
}

/* Appends the value of "{Key}" or "{Key+}"; in the latter '/' stays. An empty value would name another
   resource. */
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

int codec_rest_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                      struct err *e)
{
    const char *key;
    json_t *v;
    if (fill_path(op, input, out, e))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)input, key, v)
    {
        const struct aws_member *m = aws_shape_member(op->input, key);
        if (!m)
            return err_set(e, ERR_INVALID, "has no member %s", key);
        if (!json_is_null(v) && add_member(out, m, v, e))
            return err_wrap(e, "%s", key);
    }
    return 0;
}

/* Members that the reply carries in its headers. */
static int read_headers(const struct aws_shape *shape, const struct http_reply *reply, json_t *out,
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

/* S3 percent-encodes keys when asked to (names may hold characters that XML cannot); this takes it off again. */
static void decode_member(json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    if (!json_is_string(v))
        return;
    auto_buf struct buf plain = BUF_INIT(WIRE_TARGET_MAX);
    if (text_percent_decode(json_string_value(v), json_string_length(v), true, &plain) == 0)
        json_object_set_new(object, name, json_str_lossy(buf_text(&plain), plain.len));
}

static void decode_keys(json_t *out)
{
    static const char *const names[] = {"Prefix",    "Delimiter",     "StartAfter",
                                        "KeyMarker", "NextKeyMarker", "Key"};
    static const char *const lists[] = {"Contents", "CommonPrefixes", "Versions", "DeleteMarkers"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        decode_member(out, names[i]);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json_t *list = json_object_get(out, lists[i]), *item;
        size_t at;
        json_array_foreach(list, at, item)
        {
            decode_member(item, "Key");
            decode_member(item, "Prefix");
        }
    }
}

static json_t *read_body(const struct aws_operation *op, const struct http_reply *reply, struct err *e)
{
    auto_xml struct xml *doc = xml_parse(buf_text(&reply->body), reply->body.len, e);
    if (!doc)
        return NULL;
    const char *root = xml_root(doc)->name;
    if (op->root && strcmp(root, op->root) != 0) {
        err_set(e, ERR_UPSTREAM, "the root element is %.60s, not %s", root, op->root);
        return NULL;
    }
    json_t *out = xml_to_json(xml_root(doc), op->output, e);
    if (out && op->keys_encoded && strcmp(json_str(out, "EncodingType", ""), "url") == 0)
        decode_keys(out);
    return out;
}

static bool has_body(const struct aws_shape *shape)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].place != AWS_IN_HEADER && shape->members[i].place != AWS_IN_STATUS)
            return true;
    return false;
}

json_t *codec_rest_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                          struct err *e)
{
    bool body = !headers_only && has_body(op->output);
    json_auto_t *out = body ? read_body(op, reply, e) : json_object();
    if (!out || read_headers(op->output, reply, out, e))
        return NULL;
    return steal(&out);
}
