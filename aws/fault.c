#include "aws/fault.h"

#include "aws/retry.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void fault_request_id(const struct http_reply *reply, char *out, size_t size)
{
    static const char *const names[] = {"x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"};
    *out = '\0';
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (http_reply_header(reply, names[i], out, size) && *out)
            return;
    *out = '\0';
}

bool fault_is_html(const struct http_reply *reply)
{
    char type[32];
    const char *p = buf_text(&reply->body);
    size_t n = reply->body.len;
    if (n && http_reply_header(reply, "Content-Type", type, sizeof type) && text_istarts(type, "text/html"))
        return true;
    while (n && *p && strchr(" \t\r\n", *p))
        p++, n--;
    return (n >= 5 && strncasecmp(p, "<html", 5) == 0) ||
           (n >= 14 && strncasecmp(p, "<!doctype html", 14) == 0);
}

/* Text of a stranger, cut to the buffer it is in: control characters and secrets go. */
static void clean(char *text, size_t size)
{
    int found = 0;
    auto_buf struct buf out = BUF_INIT(size - 1);
    redact_text(text, strlen(text), &out, &found);
    size_t n = text_utf8_floor(buf_text(&out), out.len);
    memcpy(text, buf_text(&out), n);
    text[n] = '\0';
    for (char *p = text; *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
}

/* A refused signature is answered with all that was signed, the session token among it: only the first line
   is shown. */
static void tidy(struct aws_fault *f)
{
    f->code[strcspn(f->code, " \t\r\n")] = '\0';
    if (strstr(f->code, "Signature"))
        f->message[strcspn(f->message, "\r\n")] = '\0';
    clean(f->code, sizeof f->code);
    clean(f->message, sizeof f->message);
    clean(f->request_id, sizeof f->request_id);
}

/* "glue GetJobRun: EntityNotFoundException: Job run not found (request 1234)". */
static void word(const struct aws_operation *op, enum err_kind kind, struct aws_fault *f)
{
    char id[sizeof f->request_id + 16] = "";
    if (*f->request_id)
        snprintf(id, sizeof id, " (request %s)", f->request_id);
    char what[sizeof f->code + 32];
    if (*f->code)
        snprintf(what, sizeof what, "%s", f->code);
    else
        snprintf(what, sizeof what, "HTTP %d", f->status);
    err_set(&f->err, kind, "%s %s: %s%s%s%s", op->service->name, op->name, what, *f->message ? ": " : "",
            f->message, id);
}

/* What to say where a reply has no words of its own, as none to HEAD has. */
static const char *status_text(const struct aws_operation *op, int status)
{
    bool head = op->method && strcmp(op->method, "HEAD") == 0;
    switch (status) {
    case 301:
        return "the bucket is in another region";
    case 304:
        return "not modified";
    case 400:
        return head ? "bad request (HEAD is not told why; expired keys are one reason)" : "bad request";
    case 403:
        return "forbidden";
    case 404:
        return "not found";
    case 405:
        return "not allowed here (a delete marker?)";
    case 407:
        return "the proxy wants a login";
    case 412:
        return "precondition failed";
    case 416:
        return "range not satisfiable";
    case 503:
        return "service unavailable";
    default:
        return "";
    }
}

void fault_from_reply(const struct aws_operation *op, const struct http_reply *reply, struct aws_fault *f)
{
    *f = (struct aws_fault){.status = reply->status};
    fault_request_id(reply, f->request_id, sizeof f->request_id);
    bool html = fault_is_html(reply);
    if (html)
        snprintf(f->message, sizeof f->message, "the endpoint answered HTML, not AWS: a proxy in between?");
    else if (op->service->protocol == AWS_JSON || op->service->protocol == AWS_REST_JSON)
        fault_read_json(reply, op->service->protocol == AWS_REST_JSON, f);
    else
        fault_read_xml(reply, f);
    tidy(f);
    if (!html && op->service->protocol == AWS_REST_JSON)
        fault_detail(reply, f->detail, sizeof f->detail);
    if (!*f->code && !*f->message)
        snprintf(f->message, sizeof f->message, "%s", status_text(op, reply->status));
    word(op, html ? ERR_UPSTREAM : fault_kind(f->code, reply->status), f);
    f->retryable = retry_later_may_help(reply, f);
}

void fault_from_silence(const struct aws_operation *op, const struct http_reply *reply, struct aws_fault *f)
{
    *f = (struct aws_fault){.err = reply->err};
    err_wrap(&f->err, "%s %s", op->service->name, op->name);
    snprintf(f->message, sizeof f->message, "%.*s", (int)sizeof f->message - 1, reply->err.text);
    f->retryable = retry_later_may_help(reply, f);
}

void fault_from_err(const struct aws_operation *op, const struct http_reply *reply, const struct err *e,
                    struct aws_fault *f)
{
    *f = (struct aws_fault){.err = *e, .status = reply ? reply->status : 0};
    snprintf(f->message, sizeof f->message, "%.*s", (int)sizeof f->message - 1, e->text);
    if (reply) {
        fault_request_id(reply, f->request_id, sizeof f->request_id);
        clean(f->request_id, sizeof f->request_id);
        f->retryable = retry_later_may_help(reply, f);
    }
    if (*f->request_id)
        err_wrap(&f->err, "%s %s (request %s)", op->service->name, op->name, f->request_id);
    else
        err_wrap(&f->err, "%s %s", op->service->name, op->name);
}
