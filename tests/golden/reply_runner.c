/* Reads replies of AWS: one JSON object a line on stdin, {service, op, body}; what becomes of it a line on stdout,
   {output} or {error}. */
#include "aws/codec.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct aws_operation *operation_find(const char *service, const char *name)
{
    size_t n;
    const struct aws_operation *const *all = aws_operations(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->service->name, service) == 0 && strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

static json_t *reply_read(const json_t *in, struct err *e)
{
    const struct aws_operation *op = operation_find(json_str(in, "service", ""), json_str(in, "op", ""));
    struct http_reply reply = {.sent = HTTP_REPLIED, .status = 200, .body = BUF_INIT((size_t)1 << 22)};
    json_t *output = NULL;
    if (!op) {
        err_set(e, ERR_INVALID, "no such operation");
        return NULL;
    }
    buf_adds(&reply.body, json_str(in, "body", ""));
    int rc = codec_decode(op, &reply, false, &output, e);
    http_reply_done(&reply);
    return rc ? NULL : json_pack("{s:o}", "output", output);
}

int main(void)
{
    auto_free char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    json_setup();
    while ((n = getline(&line, &cap, stdin)) > 0) {
        struct err e = {0};
        json_auto_t *in = json_parse(line, (size_t)n, JSON_DEPTH_UPSTREAM, &e);
        json_auto_t *out = in ? reply_read(in, &e) : NULL;
        if (!out)
            out = json_pack("{s:s}", "error", e.text);
        auto_free char *text = json_text(out, NULL);
        puts(text);
    }
    return 0;
}
