/* One request set up on one easy handle: what is sent is what the caller gave, and nothing curl would add. */
#include "base/http_private.h"

#include "base/own.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const char *const methods[] = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"};

/* Field values as RFC 9110 section 5.5 has them: no control character but tab. */
static bool is_field_value(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
            return false;
    return true;
}

static int headers_check(const struct http_request *r, struct err *e)
{
    for (size_t i = 0; i < r->header_count; i++) {
        const struct http_header *h = &r->headers[i];
        if (!text_is_token(h->name, strlen(h->name)))
            return err_set(e, ERR_INVALID, "a header name holds characters that are not allowed");
        if (!is_field_value(h->value))
            return err_set(e, ERR_INVALID, "the value of header %s holds a control character", h->name);
        if (text_iequal(h->name, "Content-Length") || text_iequal(h->name, "Transfer-Encoding"))
            return err_set(e, ERR_INVALID, "header %s follows from the body and cannot be given", h->name);
    }
    return 0;
}

int http_request_check(const struct http_request *r, struct err *e)
{
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        known |= strcmp(methods[i], r->method) == 0;
    if (!known)
        return err_set(e, ERR_INVALID, "a method that is not used here");
    const char *host = text_starts(r->url, "https://") ? r->url + 8 : text_starts(r->url, "http://") ? r->url + 7 : NULL;
    if (!host || strcspn(host, "/?") == 0)
        return err_set(e, ERR_INVALID, "a URL must begin with http:// or https:// and a host");
    /* curl would cut off a fragment and turn user information into an Authorization header */
    if (memchr(host, '@', strcspn(host, "/?")) || strchr(host, '#'))
        return err_set(e, ERR_INVALID, "a URL may hold neither user information nor a fragment");
    for (const char *p = r->url; *p; p++)
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f)
            return err_set(e, ERR_INVALID, "a URL may hold only visible ASCII characters");
    return headers_check(r, e);
}

void http_url_host(const char *url, char *out, size_t size)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    size_t n = strcspn(host, "/?#");
    if (n >= size)
        n = size - 1;
    memcpy(out, host, n);
    out[n] = '\0';
}

static bool has_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (text_iequal(r->headers[i].name, name))
            return true;
    return false;
}

static void header_append(struct http_transfer *t, const char *line)
{
    t->headers = curl_slist_append(t->headers, line);
    if (!t->headers)
        abort(); /* out of memory: a list that exists is never returned as NULL otherwise */
}

/* A line "Name:" takes out what curl would send by itself; "Name;" sends the header with an empty value. */
static void headers_set(struct http_transfer *t)
{
    static const char *const unwanted[] = {"Accept", "Content-Type", "Expect"};
    const struct http_request *r = t->request;
    for (size_t i = 0; i < ARRAY_LEN(unwanted); i++) {
        auto_free char *line = xasprintf("%s:", unwanted[i]);
        if (!has_header(r, unwanted[i]))
            header_append(t, line);
    }
    for (size_t i = 0; i < r->header_count; i++) {
        const char *value = r->headers[i].value;
        bool blank = value[strspn(value, " \t")] == '\0';
        auto_free char *line = blank ? xasprintf("%s;", r->headers[i].name)
                                     : xasprintf("%s: %s", r->headers[i].name, value);
        header_append(t, line);
    }
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void method_set(struct http_transfer *t)
{
    const struct http_request *r = t->request;
    if (strcmp(r->method, "HEAD") == 0 && !r->body_len) {
        curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (r->body_len || r->method[0] == 'P') {
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, r->body_len ? r->body : "");
    }
    curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

/* Called each time a connection stands (through proxy and TLS) and the request is about to be written. When a kept
   connection turns out to be closed, curl starts over on a new one; but the first may have been heard. Only what is
   safe by its method (RFC 9110 section 9.2.1) is written twice; for the rest the caller decides. */
static int on_ready(void *transfer, char *ip, char *local_ip, int port, int local_port)
{
    (void)ip, (void)local_ip, (void)port, (void)local_port;
    struct http_transfer *t = transfer;
    const char *method = t->request->method;
    if (t->begun && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        t->resent = true;
        return CURL_PREREQFUNC_ABORT;
    }
    t->begun = true;
    return CURL_PREREQFUNC_OK;
}

/* No child process inherits a connection. */
static int on_socket(void *unused, curl_socket_t fd, curlsocktype purpose)
{
    (void)unused, (void)purpose;
    return fcntl(fd, F_SETFD, FD_CLOEXEC) ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

static void security_set(const struct http *h, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!h->ca_bundle)
        return;
    /* Without a directory curl parses the bundle once (23 ms of CPU for Debian's) and keeps it; and a bundle of one's own
       is then the only one trusted. */
    curl_easy_setopt(easy, CURLOPT_CAINFO, h->ca_bundle);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, h->ca_bundle);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
}

static void connection_set(const struct http_request *r, CURL *easy)
{
    /* HTTP/1.1 as the AWS SDKs speak it: with HTTP/2 one stalled connection would hold up every call to that host. */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 10L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)(HTTP_KEPT_MS / 1000));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)r->once);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* do not wait for a name server that hangs when the transfer is given up: all others would wait too */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, r->connect_timeout_ms > 0 ? (long)r->connect_timeout_ms : 3100L);
    if (r->no_proxy)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

void http_easy_prepare(const struct http *h, struct http_transfer *t)
{
    CURL *easy = t->easy;
    curl_easy_reset(easy);
    security_set(h, easy);
    connection_set(t->request, easy);
    curl_easy_setopt(easy, CURLOPT_URL, t->request->url);
    method_set(t);
    headers_set(t);
    if (h->user_agent)
        curl_easy_setopt(easy, CURLOPT_USERAGENT, h->user_agent);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->error_text);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
}
