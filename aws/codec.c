#include "aws/codec.h"

#include "aws/fault.h"
#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>

int wire_header(struct wire_request *r, const char *name, const char *value, struct err *e)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return err_set(e, ERR_INVALID, "%s holds a control character", name);
    if (r->header_count == WIRE_HEADERS_MAX)
        return err_set(e, ERR_TOO_LARGE, "more than %d headers", WIRE_HEADERS_MAX);
    r->headers[r->header_count++] = (struct http_header){name, xstrdup(value)};
    return 0;
}

void wire_request_done(struct wire_request *r)
{
    for (size_t i = 0; i < r->header_count; i++)
        free((char *)(uintptr_t)r->headers[i].value); /* allocated by wire_header */
    free(r->bucket);
    buf_done(&r->path);
    buf_done(&r->query);
    buf_done(&r->body);
    *r = (struct wire_request){0};
}

/* The caller's input with the operation's preset member, if that is missing. New reference. */
static json_t *with_preset(const struct aws_operation *op, const json_t *input)
{
    json_t *all = input ? json_copy((json_t *)(uintptr_t)input) : json_object();
    if (op->preset[0] && !json_object_get(all, op->preset[0]))
        json_put_str(all, op->preset[0], op->preset[1]);
    return all;
}

static int encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                  struct err *e)
{
    switch (op->service->protocol) {
    case AWS_JSON:
        return codec_json_encode(op, input, out, e);
    case AWS_QUERY:
        return codec_query_encode(op, input, out, e);
    case AWS_REST_XML:
        return codec_rest_xml_encode(op, input, out, e);
    case AWS_REST_JSON:
        return codec_rest_json_encode(op, input, out, e);
    }
    return err_set(e, ERR_INTERNAL, "unknown protocol");
}

int codec_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out, struct err *e)
{
    struct wire_request r = {.method = op->method ? op->method : "POST",
                             .path = BUF_INIT(WIRE_TARGET_MAX),
                             .query = BUF_INIT(WIRE_TARGET_MAX),
                             .body = BUF_INIT(WIRE_REQUEST_MAX)};
    if (input && !json_is_object(input))
        return err_set(e, ERR_INTERNAL, "the input is no object");
    json_auto_t *all = with_preset(op, input);
    int rc = encode(op, all, &r, e);
    if (rc == 0 && (r.path.full || r.query.full || r.body.full))
        rc = err_set(e, ERR_TOO_LARGE, "the request is too long");
    if (rc) {
        wire_request_done(&r);
        /* A refused addition to a full buffer carries no text of its own. */
        return err_set(e, ERR_TOO_LARGE, "the request is too long");
    }
    *out = r;
    return 0;
}

int codec_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                 json_t **output, struct err *e)
{
    const char *p = buf_text(&reply->body);
    size_t n = reply->body.len;
    if (!headers_only && fault_is_html(reply))
        return err_set(e, ERR_UPSTREAM, "the endpoint answered HTML, not AWS: a proxy in between?");
    json_t *v = NULL;
    if (n == 0 && !headers_only && op->output && op->output->member_count == 0) {
        *output = json_object(); /* nothing is all there is to say */
        return 0;
    }
    switch (op->service->protocol) {
    case AWS_JSON:
        v = codec_json_decode(op, p, n, e);
        break;
    case AWS_QUERY:
        v = codec_query_decode(op, p, n, e);
        break;
    case AWS_REST_XML:
        v = codec_rest_xml_decode(op, reply, headers_only, e);
        break;
    case AWS_REST_JSON:
        v = codec_rest_json_decode(op, reply, headers_only, e);
        break;
    }
    if (!v)
        return err_wrap(e, "cannot read the reply");
    *output = v;
    return 0;
}
