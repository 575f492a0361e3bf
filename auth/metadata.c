/* Protected-resource metadata (RFC 9728): where a client learns who issues tokens for us. */
#include "auth/auth_private.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define WELL_KNOWN "/.well-known/oauth-protected-resource"

/* The well-known part goes between host and path; a lone slash behind the host goes away (section 3.1). */
static void place(struct auth *a)
{
    const char *host = strchr(a->public_url, ':') + 3;
    size_t origin = (size_t)(host - a->public_url) + strcspn(host, "/");
    const char *path = a->public_url + origin;
    if (strcmp(path, "/") == 0)
        path = "";
    a->metadata_url = xasprintf("%.*s%s%s", (int)origin, a->public_url, WELL_KNOWN, path);
    a->metadata_path = a->metadata_url + origin;
}

void auth_metadata_build(struct auth *a)
{
    if (!a->public_url)
        return;
    place(a);
    json_auto_t *doc = json_object();
    /* byte for byte what clients use: several compare it so */
    json_put_str(doc, "resource", a->public_url);
    json_put(doc, "authorization_servers", json_pack("[s]", a->rules.issuer));
    /* only ours: without it clients ask for all the pool has, and the pool refuses some of that */
    json_put(doc, "scopes_supported", json_pack("[ss]", auth_scope_id(a, SCOPE_READ), auth_scope_id(a, SCOPE_WRITE)));
    json_put(doc, "bearer_methods_supported", json_pack("[s]", "header"));
    json_put_str(doc, "resource_name", "lakewarden");
    a->metadata = json_text(doc, NULL);
}

const char *auth_metadata(const struct auth *a)
{
    return a->metadata;
}

const char *auth_metadata_path(const struct auth *a)
{
    return a->metadata_path;
}
