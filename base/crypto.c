#include "base/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>

/* Fetched once, for as long as the process lives: a look-up by name costs more than a short digest. */
static EVP_MD *sha256;

static void load(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    /* HMAC looks up what it is made of at each call. The first one fills libcrypto's tables: no two threads shall do that at
       once. */
    unsigned char mac[CRYPTO_SHA256_LEN];
    if (!sha256 || !HMAC(sha256, "k", 1, (const unsigned char *)"", 0, mac, NULL))
        abort(); /* no library that signs and verifies works without them */
}

void crypto_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
}

void crypto_sha256(const void *p, size_t n, unsigned char *out)
{
    crypto_ready();
    /* Fails only without memory: going on would take one thing for another. */
    if (EVP_Digest(n ? p : "", n, out, NULL, sha256, NULL) != 1)
        abort();
}

void crypto_hmac_sha256(const void *key, size_t key_len, const void *p, size_t n, unsigned char *out)
{
    crypto_ready();
    if (!HMAC(sha256, key, (int)key_len, n ? p : "", n, out, NULL))
        abort();
}
