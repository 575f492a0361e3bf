/* What comes back: header lines and body as they arrive, and what a transfer that is over amounts to. */
#include "base/http_private.h"

#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HEADERS_MAX (64 * 1024)
#define HOST_TEXT_MAX 128

/* Keeps the lines of the last response only (an interim 1xx may come first), as "name: value\n". */
size_t http_on_header(char *line, size_t size, size_t n, void *transfer)
{
    struct http_transfer *t = transfer;
    size_t all = size * n, len = all;
    while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
        len--;
    bool status_line = len >= 5 && memcmp(line, "HTTP/", 5) == 0;
    if (status_line && !t->reply->body.len) {
        buf_done(&t->header_text);
        t->header_text = BUF_INIT(HEADERS_MAX);
        t->headers_over = false;
        return all;
    }
    if (memchr(line, '\0', len))
        return 0; /* no header holds a NUL (RFC 9110 section 5.5); it would end the text for whoever reads it */
    t->headers_over |= len == 0;
    if (t->headers_over)
        return all;
    if (buf_add(&t->header_text, line, len) || buf_addc(&t->header_text, '\n')) {
        t->too_large = true;
        return 0;
    }
    return all;
}

size_t http_on_body(char *p, size_t size, size_t n, void *transfer)
{
    struct http_transfer *t = transfer;
    if (buf_add(&t->reply->body, p, size * n)) {
        t->too_large = true;
        return 0;
    }
    return size * n;
}

static void fail(struct http_transfer *t)
{
    t->reply->sent = t->begun ? HTTP_MAYBE_SENT : HTTP_NOT_SENT;
    buf_done(&t->reply->body);
}

void http_reply_give_up(struct http_transfer *t)
{
    char host[HOST_TEXT_MAX];
    http_url_host(t->request->url, host, sizeof host);
    fail(t);
    enum stop_why why = stop_check(t->batch->stop);
    if (why != STOP_GO_ON)
        stop_err(why, host, &t->reply->err);
    else
        err_set(&t->reply->err, ERR_TIMEOUT, "%s: no whole reply within %lld ms", host,
                (long long)(t->deadline_mono_ms - t->started_mono_ms));
}

static void settle_failure(struct http_transfer *t, CURLcode code)
{
    char host[HOST_TEXT_MAX];
    http_url_host(t->request->url, host, sizeof host);
    fail(t);
    struct err *e = &t->reply->err;
    const char *text = t->error_text[0] ? t->error_text : curl_easy_strerror(code);
    if (t->too_large)
        err_set(e, ERR_TOO_LARGE, "%s: the reply is larger than the %zu bytes allowed", host, t->request->reply_max);
    else if (t->resent)
        err_set(e, ERR_UPSTREAM, "%s: the connection was closed before a reply came", host);
    else if (code == CURLE_OK)
        err_set(e, ERR_UPSTREAM, "%s: the reply broke off before its headers ended", host);
    else
        err_set(e, t->begun ? ERR_UPSTREAM : ERR_UNAVAILABLE, "%s: %s", host, text);
}

void http_reply_settle(struct http_transfer *t, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    /* curl is content with a reply that ends in the middle of its headers */
    if (code != CURLE_OK || status < 200 || !t->headers_over) {
        settle_failure(t, code);
        return;
    }
    t->reply->sent = HTTP_REPLIED;
    t->reply->status = (int)status;
    t->reply->header_text = buf_steal(&t->header_text, NULL);
}

bool http_reply_header(const struct http_reply *r, const char *name, char *out, size_t size)
{
    size_t want = strlen(name);
    for (const char *line = r->header_text; line && *line; line = strchr(line, '\n') + 1) {
        if (!text_istarts(line, name) || line[want] != ':')
            continue;
        const char *value = line + want + 1;
        value += strspn(value, " \t");
        size_t n = strcspn(value, "\n");
        while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
            n--;
        if (size) {
            n = n < size ? n : size - 1;
            memcpy(out, value, n);
            out[n] = '\0';
        }
        return true;
    }
    return false;
}

void http_reply_done(struct http_reply *r)
{
    buf_done(&r->body);
    free(r->header_text);
    r->header_text = NULL;
}
