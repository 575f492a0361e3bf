/* Reads replies of AWS: one JSON object a line on stdin, {service, op, body}; what becomes of it a line on stdout,
   {output} or {error}. */
#include "aws/codec.h"
#include "base/json.h"
#include "tests/golden/runner.h"

static json_t *reply_read(void *ctx, const json_t *in, struct err *e)
{
    (void)ctx;
    const struct aws_operation *op = runner_operation(in, e);
    struct http_reply reply = {.sent = HTTP_REPLIED, .status = 200, .body = BUF_INIT((size_t)1 << 22)};
    json_t *output = NULL;
    if (!op)
        return NULL;
    buf_adds(&reply.body, json_str(in, "body", ""));
    int rc = codec_decode(op, &reply, false, &output, e);
    http_reply_done(&reply);
    return rc ? NULL : json_pack("{s:o}", "output", output);
}

int main(void)
{
    json_setup();
    return runner_main(reply_read, NULL);
}
