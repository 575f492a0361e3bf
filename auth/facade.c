#include "auth/facade.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/url.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define URL_MAX 1024

/* What the document takes over from the pool's configuration. */
struct endpoints {
    const char *authorize, *token, *jwks;
    const char *revoke; /* NULL where the pool names none */
};

struct facade {
    char *origin, *issuer, *read, *write;
    char *url; /* of the pool's configuration; NULL: it is never asked */
    struct http *http;
    int64_t (*mono_ms)(void);

    pthread_mutex_t lock; /* guards all below; not held while something is fetched */
    char *document;
    int64_t made_at_ms, asked_at_ms;
    bool asked, fetching;
};

/* What a client may be sent to: https, or http on loopback where `http_too`, without what could be read in two ways or has no
   place in a URL (RFC 3986 appendix A): some clients hand it to a shell that opens a browser. */
static bool is_endpoint(const char *url, bool http_too)
{
    struct url u;
    if (strlen(url) > URL_MAX || strpbrk(url, "#\"\\<>^`{|}") || url_parse(url, &u, NULL))
        return false;
    for (const char *p = url; *p; p++)
        if (*p <= ' ' || *p > '~')
            return false;
    return u.secure || (http_too && url_host_is_loopback(u.host));
}

/* An address that somebody configured: plain http is for this very machine. */
static bool is_plain(const char *url)
{
    struct url u;
    return url_parse(url, &u, NULL) == 0 && !u.secure;
}

/* RFC 8414 section 2. What is not there is left out on purpose: no registration and no client-id documents, because Cognito has
   neither; no `iss` in its answers (RFC 9207); and no OpenID provider, because id tokens name another issuer. */
static char *compose(const struct facade *f, const struct endpoints *at)
{
    json_auto_t *doc = json_object();
    json_put_str(doc, "issuer", f->origin);
    json_put_str(doc, "authorization_endpoint", at->authorize);
    json_put_str(doc, "token_endpoint", at->token);
    json_put_str(doc, "revocation_endpoint", at->revoke);
    json_put_str(doc, "jwks_uri", at->jwks);
    json_put(doc, "scopes_supported", json_pack("[ss*]", f->read, f->write));
    json_put(doc, "response_types_supported", json_pack("[s]", "code"));
    json_put(doc, "grant_types_supported", json_pack("[sss]", "authorization_code", "refresh_token", "client_credentials"));
    json_put(doc, "token_endpoint_auth_methods_supported",
             json_pack("[sss]", "none", "client_secret_post", "client_secret_basic"));
    /* Cognito checks S256 and nothing else, but does not say so; clients must refuse who does not (MCP authorization) */
    json_put(doc, "code_challenge_methods_supported", json_pack("[s]", "S256"));
    return json_text(doc, NULL);
}

/* One endpoint of the pool's configuration, borrowed; NULL with an error where it is missing or unfit. */
static const char *endpoint_of(const json_t *config, const char *name, bool http_too, struct err *e)
{
    const json_t *value = json_object_get(config, name);
    const char *url = json_string_value(value);
    if (!url) {
        err_set(e, ERR_UPSTREAM, "it names no %s", name);
        return NULL;
    }
    if (strlen(url) != json_string_length(value) || !is_endpoint(url, http_too)) {
        err_set(e, ERR_UPSTREAM, "its %s is no https URL", name);
        return NULL;
    }
    return url;
}

/* The document made of the pool's configuration, a new string. */
static char *document_of(const struct facade *f, const char *text, size_t n, struct err *e)
{
    json_auto_t *config = json_parse(text, n, JSON_DEPTH_UPSTREAM, e);
    if (!config)
        return NULL;
    if (!json_is_text(json_object_get(config, "issuer"), f->issuer)) { /* OpenID Connect Discovery 1.0 section 4.3 */
        err_set(e, ERR_UPSTREAM, "it is of another issuer");
        return NULL;
    }
    bool http_too = is_plain(f->url);
    struct endpoints at = {.authorize = endpoint_of(config, "authorization_endpoint", http_too, e),
                           .token = endpoint_of(config, "token_endpoint", http_too, e),
                           .jwks = endpoint_of(config, "jwks_uri", http_too, e)};
    if (json_object_get(config, "revocation_endpoint"))
        at.revoke = endpoint_of(config, "revocation_endpoint", http_too, e);
    return e->kind ? NULL : compose(f, &at);
}

