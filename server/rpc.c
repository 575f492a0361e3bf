#include "server/rpc.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reply_done(struct reply *r)
{
    free(r->body);
    free(r->session);
    *r = (struct reply){0};
}

int rpc_refuse(struct rpc_fault *f, int status, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(f->text, sizeof f->text, fmt, ap);
    va_end(ap);
    f->status = status;
    f->code = code;
    return -1;
}

/* The part of every answer before its result or error. */
static void open_answer(struct buf *b, const json_t *id)
{
    buf_adds(b, "{\"jsonrpc\":\"2.0\",");
    if (id) {
        buf_adds(b, "\"id\":");
        json_add(b, id);
        buf_addc(b, ',');
    }
}

void rpc_result(struct reply *r, const json_t *id, const char *result, size_t n)
{
    struct buf b = BUF_INIT(SIZE_MAX / 2);
    open_answer(&b, id);
    buf_adds(&b, "\"result\":");
    buf_add(&b, result, n);
    buf_addc(&b, '}');
    r->status = 200;
    r->body = buf_steal(&b, &r->len);
}

json_t *rpc_note(const char *method, json_t *params)
{
    json_t *note = json_pack("{s:s, s:s}", "jsonrpc", "2.0", "method", method);
    json_put(note, "params", params);
    return note;
}

void rpc_error(struct reply *r, const json_t *id, struct rpc_fault *f)
{
    json_auto_t *error = json_pack("{s:i, s:o}", "code", f->code, "message", json_str_lossy(f->text, strlen(f->text)));
    json_put(error, "data", steal(&f->data));
    struct buf b = BUF_INIT(SIZE_MAX / 2);
    open_answer(&b, id);
    buf_adds(&b, "\"error\":");
    json_add(&b, error);
    buf_addc(&b, '}');
    r->status = f->status;
    r->plain = !id;
    r->body = buf_steal(&b, &r->len);
}
