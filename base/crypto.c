#include "base/crypto.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

static void load(void)
{
    EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!sha256)
        abort(); /* no library that signs and verifies works without it */
    EVP_MD_free(sha256);
}

void crypto_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
}
