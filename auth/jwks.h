/* A set of public keys (RFC 7517 section 5), read once and never changed. */
#ifndef LW_AUTH_JWKS_H
#define LW_AUTH_JWKS_H

#include "base/err.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

#define JWKS_BYTES_MAX 262144
#define JWKS_KEYS_MAX 64

/* A usable key, in the two forms its users want. */
struct jwks_key {
    char *kid;
    char *pem; /* SubjectPublicKeyInfo */
    EVP_PKEY *pkey;
};

struct jwks;

/* Reads a key set. A key is used when it is RSA with 2,048 to 8,192 bits, a sane exponent, a plain `kid`, nothing
   that forbids RS256 signatures (`use`, `alg`, `key_ops`) and no private part; others are passed over, as RFC 7517
   asks. The set is refused (ERR_UPSTREAM) when it is no key set, has more than JWKS_KEYS_MAX keys, two usable keys
   with one id, or no usable key: then the reason names what was wrong with the first.
   One reference is the caller's: release with jwks_unref. */
struct jwks *jwks_parse(const char *p, size_t n, struct err *e);

/* The same from a file; ERR_CONFIG when it cannot be read or is no key set, with the path. */
struct jwks *jwks_load(const char *path, struct err *e);

/* Another reference, and the return of one. Any thread. jwks_unref accepts NULL. */
struct jwks *jwks_ref(struct jwks *set);
void jwks_unref(struct jwks *set);

/* The key of that id, or NULL. Borrowed from the set. */
const struct jwks_key *jwks_find(const struct jwks *set, const char *kid);

/* Number of usable keys. */
size_t jwks_count(const struct jwks *set);

/* Whether both hold the same keys under the same ids, in whatever order. */
bool jwks_same(const struct jwks *a, const struct jwks *b);

#endif
