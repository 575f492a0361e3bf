/* The Authorization header: is it one bearer token, and where does the token lie? */
#ifndef LW_AUTH_BEARER_H
#define LW_AUTH_BEARER_H

#include "base/err.h"

#include <stddef.h>

/* Bytes of a token. Cognito's are below 2 KiB; many groups may make them longer. */
#define BEARER_TOKEN_MAX 16384

enum bearer_kind {
    BEARER_TOKEN,     /* `token` and `len` are set */
    BEARER_NONE,      /* no credentials, or of a scheme we do not speak */
    BEARER_MALFORMED, /* scheme Bearer, but not one token behind it */
    BEARER_TOO_LONG   /* one token, beyond BEARER_TOKEN_MAX */
};

/* Reads credentials = "Bearer" 1*SP b64token (RFC 6750 section 2.1); the scheme is case-insensitive (RFC 9110 section
   11.1). Blanks around the value are ignored. `value` may be NULL. On BEARER_TOKEN `token` points into it; otherwise
   `e` says why (ERR_UNAUTHENTICATED) without quoting anything. */
enum bearer_kind bearer_parse(const char *value, size_t n, const char **token, size_t *len, struct err *e);

#endif
