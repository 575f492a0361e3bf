#include "server/web_hosts.h"

#include "base/own.h"
#include "base/text.h"
#include "base/url.h"

#include <stdlib.h>
#include <string.h>

/* "name:port" or "[v6]:port" without its port. Free with free(). */
static char *without_port(const char *host)
{
    const char *end = *host == '[' ? strchr(host, ']') : NULL;
    if (end)
        return xstrndup(host, (size_t)(end - host) + 1);
    return xstrndup(host, strcspn(host, ":"));
}

static bool is_loopback_name(const char *name)
{
    return text_iequal(name, "localhost") || strcmp(name, "[::1]") == 0 || strcmp(name, "::1") == 0 ||
           strcmp(name, "127.0.0.1") == 0;
}

bool web_is_loopback(const char *listen)
{
    auto_free char *name = without_port(listen);
    size_t n = strlen(name);
    auto_free char *bare = *name == '[' && name[n - 1] == ']' ? xstrndup(name + 1, n - 2) : xstrdup(name);
    return url_host_is_loopback(bare);
}

int web_check_exposure(const char *listen, const struct auth *auth, struct err *e)
{
    if (!auth_is_open(auth) || web_is_loopback(listen))
        return 0;
    return err_set(
        e, ERR_CONFIG,
        "--auth none serves anybody who can connect, so it listens on loopback only, not on %s: use --auth cognito, or "
        "--auth upstream behind a proxy that checks callers",
        listen);
}

/* "https://h:1/mcp" without scheme and path: "h:1". Free with free(); NULL when it is no http(s) URL. */
static char *authority_of(const char *url)
{
    const char *at = text_istarts(url, "https://") ? url + 8 : text_istarts(url, "http://") ? url + 7 : NULL;
    return at ? xstrndup(at, strcspn(at, "/?#")) : NULL;
}

/* An entry without a port stands for every port. */
static bool same_host(const char *entry, const char *host)
{
    if (text_iequal(entry, host))
        return true;
    auto_free char *name = without_port(entry);
    auto_free char *asked = without_port(host);
    return strcmp(name, entry) == 0 && text_iequal(name, asked);
}

bool web_host_allowed(const struct web_options *o, const char *host)
{
    auto_free char *name = without_port(host);
    bool loopback = web_is_loopback(o->listen);
    if (loopback && is_loopback_name(name))
        return true;
    for (size_t i = 0; i < o->allowed_host_count; i++)
        if (same_host(o->allowed_hosts[i], host))
            return true;
    auto_free char *public_host = o->public_url ? authority_of(o->public_url) : NULL;
    if (public_host && same_host(public_host, host))
        return true;
    return !loopback && o->allowed_host_count == 0 && !public_host;
}

bool web_origin_allowed(const struct web_options *o, const char *origin)
{
    if (!origin)
        return true;
    auto_free char *authority = authority_of(origin);
    if (!authority || strlen(strchr(origin, ':') + 3) != strlen(authority))
        return false;
    for (size_t i = 0; i < o->allowed_origin_count; i++)
        if (text_iequal(o->allowed_origins[i], origin))
            return true;
    auto_free char *public_host = o->public_url ? authority_of(o->public_url) : NULL;
    if (public_host && text_iequal(public_host, authority))
        return strncmp(origin, o->public_url, strcspn(origin, ":") + 1) == 0;
    auto_free char *name = without_port(authority);
    return web_is_loopback(o->listen) && is_loopback_name(name);
}
