/* What a Cognito access token must say, once its signature is known to be good. */
#ifndef LW_AUTH_CLAIMS_H
#define LW_AUTH_CLAIMS_H

#include "auth/auth.h"

#include <jansson.h>

/* What the claims are held against. Strings are borrowed from whoever owns the rules. */
struct claims_rules {
    const char *issuer;
    const char *const *client_ids;
    size_t client_id_count; /* 0: any client, and `aud` is then required */
    const char *audience;   /* NULL: no `aud` is acceptable, but none is needed */
    int64_t leeway_s;
    const char *scope_ids[SCOPE_COUNT];
};

/* Judges verified claims at `now_s` (seconds since 1970). On success fills `caller` and `exp_s`; else -1 with
   ERR_UNAUTHENTICATED and a fixed phrase.
   - `iss` equals the issuer exactly; `token_use` is "access" (Cognito's ID tokens say "id").
   - `exp` is required, `nbf` and `iat` are optional; all are whole numbers up to the year 9999, held against the
     clock with the leeway. exp: RFC 7519 section 4.1.4, nbf: 4.1.5.
   - `client_id` is on the list, when there is one.
   - `aud` is the audience whenever it is present. An array (RFC 7519 section 4.1.3) is refused: a token good for several
     services is not one we want, and Cognito writes a string. It leaves `aud` out unless the client asked for a resource,
     and client credentials cannot ask; so it may be absent when the list of clients vouches for the token.
   - `scope` is words with single blanks between; unknown words are ignored, a token without it may do nothing.
   - `sub` and `client_id` go into logs and keys: printable ASCII, at most 127 bytes. */
int claims_check(const struct claims_rules *rules, const json_t *claims, int64_t now_s, struct caller *caller,
                 int64_t *exp_s, struct err *e);

#endif
