#include "auth/rsa.h"

#include "base/buf.h"
#include "base/text.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#define SIGNATURE_MAX 1024 /* bytes: a key of 8,192 bits */

int rsa_signature_check(const char *token, size_t n, EVP_PKEY *key, struct err *e)
{
    const char *dot = memrchr(token, '.', n);
    auto_buf struct buf signature = BUF_INIT(SIGNATURE_MAX);
    bool good = dot && text_b64url_decode(dot + 1, n - (size_t)(dot + 1 - token), &signature) == 0;
    if (good) {
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        good = ctx && EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
               EVP_DigestVerify(ctx, (const unsigned char *)signature.data, signature.len,
                                (const unsigned char *)token, (size_t)(dot - token)) == 1;
        EVP_MD_CTX_free(ctx);
        /* OpenSSL keeps a queue of errors per thread, and others read it */
        ERR_clear_error();
    }
    return good ? 0 : err_set(e, ERR_UNAUTHENTICATED, "the signature does not match");
}
