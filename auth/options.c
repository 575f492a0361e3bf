/* Settings that would open the door, or could not work, are refused before it is there. */
#include "auth/auth_private.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/url.h"

#include <string.h>

#define LEEWAY_MAX_S 300

static const char *const default_scopes[SCOPE_COUNT] = {"lakewarden/read", "lakewarden/write", "lakewarden/approve"};

static char *copy(const char *s)
{
    return s && *s ? xstrdup(s) : NULL;
}

/* Characters that may stand in a quoted string of a header: what RFC 6749 section 3.3 allows in a scope. */
static bool is_quotable(const char *s)
{
    for (; *s; s++)
        if (*s <= ' ' || *s > '~' || *s == '"' || *s == '\\')
            return false;
    return true;
}

/* Whether a URL may be asked for keys: https, or http to this very machine, where nobody sits in between. */
static bool is_key_url(const char *url)
{
    if (!is_quotable(url))
        return false;
    struct url u;
    return url_parse(url, &u, NULL) == 0 && (u.secure || url_host_is_loopback(u.host));
}

static int scopes_take(struct auth *a, const struct auth_options *o, struct err *e)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        const char *id = o->scope_ids[i] ? o->scope_ids[i] : default_scopes[i];
        if (!*id || !is_quotable(id))
            return err_set(e, ERR_CONFIG, "a scope id must be one word of printable ASCII without quotes");
        for (size_t j = 0; j < i; j++)
            if (strcmp(a->rules.scope_ids[j], id) == 0)
                return err_set(e, ERR_CONFIG, "the scope id %s is given twice", id);
        a->rules.scope_ids[i] = xstrdup(id);
    }
    return 0;
}

static int public_url_take(struct auth *a, const char *url, struct err *e)
{
    if (!url || !*url)
        return 0;
    struct url u;
    if (url_parse(url, &u, NULL) || !is_quotable(url) || strpbrk(url, "?#"))
        return err_set(e, ERR_CONFIG, "the public URL must be http(s)://host[:port]/path, without query or fragment");
    a->public_url = xstrdup(url);
    return 0;
}

static void clients_take(struct auth *a, const struct auth_options *o)
{
    char **ids = xcalloc(o->client_id_count, sizeof *ids);
    for (size_t i = 0; i < o->client_id_count; i++)
        ids[i] = xstrdup(o->client_ids[i]);
    a->rules.client_ids = (const char *const *)ids;
    a->rules.client_id_count = o->client_id_count;
}

static int cognito_take(struct auth *a, const struct auth_options *o, struct err *e)
{
    bool audience = o->audience && *o->audience;
    if (!o->issuer || !*o->issuer)
        return err_set(e, ERR_CONFIG, "no issuer: name the Cognito user pool or the issuer");
    if (!o->client_id_count && !audience)
        return err_set(e, ERR_CONFIG, "neither client ids nor an audience: any app of the user pool would be let in");
    if (o->leeway_s < 0 || o->leeway_s > LEEWAY_MAX_S)
        return err_set(e, ERR_CONFIG, "the leeway must be 0 to %d seconds", LEEWAY_MAX_S);
    if (!(o->jwks_file && *o->jwks_file)) {
        if (!o->jwks_url || !is_key_url(o->jwks_url))
            return err_set(e, ERR_CONFIG, "the key set's URL must be https, or http on a loopback address");
        if (!o->http)
            return err_set(e, ERR_INTERNAL, "no HTTP client to fetch the key set with");
    }
    a->rules.issuer = xstrdup(o->issuer);
    a->rules.audience = copy(audience ? o->audience : o->public_url);
    a->rules.leeway_s = o->leeway_s;
    clients_take(a, o);
    return 0;
}

int auth_options_take(struct auth *a, const struct auth_options *o, struct err *e)
{
    a->mode = o->mode;
    a->upstream_scopes = o->upstream_scopes & SCOPE_ALL;
    a->wall_ms = o->wall_ms ? o->wall_ms : clock_wall_ms;
    if (scopes_take(a, o, e) || public_url_take(a, o->public_url, e))
        return -1;
    return o->mode == AUTH_COGNITO ? cognito_take(a, o, e) : 0;
}