/* The endpoints that every pool has below its domain. */
static void compose_from_domain(struct facade *f, const char *domain)
{
    size_t n = strlen(domain);
    while (n && domain[n - 1] == '/')
        n--;
    auto_free char *authorize = xasprintf("%.*s/oauth2/authorize", (int)n, domain);
    auto_free char *token = xasprintf("%.*s/oauth2/token", (int)n, domain);
    auto_free char *revoke = xasprintf("%.*s/oauth2/revoke", (int)n, domain);
    auto_free char *jwks = xasprintf("%s/.well-known/jwks.json", f->issuer);
    f->document = compose(f, &(struct endpoints){.authorize = authorize, .token = token, .revoke = revoke, .jwks = jwks});
}

struct facade *facade_new(const struct facade_options *o, struct err *e)
{
    struct url u;
    if (!is_endpoint(o->origin, true)) { /* RFC 8414 section 2: an issuer is https */
        err_set(e, ERR_CONFIG, "for clients to sign in through us the public URL must be an https URL, or http on loopback");
        return NULL;
    }
    if (!is_endpoint(o->issuer, true)) {
        err_set(e, ERR_CONFIG, "for clients to sign in through us the issuer must be an https URL, or http on loopback");
        return NULL;
    }
    if (o->domain && (!is_endpoint(o->domain, true) || url_parse(o->domain, &u, NULL) || u.rest[strspn(u.rest, "/")])) {
        err_set(e, ERR_CONFIG, "the sign-in domain must be https://host without a path, or http on a loopback address");
        return NULL;
    }
    struct facade *f = xcalloc(1, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    f->origin = xstrdup(o->origin);
    f->issuer = xstrdup(o->issuer);
    f->read = xstrdup(o->read);
    f->write = o->write ? xstrdup(o->write) : NULL;
    f->http = o->http;
    f->mono_ms = o->mono_ms ? o->mono_ms : clock_mono_ms;
    if (o->domain)
        compose_from_domain(f, o->domain);
    else
        f->url = xasprintf("%s/.well-known/openid-configuration", f->issuer);
    return f;
}

void facade_free(struct facade *f)
{
    if (!f)
        return;
    pthread_mutex_destroy(&f->lock);
    free(f->origin);
    free(f->issuer);
    free(f->read);
    free(f->write);
    free(f->url);
    free(f->document);
    free(f);
}

char *facade_document(struct facade *f)
{
    pthread_mutex_lock(&f->lock);
    char *copy = f->document ? xstrdup(f->document) : NULL;
    pthread_mutex_unlock(&f->lock);
    return copy;
}

/* With the lock held. */
static bool is_due(const struct facade *f)
{
    if (!f->url || f->fetching)
        return false;
    int64_t now_ms = f->mono_ms();
    int64_t penalty_ms = f->document ? FACADE_PENALTY_MS : FACADE_PENALTY_NONE_MS;
    bool wanted = !f->document || now_ms - f->made_at_ms >= FACADE_AGE_MAX_MS;
    return wanted && (!f->asked || now_ms - f->asked_at_ms >= penalty_ms);
}

bool facade_due(struct facade *f)
{
    pthread_mutex_lock(&f->lock);
    bool due = is_due(f);
    pthread_mutex_unlock(&f->lock);
    return due;
}

static char *download(struct facade *f, struct stop *stop, struct err *e)
{
    struct http_request request = {
        .method = "GET",
        .url = f->url,
        .headers = (const struct http_header[]){{"Accept", "application/json"}},
        .header_count = 1,
        .reply_max = FACADE_BYTES_MAX,
        .timeout_ms = FACADE_FETCH_TIMEOUT_MS,
        .once = true,
    };
    struct http_reply reply = {0};
    char *document = NULL;
    if (http_fetch(f->http, &request, &reply, stop, e) == 0) {
        if (reply.status == 200)
            document = document_of(f, buf_text(&reply.body), reply.body.len, e);
        else
            err_set(e, ERR_UPSTREAM, "answered with status %d", reply.status);
    }
    http_reply_done(&reply);
    if (!document)
        err_wrap(e, "the pool's configuration at %s", f->url);
    return document;
}

/* Begins a fetch if one is due. */
static bool begin(struct facade *f)
{
    pthread_mutex_lock(&f->lock);
    bool due = is_due(f);
    if (due) {
        f->fetching = f->asked = true;
        f->asked_at_ms = f->mono_ms();
    }
    pthread_mutex_unlock(&f->lock);
    return due;
}

int facade_fetch(struct facade *f, struct stop *stop, struct err *e)
{
    if (!begin(f))
        return 0;
    struct err failure = {0};
    char *document = download(f, stop, &failure);
    pthread_mutex_lock(&f->lock);
    f->fetching = false;
    if (document) {
        free(f->document);
        f->document = document;
        f->made_at_ms = f->mono_ms();
    }
    pthread_mutex_unlock(&f->lock);
    return document ? 0 : err_set(e, failure.kind, "%s", failure.text);
}
