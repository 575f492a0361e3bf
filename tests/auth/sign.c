/* Signatures of every kind somebody might try. */
#include "tests/auth/mint.h"

#include "base/own.h"
#include "base/text.h"

#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

static void sign_with(EVP_PKEY *key, const EVP_MD *md, int padding, const struct buf *data, struct buf *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    unsigned char signature[512];
    size_t n = sizeof signature;
    if (!EVP_DigestSignInit(ctx, &options, md, NULL, key) ||
        (padding && EVP_PKEY_CTX_set_rsa_padding(options, padding) <= 0) ||
        !EVP_DigestSign(ctx, signature, &n, (const unsigned char *)data->data, data->len))
        abort();
    EVP_MD_CTX_free(ctx);
    text_b64url_encode(signature, n, out);
}

/* The public key of "a" in the forms an attacker would use as an HMAC secret. */
static char *secret(const struct mint *m, const char *form, size_t *len)
{
    unsigned char *der = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    int n = 0;
    if (strcmp(form, "pem") == 0) {
        PEM_write_bio_PUBKEY(bio, m->a);
    } else if (strcmp(form, "der") == 0) {
        n = i2d_PUBKEY(m->a, &der);
        BIO_write(bio, der, n);
    } else if (strcmp(form, "pkcs1") == 0) {
        n = i2d_PublicKey(m->a, &der);
        PEM_write_bio(bio, "RSA PUBLIC KEY", "", der, n);
    } else if (strcmp(form, "pkcs1-der") == 0) {
        n = i2d_PublicKey(m->a, &der);
        BIO_write(bio, der, n);
    } else if (strcmp(form, "empty") != 0) {
        abort();
    }
    OPENSSL_free(der);
    char *bytes;
    *len = (size_t)BIO_get_mem_data(bio, &bytes);
    char *copy = xmemdup(bytes, *len);
    BIO_free(bio);
    return copy;
}

static void sign_hmac(const struct mint *m, const char *form, const struct buf *data, struct buf *out)
{
    size_t len;
    auto_free char *key = secret(m, form, &len);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!HMAC(EVP_sha256(), key, (int)len, (const unsigned char *)data->data, data->len, mac, &n))
        abort();
    text_b64url_encode(mac, n, out);
}

void mint_sign(const struct mint *m, const char *how, const struct buf *data, struct buf *out)
{
    if (text_starts(how, "hs256-")) {
        sign_hmac(m, how + strlen("hs256-"), data, out);
        return;
    }
    static const char *const names[] = {"rs256", "rs256-b", "rs384", "rs512", "ps256", "es256", "none"};
    size_t i = 0;
    while (i < ARRAY_LEN(names) && strcmp(how, names[i]) != 0)
        i++;
    switch (i) {
    case 0: sign_with(m->a, EVP_sha256(), 0, data, out); break;
    case 1: sign_with(m->b, EVP_sha256(), 0, data, out); break;
    case 2: sign_with(m->a, EVP_sha384(), 0, data, out); break;
    case 3: sign_with(m->a, EVP_sha512(), 0, data, out); break;
    case 4: sign_with(m->a, EVP_sha256(), RSA_PKCS1_PSS_PADDING, data, out); break;
    case 5: sign_with(m->ec, EVP_sha256(), 0, data, out); break;
    case 6: break;
    default: abort();
    }
}
