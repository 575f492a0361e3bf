/* awsJson 1.0 and 1.1: POST / with the operation in X-Amz-Target. Bodies are written as boto3 writes them,
   byte for byte: a space behind ',' and ':', and ASCII only. */
#include "aws/codec.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int write_escaped(uint32_t cp, struct buf *out)
{
    if (cp < 0x10000)
        return buf_addf(out, "\\u%04x", (unsigned)cp);
    cp -= 0x10000;
    return buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (cp >> 10)),
                    (unsigned)(0xdc00 + (cp & 0x3ff)));
}

static void write_string(const char *s, size_t n, struct buf *out)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    buf_addc(out, '"');
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = text_utf8_next(s + i, n - i, &cp);
        if (len == 0) {
            cp = 0xfffd; /* jansson holds UTF-8 only, so this cannot come up */
            len = 1;
        }
        const char *at = cp && cp < 0x80 ? strchr(plain, (int)cp) : NULL;
        if (at && *at)
            buf_addf(out, "\\%c", letter[at - plain]);
        else if (cp < 0x20 || cp > 0x7e)
            write_escaped(cp, out);
        else
            buf_addc(out, (char)cp);
        i += len;
    }
    buf_addc(out, '"');
}

static int write_object(const struct aws_shape *shape, const json_t *v, struct buf *out, struct err *e)
{
    const char *key, *between = "";
    json_t *item;
    buf_addc(out, '{');
    /* jansson's iteration does not change the object, whatever its signature says */
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        const struct aws_member *m = aws_shape_member(shape, key);
        const struct aws_shape *inner = m ? m->shape : shape && shape->type == AWS_MAP ? shape->item : NULL;
        if (json_is_null(item) && shape && shape->type == AWS_STRUCTURE)
            continue; /* a member that is null is a member that was not given */
        buf_adds(out, between);
        const char *name = m ? aws_member_wire(m) : key;
        write_string(name, strlen(name), out);
        buf_adds(out, ": ");
        if (codec_json_write(inner, item, out, e))
            return err_wrap(e, "%s", key);
        between = ", ";
    }
    buf_addc(out, '}');
    return 0;
}

static int write_array(const struct aws_shape *shape, const json_t *v, struct buf *out, struct err *e)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < json_array_size(v); i++) {
        if (i)
            buf_adds(out, ", ");
        if (codec_json_write(shape ? shape->item : NULL, json_array_get(v, i), out, e))
            return err_wrap(e, "[%zu]", i);
    }
    buf_addc(out, ']');
    return 0;
}

static int write_time(const struct aws_shape *shape, const json_t *v, struct buf *out, struct err *e)
{
    auto_buf struct buf text = BUF_INIT(64);
    if (codec_scalar_write(shape, AWS_TIME_EPOCH, v, &text, e))
        return -1;
    if (shape->time == AWS_TIME_ISO8601 || shape->time == AWS_TIME_HTTP)
        write_string(text.data, text.len, out);
    else
        buf_add(out, text.data, text.len);
    return 0;
}

int codec_json_write(const struct aws_shape *shape, const json_t *v, struct buf *out, struct err *e)
{
    if (shape && shape->type == AWS_TIMESTAMP)
        return write_time(shape, v, out, e);
    if (json_is_object(v))
        return write_object(shape, v, out, e);
    if (json_is_array(v))
        return write_array(shape, v, out, e);
    if (json_is_string(v))
        write_string(json_string_value(v), json_string_length(v), out);
    else if (json_is_integer(v))
        buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    else if (json_is_real(v))
        codec_real_write(json_real_value(v), out); /* jansson keeps NaN and infinity out */
    else
        buf_adds(out, json_is_true(v) ? "true" : json_is_false(v) ? "false" : "null");
    return 0;
}

int codec_json_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                      struct err *e)
{
    const struct aws_service *s = op->service;
    char text[160];
    buf_addc(&out->path, '/');
    snprintf(text, sizeof text, "%s.%s", s->target, op->name);
    if (wire_header(out, "X-Amz-Target", text, e))
        return -1;
    snprintf(text, sizeof text, "application/x-amz-json-%s", s->json_version);
    if (wire_header(out, "Content-Type", text, e))
        return -1;
    if (s->query_mode && wire_header(out, "x-amzn-query-mode", "true", e))
        return -1;
    return write_object(op->input, input, &out->body, e);
}

static const struct aws_member *member_by_wire(const struct aws_shape *shape, const char *wire)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].place == AWS_IN_BODY && strcmp(aws_member_wire(&shape->members[i]), wire) == 0)
            return &shape->members[i];
    return NULL;
}

static json_t *read_object(const struct aws_shape *shape, json_t *v, struct err *e)
{
    json_auto_t *out = json_object();
    const char *key;
    json_t *item;
    json_object_foreach(v, key, item)
    {
        const struct aws_member *m = member_by_wire(shape, key);
        if (shape->type == AWS_STRUCTURE && ((!m && !shape->open) || json_is_null(item)))
            continue;
        json_t *read = codec_json_read(m ? m->shape : shape->item, item, e); /* unlisted: no shape, as it stands */
        if (!read) {
            err_wrap(e, "%s", key);
            return NULL;
        }
        json_object_set_new(out, m ? m->name : key, read);
    }
    return steal(&out);
}

static json_t *read_array(const struct aws_shape *shape, json_t *v, struct err *e)
{
    json_auto_t *out = json_array();
    for (size_t i = 0; i < json_array_size(v); i++) {
        json_t *item = codec_json_read(shape->item, json_array_get(v, i), e);
        if (!item)
            return NULL;
        json_array_append_new(out, item);
    }
    return steal(&out);
}

json_t *codec_json_read(const struct aws_shape *shape, json_t *v, struct err *e)
{
    if (!shape || shape->type == AWS_ANY)
        return json_incref(v);
    if (json_is_object(v) && (shape->type == AWS_STRUCTURE || shape->type == AWS_MAP))
        return read_object(shape, v, e);
    if (json_is_array(v) && shape->type == AWS_LIST)
        return read_array(shape, v, e);
    if (shape->type == AWS_TIMESTAMP && json_is_string(v))
        return codec_scalar_read(shape, json_string_value(v), json_string_length(v), e);
    return json_incref(v);
}

json_t *codec_json_decode(const struct aws_operation *op, const char *p, size_t n, struct err *e)
{
    json_auto_t *v = json_parse(p, n, JSON_DEPTH_UPSTREAM, e);
    if (!v) {
        e->kind = ERR_UPSTREAM; /* it is not the caller's JSON that is wrong */
        return NULL;
    }
    if (!json_is_object(v)) {
        err_set(e, ERR_UPSTREAM, "the reply is no JSON object");
        return NULL;
    }
    return op->output ? read_object(op->output, v, e) : steal(&v);
}
