/* libcrypto's start, done once, and its digests, which then cannot fail. */
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

#endif
