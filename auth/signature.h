/* The signature of a token. Behind it libjwt, which is trusted with nothing else. */
#ifndef LW_AUTH_SIGNATURE_H
#define LW_AUTH_SIGNATURE_H

#include "base/err.h"

/* Checks the RS256 signature of a token (NUL-terminated, and already passed by jwt_parts_parse) with an RSA public
   key (PEM). Returns 0, or -1 with ERR_UNAUTHENTICATED. Any thread. */
int token_signature_check(const char *token, const char *pem, struct err *e);

#endif
