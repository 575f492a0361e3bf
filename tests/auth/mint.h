/* Makes keys, key sets and tokens for tests: good ones, and bad ones as a case describes them. */
#ifndef LW_TESTS_AUTH_MINT_H
#define LW_TESTS_AUTH_MINT_H

#include "base/buf.h"

#include <jansson.h>
#include <openssl/evp.h>

#define MINT_NOW_S INT64_C(1800000000) /* the moment at which all cases play */

struct mint {
    EVP_PKEY *a, *b; /* RSA, 2,048 bits; "a" signs unless a case says otherwise */
    EVP_PKEY *small; /* RSA, 1,024 bits */
    EVP_PKEY *ec;    /* P-256 */
};

/* Generates the keys. Aborts on failure, as all of this file does. */
void mint_init(struct mint *m);
void mint_done(struct mint *m);

/* The key of a name: "a", "b", "small", "ec". Borrowed. */
EVP_PKEY *mint_key(const struct mint *m, const char *name);

/* One public key as a JWK: {"kid", "kty", "use", "alg", "n", "e"}; for "ec" the members it has. */
json_t *mint_jwk(const struct mint *m, const char *key, const char *kid);

/* {"keys": [...]} of keys "a" and "b" under their own names, as text. Free with free(). */
char *mint_jwks_text(const struct mint *m, size_t *len);

/* The token a case describes; see the README beside this file. `shape` may be NULL: a good token. */
void mint_token(const struct mint *m, const json_t *shape, struct buf *out);

/* The signature of `data` as method `how` makes it ("rs256", "hs256-pem", "none", ...), as base64url. */
void mint_sign(const struct mint *m, const char *how, const struct buf *data, struct buf *out);

/* The claims of a good token, `drop` and `claims` of the case applied. */
json_t *mint_claims(const json_t *shape);

#endif
