#include "aws/endpoint_url.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static int bad(const char *source, const char *why, struct err *e)
{
    /* The URL itself is not shown: somebody may have put a password into it. */
    return err_set(e, ERR_CONFIG, "%s: %s", source, why);
}

/* Splits "host[:port]" or "[v6][:port]"; `port` is 0 when there is none. */
static int read_authority(const char *p, size_t n, char *host, int64_t *port, const char *source,
                          struct err *e)
{
    const char *end = p + n;
    size_t host_len = n;
    if (n > 0 && p[0] == '[') {
        const char *close = memchr(p, ']', n);
        if (!close || strspn(p + 1, "0123456789abcdefABCDEF:.") < (size_t)(close - p - 1) || close == p + 1)
            return bad(source, "not an IPv6 address in brackets", e);
        host_len = (size_t)(close - p) + 1;
    } else {
        host_len = text_word_span(p, ".-_");
        host_len = host_len < n ? host_len : n;
    }
    if (host_len == 0 || host_len > ENDPOINT_HOST_MAX - 8)
        return bad(source, "a URL without a usable host name", e);
    for (size_t i = 0; i < host_len; i++)
        host[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + ('a' - 'A') : p[i]);
    host[host_len] = '\0';
    *port = 0;
    if (p + host_len == end)
        return 0;
    char digits[8];
    size_t len = (size_t)(end - p) - host_len - 1;
    if (p[host_len] != ':' || len >= sizeof digits)
        return bad(source, "a URL needs the form http(s)://host[:port][/path]", e);
    memcpy(digits, p + host_len + 1, len);
    digits[len] = '\0';
    if (text_to_range(digits, 1, 65535, port) < 0)
        return bad(source, "a port is a number from 1 to 65535", e);
    return 0;
}

static int read_path(const char *p, char *out, const char *source, struct err *e)
{
    size_t n = strlen(p);
    while (n > 0 && p[n - 1] == '/')
        n--;
    if (n >= ENDPOINT_HOST_MAX)
        return bad(source, "the path of the URL is too long", e);
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] > '~' || strchr("?#\\\"<>", p[i]))
            return bad(source, "the URL has a query, a fragment or a character that must be encoded", e);
    memcpy(out, p, n);
    out[n] = '\0';
    return 0;
}

int endpoint_url_read(const char *url, const char *source, struct endpoint *out, struct err *e)
{
    bool secure = text_istarts(url, "https://");
    if (!secure && !text_istarts(url, "http://"))
        return bad(source, "a URL begins with https:// or http://", e);
    const char *authority = url + (secure ? 8 : 7);
    size_t n = strcspn(authority, "/?#");
    if (memchr(authority, '@', n))
        return bad(source, "a user name or password has no place in the URL", e);
    char host[ENDPOINT_HOST_MAX];
    int64_t port;
    if (read_authority(authority, n, host, &port, source, e) < 0 ||
        read_path(authority + n, out->path_prefix, source, e) < 0)
        return -1;
    if (port == (secure ? 443 : 80))
        port = 0; /* not in a Host header, and so not in a signature */
    if (port)
        snprintf(out->host, sizeof out->host, "%.*s:%d", ENDPOINT_HOST_MAX - 8, host, (int)port);
    else
        snprintf(out->host, sizeof out->host, "%s", host);
    snprintf(out->origin, sizeof out->origin, "http%s://%s", secure ? "s" : "", out->host);
    out->configured = true;
    out->source = source;
    return 0;
}
