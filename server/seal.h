/* The server's secret (--state-key-file), and what clients keep for us under keys made from it: they cannot read it, nor change
   it, nor use it for something else. Instances with the same secret open what any of them has sealed. */
#ifndef LW_SERVER_SEAL_H
#define LW_SERVER_SEAL_H

#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"

#include <stddef.h>

struct secret;

/* `path`: a file of at least 32 bytes, or NULL for a random secret of this process. Does not start libcrypto. */
struct secret *secret_new(const char *path, struct err *e);
void secret_free(struct secret *s);

/* The key for one purpose: HMAC-SHA-256 of its name under the secret. No two purposes share a key. Any thread. */
void secret_key(const struct secret *s, const char *purpose, unsigned char key[CRYPTO_KEY_LEN]);

/* Bytes sealed for a purpose (AES-256-GCM), as text in base64url; never the same text twice. `bound` has to be the same when it
   is opened. Free with free(). */
char *seal_make(const struct secret *s, const char *purpose, struct crypto_bytes bound, struct crypto_bytes in);

/* Adds to `out` what was sealed. Returns 0, or -1 where the text was not made here for this purpose and this `bound`, or is
   more than `out` takes. */
int seal_open(const struct secret *s, const char *purpose, struct crypto_bytes bound, const char *text, size_t n,
              struct buf *out);

#endif
