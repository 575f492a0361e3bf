#include "aws/metadata.h"

#include "base/own.h"

#include <openssl/crypto.h>

#define METADATA_MAX ((size_t)64 * 1024)

/* Whether another attempt may bring more. */
static bool try_again(const struct err *e)
{
    return e->kind == ERR_UPSTREAM || e->kind == ERR_UNAVAILABLE || e->kind == ERR_TIMEOUT;
}

static char *fetch_once(struct aws *a, const struct metadata_request *m, struct stop *stop, struct err *e)
{
    struct http_header headers[2] = {{"Accept", "application/json, text/plain"}, {m->header, m->value}};
    struct http_request request = {.method = m->method,
                                   .url = m->url,
                                   .headers = headers,
                                   .header_count = m->header ? 2 : 1,
                                   .reply_max = METADATA_MAX,
                                   .timeout_ms = m->timeout_ms,
                                   .connect_timeout_ms = m->timeout_ms,
                                   .no_proxy = true};
    struct http_reply reply = {0};
    char *text = NULL;
    if (http_fetch(a->http, &request, &reply, stop, e) == 0) {
        if (reply.status == 200)
            text = buf_steal(&reply.body, NULL);
        else
            err_set(e,
                    reply.status == 404                           ? ERR_NOT_FOUND
                    : reply.status >= 400 && reply.status < 500 ? ERR_DENIED
                                                                  : ERR_UPSTREAM,
                    "answered with status %d", reply.status);
    }
    if (reply.body.data)
        OPENSSL_cleanse(reply.body.data, reply.body.len);
    http_reply_done(&reply);
    return text;
}

char *metadata_fetch(struct aws *a, const struct metadata_request *m, struct stop *stop, struct err *e)
{
    struct err last = {0};
    for (int attempt = 1; stop_check(stop) == STOP_GO_ON; attempt++) {
        err_clear(&last);
        char *text = fetch_once(a, m, stop, &last);
        if (text)
            return text;
        if (!try_again(&last) || attempt >= m->attempts || stop_sleep(stop, m->pause_ms) != STOP_GO_ON)
            break;
    }
    enum stop_why why = stop_check(stop);
    if (why != STOP_GO_ON)
        stop_err(why, "asking a metadata service for keys", e);
    else
        err_set(e, last.kind, "%s", last.text);
    return NULL;
}
