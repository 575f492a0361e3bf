#include "aws/sign_key.h"

#include "base/crypto.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A process speaks to a handful of services in a region or two, with one or two identities. */
#define REMEMBERED 32

struct entry {
    unsigned char of[SIGN_KEY_LEN]; /* digest of all the key depends on */
    unsigned char key[SIGN_KEY_LEN];
    uint64_t used; /* 0: empty */
};

struct signer {
    pthread_mutex_t lock; /* guards all below; nothing is called while it is held but memcmp and memcpy */
    uint64_t uses;
    struct entry entries[REMEMBERED];
};

struct signer *signer_new(void)
{
    struct signer *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void signer_free(struct signer *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    OPENSSL_cleanse(s, sizeof *s);
    free(s);
}

void sign_hash(const void *p, size_t n, char *out)
{
    unsigned char digest[SIGN_KEY_LEN];
    crypto_sha256(p, n, digest);
    text_hex(digest, sizeof digest, out);
}

void sign_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char *out)
{
    crypto_hmac_sha256(key, key_len, p, n, out);
}

/* The chain of the specification: secret, day, region, service, "aws4_request". */
static void derive(const char *secret, const char *day, const char *region, const char *service,
                   unsigned char *key)
{
    size_t n = strlen(secret) + 4;
    char *first = xmalloc(n + 1);
    memcpy(first, "AWS4", 4);
    memcpy(first + 4, secret, n - 3);
    sign_hmac(first, n, day, strlen(day), key);
    OPENSSL_cleanse(first, n);
    free(first);
    sign_hmac(key, SIGN_KEY_LEN, region, strlen(region), key);
    sign_hmac(key, SIGN_KEY_LEN, service, strlen(service), key);
    sign_hmac(key, SIGN_KEY_LEN, "aws4_request", 12, key);
}

/* What a remembered key is found by. The secret is part of it: a corrected secret has the same key id. */
static void name_entry(const char *const *parts, size_t count, unsigned char *of)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
        abort();
    for (size_t i = 0; i < count; i++)
        EVP_DigestUpdate(ctx, parts[i], strlen(parts[i]) + 1);
    EVP_DigestFinal_ex(ctx, of, NULL);
    EVP_MD_CTX_free(ctx);
}

/* With the lock held: the entry of that name, or the one to be given up for it. */
static struct entry *find(struct signer *s, const unsigned char *of, bool *found)
{
    struct entry *oldest = &s->entries[0];
    for (size_t i = 0; i < REMEMBERED; i++) {
        struct entry *entry = &s->entries[i];
        *found = entry->used && memcmp(entry->of, of, SIGN_KEY_LEN) == 0;
        if (*found)
            return entry;
        if (entry->used < oldest->used)
            oldest = entry;
    }
    return oldest;
}

void sign_key(struct signer *s, const struct aws_credentials *c, const char *day, const char *region,
              const char *service, unsigned char *key)
{
    unsigned char of[SIGN_KEY_LEN];
    const char *parts[] = {c->secret_access_key, c->access_key_id, day, region, service};
    name_entry(parts, ARRAY_LEN(parts), of);

    bool found;
    pthread_mutex_lock(&s->lock);
    struct entry *entry = find(s, of, &found);
    if (found) {
        entry->used = ++s->uses;
        memcpy(key, entry->key, SIGN_KEY_LEN);
    }
    pthread_mutex_unlock(&s->lock);
    if (found)
        return;

    derive(c->secret_access_key, day, region, service, key);
    pthread_mutex_lock(&s->lock);
    entry = find(s, of, &found);
    memcpy(entry->of, of, SIGN_KEY_LEN);
    memcpy(entry->key, key, SIGN_KEY_LEN);
    entry->used = ++s->uses;
    pthread_mutex_unlock(&s->lock);
}
