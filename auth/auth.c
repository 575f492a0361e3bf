/* The door: the order of the checks. Each check has a file of its own. */
#include "auth/auth_private.h"

#include "auth/bearer.h"
#include "auth/header.h"
#include "auth/rsa.h"
#include "auth/signature.h"
#include "base/crypto.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool caller_is_same(const struct caller *a, const struct caller *b)
{
    return strcmp(a->subject, b->subject) == 0 && strcmp(a->client_id, b->client_id) == 0;
}

/* Pointers to const strings that are nevertheless ours. */
static void free_text(const char *s)
{
    free((void *)(uintptr_t)s);
}

void auth_free(struct auth *a)
{
    if (!a)
        return;
    keys_free(a->keys);
    memory_free(a->memory);
    facade_free(a->facade);
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        free_text(a->rules.scope_ids[i]);
    for (size_t i = 0; i < a->rules.client_id_count; i++)
        free_text(a->rules.client_ids[i]);
    free((void *)(uintptr_t)a->rules.client_ids);
    free_text(a->rules.issuer);
    free_text(a->rules.audience);
    free(a->public_url);
    free(a->metadata_url);
    free(a->metadata);
    free(a);
}

static void free_cleanup(struct auth **a)
{
    auth_free(*a);
}

struct auth *auth_new(const struct auth_options *o, struct err *e)
{
    __attribute__((cleanup(free_cleanup))) struct auth *a = xcalloc(1, sizeof *a);
    if (auth_options_take(a, o, e))
        return NULL;
    if (a->mode == AUTH_COGNITO) {
        bool file = o->jwks_file && *o->jwks_file;
        a->keys = file ? keys_new_file(o->jwks_file, e) : keys_new_url(o->jwks_url, o->http, o->mono_ms);
        if (!a->keys)
            return NULL;
        a->memory = memory_new();
        if (auth_metadata_build(a, o, e))
            return NULL;
    }
    return steal(&a);
}

/* A caller who is not judged here. */
static enum auth_verdict let_in(const char *subject, unsigned scopes, struct caller *caller)
{
    *caller = (struct caller){.scopes = scopes};
    snprintf(caller->subject, sizeof caller->subject, "%s", subject);
    return AUTH_OK;
}

static enum auth_verdict key_missing(enum keys_answer answer, struct err *e)
{
    if (answer == KEYS_FETCH) {
        err_set(e, ERR_UNAVAILABLE, "the key is not known yet");
        return AUTH_NEEDS_KEYS;
    }
    if (answer == KEYS_NEVER) {
        err_set(e, ERR_UNAVAILABLE, "no key set could be fetched so far");
        return AUTH_UNAVAILABLE;
    }
    err_set(e, ERR_UNAUTHENTICATED, "unknown key id");
    return AUTH_INVALID;
}

/* A token that is not remembered: all the checks, what strangers can fail cheaply first. On AUTH_OK says until when and
   with which keys it holds. */
static enum auth_verdict verify(struct auth *a, const char *token, size_t n, int64_t now_s, struct caller *caller,
                                int64_t *exp_s, unsigned *generation, struct err *e)
{
    __attribute__((cleanup(jwt_parts_done))) struct jwt_parts parts = {0};
    if (jwt_parts_parse(token, n, &parts, e))
        return AUTH_INVALID;
    struct jwks *set = NULL;
    const struct jwks_key *key = NULL;
    enum keys_answer answer = keys_find(a->keys, parts.kid, &set, &key, generation);
    if (answer != KEYS_FOUND)
        return key_missing(answer, e);
    auto_free char *text = xstrndup(token, n);
    int failed = rsa_signature_check(token, n, key->pkey, e) || token_signature_check(text, key->pem, e);
    jwks_unref(set);
    if (failed || claims_check(&a->rules, parts.payload, now_s, caller, exp_s, e))
        return AUTH_INVALID;
    return AUTH_OK;
}

static enum auth_verdict check_bearer(struct auth *a, const char *authorization, size_t n, struct caller *caller,
                                      struct err *e)
{
    const char *token;
    size_t len;
    switch (bearer_parse(authorization, n, &token, &len, e)) {
    case BEARER_NONE:
        return AUTH_MISSING;
    case BEARER_MALFORMED:
        return AUTH_MALFORMED;
    case BEARER_TOO_LONG:
        return AUTH_INVALID;
    case BEARER_TOKEN:
        break;
    }
    int64_t now_s = a->wall_ms() / 1000, exp_s;
    unsigned char digest[MEMORY_DIGEST];
    crypto_sha256(token, len, digest);
    if (memory_get(a->memory, digest, keys_generation(a->keys), now_s, caller))
        return AUTH_OK;
    unsigned generation;
    enum auth_verdict verdict = verify(a, token, len, now_s, caller, &exp_s, &generation, e);
    if (verdict == AUTH_OK)
        memory_put(a->memory, digest, generation, exp_s + a->rules.leeway_s, caller);
    return verdict;
}

enum auth_verdict auth_check(struct auth *a, const char *authorization, size_t n, struct caller *caller, struct err *e)
{
    switch (a->mode) {
    case AUTH_UPSTREAM:
        return let_in("upstream", a->upstream_scopes, caller);
    case AUTH_NONE:
        return let_in("local", SCOPE_ALL, caller);
    case AUTH_COGNITO:
        break;
    }
    return check_bearer(a, authorization, authorization ? n : 0, caller, e);
}

int auth_fetch_keys(struct auth *a, struct stop *stop, struct err *e)
{
    return a->keys ? keys_fetch(a->keys, stop, e) : 0;
}

bool auth_is_open(const struct auth *a)
{
    return a->mode == AUTH_NONE;
}

bool auth_ready(struct auth *a)
{
    return !a->keys || keys_ready(a->keys);
}

bool auth_keys_due(struct auth *a)
{
    return a->keys && keys_due(a->keys);
}

const char *auth_scope_id(const struct auth *a, enum scope scope)
{
    return a->rules.scope_ids[ffs((int)scope) - 1];
}
