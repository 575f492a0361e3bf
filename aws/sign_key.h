/* Derived signing keys, remembered for a day. */
#ifndef LW_AWS_SIGN_KEY_H
#define LW_AWS_SIGN_KEY_H

#include "aws/sign.h"

#define SIGN_KEY_LEN 32

/* The key to sign with on `day` ("20261121"), derived or remembered, into `key` (SIGN_KEY_LEN bytes; the caller
   overwrites it after use). Any thread may call it. */
void sign_key(struct signer *s, const struct aws_credentials *c, const char *day, const char *region,
              const char *service, unsigned char *key);

/* HMAC-SHA256 into `out` (SIGN_KEY_LEN bytes). */
void sign_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char *out);

#endif
