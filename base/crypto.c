#include "base/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Fetched once, for as long as the process lives: a look-up by name costs more than a short digest. */
static EVP_MD *sha256;
static EVP_CIPHER *aes256_gcm;

static void load(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    aes256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    /* HMAC looks up what it is made of at each call. The first one fills libcrypto's tables: no two threads shall do that at
       once. */
    unsigned char mac[CRYPTO_SHA256_LEN];
    if (!sha256 || !aes256_gcm || !HMAC(sha256, "k", 1, (const unsigned char *)"", 0, mac, NULL))
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

/* The IV of GCM has 12 bytes unless said otherwise (EVP_EncryptInit, AEAD). Without memory nothing could be trusted: abort. */
static EVP_CIPHER_CTX *cipher_begin(const unsigned char *key, const unsigned char *iv, struct crypto_bytes bound, int sealing)
{
    crypto_ready();
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n;
    if (!c || EVP_CipherInit_ex2(c, aes256_gcm, key, iv, sealing, NULL) != 1 ||
        EVP_CipherUpdate(c, NULL, &n, bound.n ? bound.p : (const void *)"", (int)bound.n) != 1)
        abort();
    return c;
}

void crypto_seal(const unsigned char *key, const unsigned char *iv, struct crypto_bytes bound, struct crypto_bytes in,
                 unsigned char *out)
{
    EVP_CIPHER_CTX *c = cipher_begin(key, iv, bound, 1);
    int n;
    if (EVP_CipherUpdate(c, out, &n, in.n ? in.p : (const void *)"", (int)in.n) != 1 ||
        EVP_CipherFinal_ex(c, out + in.n, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_LEN, out + in.n) != 1)
        abort();
    EVP_CIPHER_CTX_free(c);
}

int crypto_open(const unsigned char *key, const unsigned char *iv, struct crypto_bytes bound, struct crypto_bytes in,
                unsigned char *out)
{
    if (in.n < CRYPTO_TAG_LEN)
        return -1;
    size_t len = in.n - CRYPTO_TAG_LEN;
    unsigned char tag[CRYPTO_TAG_LEN], none[CRYPTO_TAG_LEN];
    memcpy(tag, (const unsigned char *)in.p + len, sizeof tag);
    EVP_CIPHER_CTX *c = cipher_begin(key, iv, bound, 0);
    int n;
    bool whole = EVP_CipherUpdate(c, len ? out : none, &n, in.p, (int)len) == 1 &&
                 EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG_LEN, tag) == 1 &&
                 EVP_CipherFinal_ex(c, none, &n) == 1;
    EVP_CIPHER_CTX_free(c);
    return whole ? 0 : -1;
}
