/* The only file that knows libjwt (1.10 and 1.17; the build refuses 2 and later). What it must be fenced against,
   observed in 1.10.2:
   - the token's own header chooses the algorithm: an HS256 token keyed with the text of the public PEM verifies.
     So jwt_parts_parse demands RS256 first, and the algorithm is looked at again afterwards;
   - a NULL key means that nothing is verified at all. So a key that is missing or empty never gets there;
   - neither exp nor any other claim is looked at. So claims.c does. */
#include "auth/signature.h"

#include <jwt.h>
#include <openssl/err.h>
#include <stdbool.h>
#include <string.h>

int token_signature_check(const char *token, const char *pem, struct err *e)
{
    if (!pem || !*pem)
        return err_set(e, ERR_INTERNAL, "no key to check the signature with");
    jwt_t *jwt = NULL;
    int failed = jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem));
    bool wrong_alg = !failed && jwt_get_alg(jwt) != JWT_ALG_RS256;
    jwt_free(jwt);
    /* OpenSSL keeps a queue of errors per thread, and others read it */
    ERR_clear_error();
    if (failed)
        return err_set(e, ERR_UNAUTHENTICATED, "the signature does not match");
    if (wrong_alg)
        return err_set(e, ERR_UNAUTHENTICATED, "the signature is not RS256");
    return 0;
}
