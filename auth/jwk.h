/* One RSA public key as JSON (RFC 7517, RFC 7518 section 6.3.1), made into a key. */
#ifndef LW_AUTH_JWK_H
#define LW_AUTH_JWK_H

#include "base/err.h"

#include <jansson.h>
#include <openssl/types.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

/* Makes the key, as PEM (free with free()) and for OpenSSL (EVP_PKEY_free). Returns 0, or -1 with ERR_UPSTREAM: not
   RSA, not for RS256 signatures, of a size or exponent we do not trust, not canonical, or with its private part on show. */
int jwk_to_key(const json_t *jwk, char **pem, EVP_PKEY **key, struct err *e);

#endif
