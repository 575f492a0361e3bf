/* Runs protocol cases through the codecs: one case a line on stdin, what came of it a line on stdout. */
#include "aws/codec.h"
#include "aws/fault.h"
#include "base/json.h"
#include "tests/golden/model.h"
#include "tests/golden/runner.h"

/* {method, path, query, headers, body} or {error}. */
static json_t *encode_case(const struct aws_operation *op, const json_t *test)
{
    struct wire_request w = {0};
    struct err e = {0};
    if (codec_encode(op, json_obj(test, "params"), &w, &e))
        return json_pack("{s:s}", "error", e.text);
    json_t *headers = json_object();
    for (size_t i = 0; i < w.header_count; i++)
        json_put_str(headers, w.headers[i].name, w.headers[i].value);
    json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:s}", "method", w.method, "path", buf_text(&w.path),
                            "query", buf_text(&w.query), "headers", headers, "body", buf_text(&w.body));
    wire_request_done(&w);
    return out;
}

static void fill_reply(const json_t *response, struct http_reply *reply)
{
    auto_buf struct buf lines = BUF_INIT(1 << 20);
    const char *name, *body = json_str(response, "body", "");
    json_t *value;
    json_object_foreach(json_obj(response, "headers"), name, value)
        buf_addf(&lines, "%s: %s\n", name, json_string_value(value));
    *reply = (struct http_reply){.sent = HTTP_REPLIED,
                                 .status = (int)json_int(response, "status_code", 200),
                                 .body = BUF_INIT(1 << 22),
                                 .header_text = buf_steal(&lines, NULL)};
    buf_adds(&reply->body, body);
}

/* {output}, {code, message, kind} or {error}. */
static json_t *decode_case(const struct aws_operation *op, const json_t *test)
{
    struct http_reply reply;
    struct err e = {0};
    json_t *out = NULL, *result;
    fill_reply(json_obj(test, "response"), &reply);
    if (reply.status >= 300) {
        struct aws_fault f;
        fault_from_reply(op, &reply, &f);
        result = json_pack("{s:s, s:s, s:s}", "code", f.code, "message", f.message, "kind",
                           err_kind_name(f.err.kind));
    } else if (codec_decode(op, &reply, false, &out, &e)) {
        result = json_pack("{s:s}", "error", e.text);
    } else {
        result = json_pack("{s:o}", "output", out);
    }
    http_reply_done(&reply);
    return result;
}

static json_t *run_case(void *ctx, const json_t *in, struct err *e)
{
    (void)ctx, (void)e;
    const json_t *test = json_obj(in, "case");
    struct model *m = model_new(json_obj(in, "metadata"), json_obj(in, "shapes"));
    const struct aws_operation *op = model_operation(m, json_obj(test, "given"));
    json_t *result = json_object_get(test, "params") ? encode_case(op, test) : decode_case(op, test);
    model_free(m);
    return result;
}

int main(void)
{
    json_setup();
    return runner_main(run_case, NULL);
}
