/* URLs that somebody configured, taken apart. */
#ifndef LW_BASE_URL_H
#define LW_BASE_URL_H

#include "base/err.h"

#include <stdbool.h>

#define URL_HOST_MAX 256

struct url {
    bool secure;             /* https */
    char host[URL_HOST_MAX]; /* lower case; an IPv6 address without its brackets */
    int port;                /* 0 where the URL names none, or the one its scheme has anyway */
    const char *rest;        /* from the path on, as it stands: "", "/mcp", "/x?y"; borrowed from the text */
};

/* Reads http(s)://host[:port] and what may follow. No user information: whoever reads such a URL takes the part before '@' for
   the host. The host is a name, an IPv4 address, or an IPv6 address in brackets. ERR_CONFIG with a sentence that does not repeat
   the URL, for it may hold a secret. Returns 0, or -1. */
int url_parse(const char *text, struct url *out, struct err *e);

/* Whether a host (without brackets) is this very machine: "localhost" or an address of 127.0.0.0/8, ::1 or ::ffff:127.0.0.0/104.
   A name that only begins like one is somebody else's. */
bool url_host_is_loopback(const char *host);

#endif
