/* rest-json: members in path, query and headers, the others as a JSON object; JSON and headers come back. */
#include "aws/codec.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>
#include <strings.h>

static bool has_body_members(const struct aws_shape *shape)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].place == AWS_IN_BODY || shape->members[i].place == AWS_IN_PAYLOAD)
            return true;
    return shape->open;
}

static bool has_header(const struct wire_request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return true;
    return false;
}

/* Where there is room for a body there is one, "{}" at least, as boto3 has it. */
int codec_rest_json_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                           struct err *e)
{
    auto_rest_body struct rest_body body = {0};
    if (codec_rest_bind(op, input, out, &body, e))
        return -1;
    bool text = body.shape->type == AWS_STRING, bytes = body.shape->type == AWS_BLOB;
    if (body.value) {
        if (codec_json_write(body.shape, body.value, &out->body, e))
            return -1;
    } else if (!text && !bytes && has_body_members(op->input)) {
        buf_adds(&out->body, "{}");
    }
    if (out->body.len == 0 || has_header(out, "Content-Type"))
        return 0;
    const char *type = text ? "text/plain" : bytes ? "application/octet-stream" : "application/json";
    return wire_header(out, "Content-Type", type, e);
}

static const struct aws_member *payload_of(const struct aws_shape *shape)
{
    for (size_t i = 0; shape && i < shape->member_count; i++)
        if (shape->members[i].place == AWS_IN_PAYLOAD)
            return &shape->members[i];
    return NULL;
}

/* The reply's one member that is its body. */
static int read_payload(const struct aws_member *m, const struct http_reply *reply, json_t *out, struct err *e)
{
    const char *p = buf_text(&reply->body);
    size_t n = reply->body.len;
    json_t *v;
    if (n == 0)
        return 0;
    if (m->shape->type == AWS_STRING) {
        v = json_str_lossy(p, n);
    } else {
        json_auto_t *whole = json_parse(p, n, JSON_DEPTH_UPSTREAM, e);
        v = whole ? codec_json_read(m->shape, whole, e) : NULL;
    }
    if (!v) {
        e->kind = ERR_UPSTREAM; /* it is not the caller's JSON that is wrong */
        return -1;
    }
    json_object_set_new(out, m->name, v);
    return 0;
}

static json_t *read_body(const struct aws_operation *op, const struct http_reply *reply, struct err *e)
{
    const struct aws_member *payload = payload_of(op->output);
    json_auto_t *out = json_object();
    if (!payload && reply->body.len)
        return codec_json_decode(op, buf_text(&reply->body), reply->body.len, e);
    if (payload && read_payload(payload, reply, out, e))
        return NULL;
    return steal(&out);
}

json_t *codec_rest_json_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                               struct err *e)
{
    json_auto_t *out = headers_only ? json_object() : read_body(op, reply, e);
    if (!out || (op->output && codec_rest_headers(op->output, reply, out, e)))
        return NULL;
    return steal(&out);
}
