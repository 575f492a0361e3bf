/* The query protocol: a form with Action and Version goes out, XML comes back. */
#include "aws/codec.h"

#include "aws/xml.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 512

/* As HTML forms are encoded: a space becomes '+'. */
static void add_encoded(const char *s, size_t n, struct buf *out)
{
    size_t from = out->len;
    if (text_percent_encode(s, n, " ", out))
        return;
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] == ' ')
            out->data[i] = '+';
}

static void add_pair(const char *name, const char *value, size_t n, struct buf *out)
{
    if (out->len)
        buf_addc(out, '&');
    add_encoded(name, strlen(name), out);
    buf_addc(out, '=');
    add_encoded(value, n, out);
}

/* `name` is the dotted path so far; whoever lengthens it cuts it back. */
static int add_value(struct buf *name, const struct aws_shape *shape, bool flattened, const json_t *v,
                     struct buf *out, struct err *e);

static int add_structure(struct buf *name, const struct aws_shape *shape, const json_t *v, struct buf *out,
                         struct err *e)
{
    const char *key;
    json_t *item;
    size_t len = name->len;
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        const struct aws_member *m = aws_shape_member(shape, key);
        if (!m)
            return err_set(e, ERR_INVALID, "has no member %s", key);
        if (json_is_null(item))
            continue;
        buf_addf(name, "%s%s", len ? "." : "", aws_member_wire(m));
        if (add_value(name, m->shape, m->flattened, item, out, e))
            return err_wrap(e, "%s", key);
        buf_cut(name, len);
    }
    return 0;
}

static int add_list(struct buf *name, const struct aws_shape *shape, bool flattened, const json_t *v,
                    struct buf *out, struct err *e)
{
    size_t len = name->len;
    if (json_array_size(v) == 0)
        add_pair(buf_text(name), "", 0, out);
    for (size_t i = 0; i < json_array_size(v); i++) {
        if (!flattened)
            buf_addf(name, ".%s", shape->item_name ? shape->item_name : "member");
        buf_addf(name, ".%zu", i + 1);
        if (add_value(name, shape->item, false, json_array_get(v, i), out, e))
            return err_wrap(e, "[%zu]", i);
        buf_cut(name, len);
    }
    return 0;
}

static int add_map(struct buf *name, const struct aws_shape *shape, bool flattened, const json_t *v,
                   struct buf *out, struct err *e)
{
    size_t len = name->len, i = 0;
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        buf_addf(name, "%s.%zu", flattened ? "" : ".entry", ++i);
        size_t entry = name->len;
        buf_addf(name, ".%s", shape->key_name ? shape->key_name : "key");
        add_pair(buf_text(name), key, strlen(key), out);
        buf_cut(name, entry);
        buf_addf(name, ".%s", shape->item_name ? shape->item_name : "value");
        if (add_value(name, shape->item, false, item, out, e))
            return err_wrap(e, "%s", key);
        buf_cut(name, len);
    }
    return 0;
}

static int add_value(struct buf *name, const struct aws_shape *shape, bool flattened, const json_t *v,
                     struct buf *out, struct err *e)
{
    if (name->full)
        return err_set(e, ERR_TOO_LARGE, "is nested too deep");
    if (shape->type == AWS_STRUCTURE && json_is_object(v))
        return add_structure(name, shape, v, out, e);
    if (shape->type == AWS_LIST && json_is_array(v))
        return add_list(name, shape, flattened, v, out, e);
    if (shape->type == AWS_MAP && json_is_object(v))
        return add_map(name, shape, flattened, v, out, e);
    auto_buf struct buf text = BUF_INIT(WIRE_REQUEST_MAX);
    if (codec_scalar_write(shape, AWS_TIME_ISO8601, v, &text, e))
        return -1;
    add_pair(buf_text(name), buf_text(&text), text.len, out);
    return 0;
}

int codec_query_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                       struct err *e)
{
    auto_buf struct buf name = BUF_INIT(NAME_MAX_BYTES);
    buf_addc(&out->path, '/');
    add_pair("Action", op->name, strlen(op->name), &out->body);
    add_pair("Version", op->service->version, strlen(op->service->version), &out->body);
    if (wire_header(out, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8", e))
        return -1;
    return add_structure(&name, op->input, input, &out->body, e);
}

json_t *codec_query_decode(const struct aws_operation *op, const char *p, size_t n, struct err *e)
{
    char response[128], result[128];
    snprintf(response, sizeof response, "%sResponse", op->name);
    snprintf(result, sizeof result, "%sResult", op->name);
    auto_xml struct xml *doc = xml_parse(p, n, e);
    if (!doc)
        return NULL;
    const struct xml_node *root = xml_root(doc);
    if (strcmp(root->name, response) != 0) {
        err_set(e, ERR_UPSTREAM, "the root element is %.60s, not %s", root->name, response);
        return NULL;
    }
    const struct xml_node *inner = xml_child(root, result);
    if (!inner && op->output && op->output->member_count) {
        err_set(e, ERR_UPSTREAM, "there is no element %s", result);
        return NULL;
    }
    return inner && op->output ? xml_to_json(inner, op->output, e) : json_object();
}
