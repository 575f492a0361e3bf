#include "auth/jwks.h"

#include "auth/header.h"
#include "auth/jwk.h"
#include "base/file.h"
#include "base/json.h"
#include "base/own.h"

#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define JWKS_DEPTH 8

struct jwks {
    atomic_int refs;
    size_t count;
    struct jwks_key keys[JWKS_KEYS_MAX];
};

struct jwks *jwks_ref(struct jwks *set)
{
    atomic_fetch_add(&set->refs, 1);
    return set;
}

void jwks_unref(struct jwks *set)
{
    if (!set || atomic_fetch_sub(&set->refs, 1) != 1)
        return;
    for (size_t i = 0; i < set->count; i++) {
        free(set->keys[i].kid);
        free(set->keys[i].pem);
        EVP_PKEY_free(set->keys[i].pkey);
    }
    free(set);
}

static void unref_cleanup(struct jwks **set)
{
    jwks_unref(*set);
}

const struct jwks_key *jwks_find(const struct jwks *set, const char *kid)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->keys[i].kid, kid) == 0)
            return &set->keys[i];
    return NULL;
}

size_t jwks_count(const struct jwks *set)
{
    return set->count;
}

bool jwks_same(const struct jwks *a, const struct jwks *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct jwks_key *other = jwks_find(b, a->keys[i].kid);
        if (!other || strcmp(other->pem, a->keys[i].pem) != 0)
            return false;
    }
    return true;
}

/* Adds one key if it can be used. Returns -1 only for what condemns the whole set; `why` keeps what was wrong with
   the first key that was passed over. */
static int add_key(struct jwks *set, const json_t *jwk, struct err *why, struct err *e)
{
    const json_t *kid = json_object_get(jwk, "kid");
    struct err own = {0};
    struct jwks_key key = {0};
    if (!json_is_string(kid) || kid_check(json_string_value(kid), json_string_length(kid)))
        err_set(&own, ERR_UPSTREAM, "kid is missing or not a plain key id");
    else
        jwk_to_key(jwk, &key.pem, &key.pkey, &own);
    if (own.kind) {
        err_set(why, ERR_UPSTREAM, "%s", own.text);
        return 0;
    }
    if (jwks_find(set, json_string_value(kid))) {
        free(key.pem);
        EVP_PKEY_free(key.pkey);
        return err_set(e, ERR_UPSTREAM, "the key set has two keys with one id");
    }
    key.kid = xstrdup(json_string_value(kid));
    set->keys[set->count++] = key;
    return 0;
}

struct jwks *jwks_parse(const char *p, size_t n, struct err *e)
{
    json_auto_t *doc = n <= JWKS_BYTES_MAX ? json_parse(p, n, JWKS_DEPTH, NULL) : NULL;
    const json_t *keys = json_object_get(doc, "keys");
    if (!json_is_array(keys)) {
        err_set(e, ERR_UPSTREAM, "not a key set: no JSON object with an array `keys`");
        return NULL;
    }
    if (json_array_size(keys) > JWKS_KEYS_MAX) {
        err_set(e, ERR_UPSTREAM, "the key set has %zu keys; %d are allowed", json_array_size(keys), JWKS_KEYS_MAX);
        return NULL;
    }
    __attribute__((cleanup(unref_cleanup))) struct jwks *set = xcalloc(1, sizeof *set);
    atomic_init(&set->refs, 1);
    struct err why = {0};
    for (size_t i = 0; i < json_array_size(keys); i++)
        if (add_key(set, json_array_get(keys, i), &why, e))
            return NULL;
    if (set->count == 0) {
        err_set(e, ERR_UPSTREAM, "the key set has no usable key (%s)", why.kind ? why.text : "it is empty");
        return NULL;
    }
    return steal(&set);
}

struct jwks *jwks_load(const char *path, struct err *e)
{
    auto_buf struct buf text = BUF_INIT(JWKS_BYTES_MAX);
    struct err why = {0};
    if (file_read(path, &text, &why)) {
        err_set(e, ERR_CONFIG, "key set file %s", why.text);
        return NULL;
    }
    struct jwks *set = jwks_parse(buf_text(&text), text.len, &why);
    if (!set)
        err_set(e, ERR_CONFIG, "key set file %s: %s", path, why.text);
    return set;
}
