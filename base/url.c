#include "base/url.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

static int bad(const char *why, struct err *e)
{
    return err_set(e, ERR_CONFIG, "%s", why);
}

/* Length of the host at the start of `p`, which has `n` bytes, and its text; 0 when there is none that can be one. */
static size_t read_host(const char *p, size_t n, char *host)
{
    bool is_v6 = n > 0 && p[0] == '[';
    const char *start = p + is_v6;
    size_t len = is_v6 ? strspn(start, "0123456789abcdefABCDEF:.") : text_word_span(start, ".-_");
    size_t whole = is_v6 ? len + 2 : len;
    if (len == 0 || whole > n || len >= URL_HOST_MAX || (is_v6 && start[len] != ']'))
        return 0;
    for (size_t i = 0; i < len; i++)
        host[i] = (char)(start[i] >= 'A' && start[i] <= 'Z' ? start[i] + ('a' - 'A') : start[i]);
    host[len] = '\0';
    return whole;
}

static int read_port(const char *p, size_t n, int *port, struct err *e)
{
    char digits[8];
    int64_t value;
    if (n == 0)
        return 0;
    if (*p != ':' || n > sizeof digits)
        return bad("a URL needs the form http(s)://host[:port][/path]", e);
    memcpy(digits, p + 1, n - 1);
    digits[n - 1] = '\0';
    if (text_to_range(digits, 1, 65535, &value) < 0)
        return bad("a port is a number from 1 to 65535", e);
    *port = (int)value;
    return 0;
}

int url_parse(const char *text, struct url *out, struct err *e)
{
    struct url u = {.secure = text_istarts(text, "https://")};
    if (!u.secure && !text_istarts(text, "http://"))
        return bad("a URL begins with https:// or http://", e);
    const char *authority = text + (u.secure ? 8 : 7);
    size_t n = strcspn(authority, "/?#");
    if (memchr(authority, '@', n))
        return bad("a user name or password has no place in the URL", e);
    size_t host = read_host(authority, n, u.host);
    if (host == 0)
        return bad(*authority == '[' ? "not an IPv6 address in brackets" : "a URL without a usable host name", e);
    if (read_port(authority + host, n - host, &u.port, e) < 0)
        return -1;
    if (u.port == (u.secure ? 443 : 80))
        u.port = 0;
    u.rest = authority + n;
    *out = u;
    return 0;
}

bool url_host_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (text_iequal(host, "localhost"))
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 &&
           (IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127));
}
