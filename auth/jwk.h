/* One RSA public key as JSON (RFC 7517, RFC 7518 section 6.3.1), made into PEM. */
#ifndef LW_AUTH_JWK_H
#define LW_AUTH_JWK_H

#include "base/err.h"

#include <jansson.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

/* The key as PEM (free with free()), or NULL with ERR_UPSTREAM: not RSA, not for RS256 signatures, of a size or
   exponent we do not trust, not canonical, or with its private part on show. */
char *jwk_to_pem(const json_t *jwk, struct err *e);

#endif
