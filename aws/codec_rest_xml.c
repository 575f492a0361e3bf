/* rest-xml, as S3 speaks it: XML, headers or bytes come back; what goes out has no body but a payload's bytes. */
#include "aws/codec.h"

#include "aws/xml.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool has_header(const struct wire_request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcmp(r->headers[i].name, name) == 0)
            return true;
    return false;
}

static int add_checksum(struct wire_request *r, struct err *e)
{
    static const char name[] = "x-amz-checksum-sha256";
    unsigned char digest[CRYPTO_SHA256_LEN];
    auto_buf struct buf text = BUF_INIT(64);
    if (has_header(r, name))
        return 0;
    crypto_sha256(buf_text(&r->body), r->body.len, digest);
    text_b64_encode(digest, sizeof digest, &text);
    return wire_header(r, name, buf_text(&text), e);
}

int codec_rest_xml_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                          struct err *e)
{
    auto_rest_body struct rest_body body = {0};
    if (codec_rest_bind(op, input, out, &body, e))
        return -1;
    if (body.value)
        return err_set(e, ERR_INTERNAL, "members in an XML body are not sent");
    return op->checksum ? add_checksum(out, e) : 0;
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

json_t *codec_rest_xml_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                          struct err *e)
{
    bool body = !headers_only && has_body(op->output);
    json_auto_t *out = body ? read_body(op, reply, e) : json_object();
    if (!out || codec_rest_headers(op->output, reply, out, e))
        return NULL;
    return steal(&out);
}
