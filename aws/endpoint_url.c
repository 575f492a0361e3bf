#include "aws/endpoint_url.h"

#include "base/url.h"

#include <stdio.h>
#include <string.h>

static int read_path(const char *p, char *out, struct err *e)
{
    size_t n = strlen(p);
    while (n > 0 && p[n - 1] == '/')
        n--;
    if (n >= ENDPOINT_HOST_MAX)
        return err_set(e, ERR_CONFIG, "the path of the URL is too long");
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] > '~' || strchr("?#\\\"<>", p[i]))
            return err_set(e, ERR_CONFIG, "the URL has a query, a fragment or a character that must be encoded");
    memcpy(out, p, n);
    out[n] = '\0';
    return 0;
}

int endpoint_url_read(const char *url, const char *source, struct endpoint *out, struct err *e)
{
    struct url u;
    struct err why = {0};
    /* The URL itself is not shown: somebody may have put a password into it. */
    if (url_parse(url, &u, &why) < 0 || read_path(u.rest, out->path_prefix, &why) < 0)
        return err_set(e, ERR_CONFIG, "%s: %s", source, why.text);
    bool is_v6 = strchr(u.host, ':') != NULL;
    int n = snprintf(out->host, sizeof out->host, is_v6 ? "[%s]" : "%s", u.host);
    if (u.port && n > 0 && (size_t)n < sizeof out->host)
        n += snprintf(out->host + n, sizeof out->host - (size_t)n, ":%d", u.port);
    if ((size_t)n >= sizeof out->host)
        return err_set(e, ERR_CONFIG, "%s: a URL without a usable host name", source);
    snprintf(out->origin, sizeof out->origin, "http%s://%s", u.secure ? "s" : "", out->host);
    out->configured = true;
    out->source = source;
    return 0;
}
