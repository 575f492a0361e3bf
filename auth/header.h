/* The outside of a JWT: its three parts and its JOSE header, read strictly before any key is touched. */
#ifndef LW_AUTH_HEADER_H
#define LW_AUTH_HEADER_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

#define KID_MAX 256 /* bytes of a key id */

struct jwt_parts {
    char kid[KID_MAX + 1];
    json_t *payload; /* the claims as they were sent: not to be believed before the signature has been checked */
};

/* Splits a compact JWS (RFC 7515 section 7.1) and reads it. Refused (ERR_UNAUTHENTICATED): other than three parts,
   an empty part, base64url that is padded or not canonical, a header or payload that is not one JSON object without
   duplicate names and without NULs, an `alg` other than exactly "RS256", a missing or odd `kid`, a `typ` other than "JWT",
   and any other header member. Cognito sends `kid` and `alg` only; what would bring a key along or change the meaning of
   the signature (jwk, jku, x5u, x5c, crit, b64, ...) is thereby refused by name or by not being known. On success release
   with jwt_parts_done. */
int jwt_parts_parse(const char *token, size_t n, struct jwt_parts *parts, struct err *e);

/* Frees the payload. Safe on a zeroed struct. */
void jwt_parts_done(struct jwt_parts *parts);

/* Whether these bytes can be a key id: 1 to KID_MAX characters of base64, base64url or a plain name. */
int kid_check(const char *kid, size_t n);

#endif
