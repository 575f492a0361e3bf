#include "auth/jwk.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdbool.h>

#define EXPONENT_BYTES_MAX 8

static int refuse(const char *why, struct err *e)
{
    return err_set(e, ERR_UPSTREAM, "%s", why);
}

/* Present and not what we need is a no; absent is no restriction (RFC 7517 sections 4.2 to 4.4). */
static int purpose_check(const json_t *jwk, struct err *e)
{
    const json_t *use = json_object_get(jwk, "use"), *alg = json_object_get(jwk, "alg");
    const json_t *ops = json_object_get(jwk, "key_ops");
    if (use && !json_is_text(use, "sig"))
        return refuse("use is not sig", e);
    if (alg && !json_is_text(alg, "RS256"))
        return refuse("alg is not RS256", e);
    bool verifies = !ops;
    for (size_t i = 0; i < json_array_size(ops); i++)
        verifies = verifies || json_is_text(json_array_get(ops, i), "verify");
    return verifies ? 0 : refuse("key_ops does not allow verify", e);
}

/* A key whose private part is published can sign for anybody. */
static int secrecy_check(const json_t *jwk, struct err *e)
{
    static const char *const private_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < ARRAY_LEN(private_members); i++)
        if (json_object_get(jwk, private_members[i]))
            return refuse("its private part is published", e);
    return 0;
}

/* Base64urlUInt (RFC 7518 section 2): big-endian, no leading zero byte. */
static int number_member(const json_t *jwk, const char *name, size_t max, struct buf *out, struct err *e)
{
    const json_t *v = json_object_get(jwk, name);
    if (!json_is_string(v))
        return err_set(e, ERR_UPSTREAM, "%s is missing", name);
    *out = BUF_INIT(max);
    if (text_b64url_decode(json_string_value(v), json_string_length(v), out) || out->len == 0 || out->data[0] == 0)
        return err_set(e, ERR_UPSTREAM, "%s is not a canonical number, or too large", name);
    return 0;
}

static int numbers_check(const struct buf *n, const struct buf *exponent, struct err *e)
{
    unsigned char top = (unsigned char)n->data[0];
    size_t bits = (n->len - 1) * 8;
    for (; top; top >>= 1)
        bits++;
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
        return err_set(e, ERR_UPSTREAM, "%zu bits; %d to %d are accepted", bits, RSA_BITS_MIN, RSA_BITS_MAX);
    if (!(n->data[n->len - 1] & 1))
        return refuse("n is even", e);
    bool one = exponent->len == 1 && exponent->data[0] == 1;
    if (one || !(exponent->data[exponent->len - 1] & 1))
        return refuse("e is even or 1", e);
    return 0;
}

/* The objects OpenSSL builds a key from, released together. */
struct key_parts {
    BIGNUM *n, *e;
    OSSL_PARAM_BLD *builder;
    OSSL_PARAM *params;
    EVP_PKEY_CTX *ctx;
    EVP_PKEY *key;
    BIO *bio;
};

static void key_parts_done(struct key_parts *k)
{
    BIO_free(k->bio);
    EVP_PKEY_free(k->key);
    EVP_PKEY_CTX_free(k->ctx);
    OSSL_PARAM_free(k->params);
    OSSL_PARAM_BLD_free(k->builder);
    BN_free(k->n);
    BN_free(k->e);
}

static int build(const struct buf *n, const struct buf *exponent, char **pem, EVP_PKEY **key)
{
    __attribute__((cleanup(key_parts_done))) struct key_parts k = {0};
    k.n = BN_bin2bn((const unsigned char *)n->data, (int)n->len, NULL);
    k.e = BN_bin2bn((const unsigned char *)exponent->data, (int)exponent->len, NULL);
    k.builder = OSSL_PARAM_BLD_new();
    if (!k.n || !k.e || !k.builder || !OSSL_PARAM_BLD_push_BN(k.builder, OSSL_PKEY_PARAM_RSA_N, k.n) ||
        !OSSL_PARAM_BLD_push_BN(k.builder, OSSL_PKEY_PARAM_RSA_E, k.e))
        return -1;
    k.params = OSSL_PARAM_BLD_to_param(k.builder);
    k.ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (!k.params || !k.ctx || EVP_PKEY_fromdata_init(k.ctx) <= 0 ||
        EVP_PKEY_fromdata(k.ctx, &k.key, EVP_PKEY_PUBLIC_KEY, k.params) <= 0)
        return -1;
    k.bio = BIO_new(BIO_s_mem());
    if (!k.bio || !PEM_write_bio_PUBKEY(k.bio, k.key))
        return -1;
    char *text;
    long len = BIO_get_mem_data(k.bio, &text);
    if (len <= 0)
        return -1;
    *pem = xstrndup(text, (size_t)len);
    *key = steal(&k.key);
    return 0;
}

int jwk_to_key(const json_t *jwk, char **pem, EVP_PKEY **key, struct err *e)
{
    auto_buf struct buf n = {0}, exponent = {0};
    if (!json_is_text(json_object_get(jwk, "kty"), "RSA"))
        return refuse("kty is not RSA", e);
    if (purpose_check(jwk, e) || secrecy_check(jwk, e) || number_member(jwk, "n", RSA_BITS_MAX / 8, &n, e) ||
        number_member(jwk, "e", EXPONENT_BYTES_MAX, &exponent, e) || numbers_check(&n, &exponent, e))
        return -1;
    return build(&n, &exponent, pem, key) ? refuse("OpenSSL makes no key of it", e) : 0;
}
