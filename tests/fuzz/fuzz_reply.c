/* Any reply to any operation of AWS: "service_Operation STATUS", header lines, an empty line, a body. What can be read is an
   object, what cannot is the upstream's fault, and what is shown of a refusal is clean text. */
#include "tests/fuzz/fuzz.h"

#include "aws/codec.h"
#include "aws/fault.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

/* The operation that a line names; an unknown name still means one of them. */
static const struct aws_operation *operation_of(const char *name, size_t n)
{
    size_t count, sum = 0;
    const struct aws_operation *const *all = aws_operations(&count);
    for (size_t i = 0; i < count; i++) {
        size_t service = strlen(all[i]->service->name), op = strlen(all[i]->name);
        if (n == service + 1 + op && memcmp(name, all[i]->service->name, service) == 0 && name[service] == '_' &&
            memcmp(name + service + 1, all[i]->name, op) == 0)
            return all[i];
    }
    for (size_t i = 0; i < n; i++)
        sum = sum * 31 + (unsigned char)name[i];
    return all[sum % count];
}

static void must_be_clean(const char *text, size_t size)
{
    size_t n = strnlen(text, size);
    MUST(n < size && text_is_utf8(text, n));
    for (size_t i = 0; i < n; i++)
        MUST((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
}

static void read_refusal(const struct aws_operation *op, const struct http_reply *reply)
{
    struct aws_fault f;
    fault_from_reply(op, reply, &f);
    MUST(f.err.kind != ERR_NONE && f.err.text[0] && f.status == reply->status);
    must_be_clean(f.code, sizeof f.code);
    must_be_clean(f.message, sizeof f.message);
    must_be_clean(f.request_id, sizeof f.request_id);
    MUST(text_is_utf8(f.detail, strnlen(f.detail, sizeof f.detail)));
}

static void read_success(const struct aws_operation *op, const struct http_reply *reply, bool headers_only)
{
    struct err e = {0};
    json_t *output = NULL;
    if (codec_decode(op, reply, headers_only, &output, &e) == 0)
        MUST(json_is_object(output) && e.kind == ERR_NONE);
    else
        MUST(!output && e.kind == ERR_UPSTREAM && e.text[0]);
    json_decref(output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready)
        json_setup();
    ready = true;
    auto_free char *text = xstrndup((const char *)data, size); /* headers end at a NUL; the body may hold some */
    size_t name = strcspn(text, " \n"), line = strcspn(text, "\n");
    int64_t status = 200;
    auto_free char *number = xstrndup(text + name + (name < line), name < line ? line - name - 1 : 0);
    text_to_range(number, 200, 599, &status);
    const char *blank = strstr(text, "\n\n");
    size_t head = blank ? (size_t)(blank - text) + 1 : strlen(text);
    struct http_reply reply = {.sent = HTTP_REPLIED, .status = (int)status, .body = BUF_INIT((size_t)1 << 20)};
    size_t first = line < head ? line + 1 : head;
    reply.header_text = head > first ? xasprintf("%.*s\n", (int)(head - first), text + first) : xstrdup("");
    if (blank)
        buf_add(&reply.body, (const char *)data + head + 1, size - head - 1);
    const struct aws_operation *op = operation_of(text, name);
    read_refusal(op, &reply);
    read_success(op, &reply, false);
    if (op->output)
        read_success(op, &reply, true);
    http_reply_done(&reply);
    return 0;
}
