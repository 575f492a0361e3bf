/* libcrypto's start, done once, its digests, which then cannot fail, and its sealing. */
#ifndef LW_BASE_CRYPTO_H
#define LW_BASE_CRYPTO_H

#include <stddef.h>

/* Loads libcrypto's algorithms unless that has been done. OpenSSL 3.0 can lose its providers when two threads use it
   for the first time at once, so whoever may be the first calls this before. Not done at the start of the program:
   it costs an idle server 2 MiB. Any thread; cheap after the first call. */
void crypto_ready(void);

/* SHA-256 of `n` bytes, or their HMAC by it (RFC 2104), into `out` (CRYPTO_SHA256_LEN bytes). `p` may be NULL where `n` is 0.
   They call crypto_ready themselves. Any thread. */
#define CRYPTO_SHA256_LEN 32
void crypto_sha256(const void *p, size_t n, unsigned char *out);
void crypto_hmac_sha256(const void *key, size_t key_len, const void *p, size_t n, unsigned char *out);

/* AES-256-GCM (NIST SP 800-38D) under a key of CRYPTO_KEY_LEN bytes: `n` bytes of `p` become as many at `out` and
   CRYPTO_TAG_LEN more behind them. `iv` has CRYPTO_IV_LEN bytes and must never come twice under one key. `bound` is not in the
   output, and must be the same when it is opened. */
#define CRYPTO_KEY_LEN 32
#define CRYPTO_IV_LEN 12
#define CRYPTO_TAG_LEN 16
struct crypto_bytes {
    const void *p;
    size_t n; /* at most INT_MAX - CRYPTO_TAG_LEN */
};
void crypto_seal(const unsigned char *key, const unsigned char *iv, struct crypto_bytes bound, struct crypto_bytes in,
                 unsigned char *out);

/* Undoes it: `in` ends with the tag, `out` gets that much less. Returns 0, or -1 for what was not sealed so; `out` holds nothing
   worth reading then. */
int crypto_open(const unsigned char *key, const unsigned char *iv, struct crypto_bytes bound, struct crypto_bytes in,
                unsigned char *out);

#endif
