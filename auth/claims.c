#include "auth/claims.h"

#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#define TIME_MAX_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z; also keeps sums far from overflow */

static int refuse(const char *why, struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "%s", why);
}

/* A number with a fraction or an exponent is refused too: jansson makes it a real. */
static int time_claim(const json_t *claims, const char *name, int64_t *out, struct err *e)
{
    const json_t *v = json_object_get(claims, name);
    if (!json_is_integer(v))
        return err_set(e, ERR_UNAUTHENTICATED, "%s is not a whole number", name);
    int64_t t = json_integer_value(v);
    if (t < 0 || t > TIME_MAX_S)
        return err_set(e, ERR_UNAUTHENTICATED, "%s is out of range", name);
    *out = t;
    return 0;
}

static int times_check(const struct claims_rules *rules, const json_t *claims, int64_t now_s, int64_t *exp_s,
                       struct err *e)
{
    int64_t exp, nbf = 0, iat = 0;
    if (!json_object_get(claims, "exp"))
        return refuse("exp is missing", e);
    if (time_claim(claims, "exp", &exp, e) || (json_object_get(claims, "nbf") && time_claim(claims, "nbf", &nbf, e)) ||
        (json_object_get(claims, "iat") && time_claim(claims, "iat", &iat, e)))
        return -1;
    if (now_s >= exp + rules->leeway_s)
        return err_set(e, ERR_UNAUTHENTICATED, "expired %" PRId64 " s ago", now_s - exp);
    if (now_s + rules->leeway_s < nbf)
        return err_set(e, ERR_UNAUTHENTICATED, "not valid for another %" PRId64 " s", nbf - now_s);
    if (now_s + rules->leeway_s < iat)
        return err_set(e, ERR_UNAUTHENTICATED, "issued %" PRId64 " s in the future", iat - now_s);
    *exp_s = exp;
    return 0;
}

/* Copies a claim that names somebody. */
static int name_claim(const json_t *v, const char *name, char *out, size_t size, struct err *e)
{
    if (!json_is_string(v))
        return err_set(e, ERR_UNAUTHENTICATED, "%s is not a string", name);
    const char *s = json_string_value(v);
    size_t n = json_string_length(v);
    if (n == 0 || n >= size)
        return err_set(e, ERR_UNAUTHENTICATED, "%s is empty or too long", name);
    for (size_t i = 0; i < n; i++)
        if (s[i] <= ' ' || s[i] > '~')
            return err_set(e, ERR_UNAUTHENTICATED, "%s holds characters that are not printable ASCII", name);
    memcpy(out, s, n + 1);
    return 0;
}

static int client_check(const struct claims_rules *rules, const json_t *claims, char *out, size_t size, struct err *e)
{
    const json_t *v = json_object_get(claims, "client_id");
    if (!v && rules->client_id_count)
        return refuse("client_id is missing", e);
    if (v && name_claim(v, "client_id", out, size, e))
        return -1;
    for (size_t i = 0; i < rules->client_id_count; i++)
        if (strcmp(out, rules->client_ids[i]) == 0)
            return 0;
    return rules->client_id_count ? refuse("client_id is not on the list", e) : 0;
}

/* Cognito writes one string. RFC 7519 allows an array too, but a token good for several services is not one we want. */
static int audience_check(const struct claims_rules *rules, const json_t *claims, struct err *e)
{
    const json_t *aud = json_object_get(claims, "aud");
    if (!aud)
        return rules->client_id_count ? 0 : refuse("aud is missing and no list of clients stands in for it", e);
    if (!json_is_string(aud))
        return refuse("aud is not a string", e);
    return rules->audience && json_is_text(aud, rules->audience) ? 0 : refuse("aud does not name this server", e);
}

/* scope = token *( SP token ), RFC 6749 section 3.3. */
static int scopes_read(const struct claims_rules *rules, const json_t *claims, unsigned *scopes, struct err *e)
{
    const json_t *v = json_object_get(claims, "scope");
    if (v && !json_is_string(v))
        return refuse("scope is not a string", e);
    const char *p = v ? json_string_value(v) : "";
    const char *end = p + (v ? json_string_length(v) : 0);
    unsigned found = 0;
    while (p < end) {
        const char *blank = memchr(p, ' ', (size_t)(end - p));
        size_t n = (size_t)((blank ? blank : end) - p);
        for (size_t i = 0; i < SCOPE_COUNT; i++)
            if (strlen(rules->scope_ids[i]) == n && memcmp(rules->scope_ids[i], p, n) == 0)
                found |= 1u << i;
        p += n + 1;
    }
    *scopes = found;
    return 0;
}

int claims_check(const struct claims_rules *rules, const json_t *claims, int64_t now_s, struct caller *caller,
                 int64_t *exp_s, struct err *e)
{
    struct caller who = {0};
    int64_t exp = 0;
    if (!json_is_text(json_object_get(claims, "iss"), rules->issuer))
        return refuse("iss is not our issuer", e);
    if (!json_is_text(json_object_get(claims, "token_use"), "access"))
        return refuse("token_use is not access", e);
    if (times_check(rules, claims, now_s, &exp, e) ||
        client_check(rules, claims, who.client_id, sizeof who.client_id, e) || audience_check(rules, claims, e) ||
        name_claim(json_object_get(claims, "sub"), "sub", who.subject, sizeof who.subject, e) ||
        scopes_read(rules, claims, &who.scopes, e))
        return -1;
    *caller = who;
    *exp_s = exp;
    return 0;
}
