/* What we answer at well-known paths: the protected-resource metadata (RFC 9728), where a client learns who issues tokens for us,
   and with a facade the authorization-server metadata (RFC 8414). */
#include "auth/auth_private.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define PROTECTED_RESOURCE "/.well-known/oauth-protected-resource"
/* Of an issuer without a path, as ours is (section 3.1). Not below our endpoint's path: there it would have to name another
   issuer (section 3.3); nor at openid-configuration, which clients try after this one: we are no OpenID provider. */
#define AUTHORIZATION_SERVER "/.well-known/oauth-authorization-server"

/* Length of scheme, host and port. */
static size_t origin_span(const char *url)
{
    const char *host = strchr(url, ':') + 3;
    return (size_t)(host - url) + strcspn(host, "/");
}

/* The well-known part goes between host and path; a lone slash behind the host goes away (RFC 9728 section 3.1). */
static void place(struct auth *a, size_t origin)
{
    const char *path = a->public_url + origin;
    if (strcmp(path, "/") == 0)
        path = "";
    a->metadata_url = xasprintf("%.*s%s%s", (int)origin, a->public_url, PROTECTED_RESOURCE, path);
    a->metadata_path = a->metadata_url + origin;
}

/* The scope to write where clients are told of it, else NULL. */
static const char *write_scope(const struct auth *a, const struct auth_options *o)
{
    return o->read_only ? NULL : auth_scope_id(a, SCOPE_WRITE);
}

static int facade_build(struct auth *a, const char *origin, const struct auth_options *o, struct err *e)
{
    struct facade_options f = {.origin = origin,
                               .issuer = a->rules.issuer,
                               .domain = o->facade_domain && *o->facade_domain ? o->facade_domain : NULL,
                               .read = auth_scope_id(a, SCOPE_READ),
                               .write = write_scope(a, o),
                               .http = o->http,
                               .mono_ms = o->mono_ms};
    a->facade = facade_new(&f, e);
    return a->facade ? 0 : -1;
}

int auth_metadata_build(struct auth *a, const struct auth_options *o, struct err *e)
{
    if (!a->public_url || o->no_metadata)
        return o->facade ? err_set(e, ERR_CONFIG, "clients can sign in through us only where they are told our public URL") : 0;
    size_t span = origin_span(a->public_url);
    auto_free char *origin = xstrndup(a->public_url, span);
    if (o->facade && facade_build(a, origin, o, e))
        return -1;
    place(a, span);
    json_auto_t *doc = json_object();
    /* byte for byte what clients use: several compare it so */
    json_put_str(doc, "resource", a->public_url);
    json_put(doc, "authorization_servers", json_pack("[s]", a->facade ? origin : a->rules.issuer));
    /* only ours: without it clients ask for all the pool has, and the pool refuses some of that */
    json_put(doc, "scopes_supported", json_pack("[ss*]", auth_scope_id(a, SCOPE_READ), write_scope(a, o)));
    json_put(doc, "bearer_methods_supported", json_pack("[s]", "header"));
    json_put_str(doc, "resource_name", "lakewarden");
    a->metadata = json_text(doc, NULL);
    return 0;
}

enum auth_page auth_well_known(struct auth *a, const char *path, char **document)
{
    if (!text_starts(path, "/.well-known/"))
        return AUTH_PAGE_NONE;
    if (a->metadata && (strcmp(path, a->metadata_path) == 0 || strcmp(path, PROTECTED_RESOURCE) == 0)) {
        *document = xstrdup(a->metadata);
        return AUTH_PAGE_READY;
    }
    if (!a->facade || strcmp(path, AUTHORIZATION_SERVER) != 0)
        return AUTH_PAGE_NONE;
    char *made = facade_document(a->facade);
    if (!made)
        return AUTH_PAGE_LATER;
    *document = made;
    return AUTH_PAGE_READY;
}

bool auth_facade_due(struct auth *a)
{
    return a->facade && facade_due(a->facade);
}

int auth_fetch_facade(struct auth *a, struct stop *stop, struct err *e)
{
    return a->facade ? facade_fetch(a->facade, stop, e) : 0;
}
