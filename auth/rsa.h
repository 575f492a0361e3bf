/* A first look at a token's signature with a key that is ready to use. */
#ifndef LW_AUTH_RSA_H
#define LW_AUTH_RSA_H

#include "base/err.h"

#include <openssl/types.h>
#include <stddef.h>

/* Checks the RS256 signature (RFC 7518 section 3.3) of a token that jwt_parts_parse has passed. Returns 0, or -1 with
   ERR_UNAUTHENTICATED. libjwt reads its key from PEM each time, which costs twenty times the check itself; strangers
   may send as many bad signatures as they like, so those end here, and libjwt sees only what holds already. Any thread. */
int rsa_signature_check(const char *token, size_t n, EVP_PKEY *key, struct err *e);

#endif
