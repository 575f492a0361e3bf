#include "tests/auth/mint.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

static EVP_PKEY *must(EVP_PKEY *key)
{
    if (!key)
        abort();
    return key;
}

void mint_init(struct mint *m)
{
    m->a = must(EVP_RSA_gen(2048));
    m->b = must(EVP_RSA_gen(2048));
    m->small = must(EVP_RSA_gen(1024));
    m->ec = must(EVP_EC_gen("P-256"));
}

void mint_done(struct mint *m)
{
    EVP_PKEY_free(m->a);
    EVP_PKEY_free(m->b);
    EVP_PKEY_free(m->small);
    EVP_PKEY_free(m->ec);
}

EVP_PKEY *mint_key(const struct mint *m, const char *name)
{
    return strcmp(name, "a") == 0 ? m->a : strcmp(name, "b") == 0 ? m->b : strcmp(name, "ec") == 0 ? m->ec : m->small;
}

static void put_number(json_t *jwk, const char *member, EVP_PKEY *key, const char *param)
{
    BIGNUM *v = NULL;
    if (!EVP_PKEY_get_bn_param(key, param, &v))
        abort();
    unsigned char bytes[512];
    int n = BN_bn2bin(v, bytes);
    BN_free(v);
    auto_buf struct buf text = BUF_INIT(1024);
    text_b64url_encode(bytes, (size_t)n, &text);
    json_put_str(jwk, member, buf_text(&text));
}

json_t *mint_jwk(const struct mint *m, const char *key, const char *kid)
{
    EVP_PKEY *pkey = mint_key(m, key);
    json_t *jwk = json_object();
    json_put_str(jwk, "kid", kid);
    json_put_str(jwk, "use", "sig");
    if (pkey == m->ec) {
        json_put_str(jwk, "kty", "EC");
        json_put_str(jwk, "alg", "ES256");
        json_put_str(jwk, "crv", "P-256");
        put_number(jwk, "x", pkey, OSSL_PKEY_PARAM_EC_PUB_X);
        put_number(jwk, "y", pkey, OSSL_PKEY_PARAM_EC_PUB_Y);
    } else {
        json_put_str(jwk, "kty", "RSA");
        json_put_str(jwk, "alg", "RS256");
        put_number(jwk, "n", pkey, OSSL_PKEY_PARAM_RSA_N);
        put_number(jwk, "e", pkey, OSSL_PKEY_PARAM_RSA_E);
    }
    return jwk;
}

char *mint_jwks_text(const struct mint *m, size_t *len)
{
    json_auto_t *set = json_pack("{s:[o,o]}", "keys", mint_jwk(m, "a", "a"), mint_jwk(m, "b", "b"));
    return json_text(set, len);
}
