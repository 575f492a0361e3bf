/* WWW-Authenticate, for clients that can act on it. */
#include "auth/auth_private.h"

/* The scopes of a set, separated by blanks. All the ids are checked at the start: no quote can be in them. */
static void add_scopes(const struct auth *a, unsigned scopes, struct buf *out)
{
    const char *separator = "";
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (scopes & 1u << i) {
            buf_addf(out, "%s%s", separator, a->rules.scope_ids[i]);
            separator = " ";
        }
    }
}

/* Fixed words only: the reason a token was refused stands in the log, not in the answer. */
static void add_error(const struct auth *a, enum auth_verdict verdict, unsigned needed, struct buf *out)
{
    if (verdict == AUTH_MALFORMED) {
        buf_adds(out, "error=\"invalid_request\", "
                      "error_description=\"The Authorization header is not one bearer token\", ");
    } else if (verdict == AUTH_INVALID) {
        buf_adds(out, "error=\"invalid_token\", "
                      "error_description=\"The access token is expired, or not one for this server\", ");
    } else if (verdict == AUTH_OK) {
        buf_adds(out, "error=\"insufficient_scope\", error_description=\"This needs the scope ");
        add_scopes(a, needed, out);
        buf_adds(out, "\", ");
    }
}

void auth_challenge(const struct auth *a, enum auth_verdict verdict, unsigned needed, struct buf *out)
{
    if (verdict == AUTH_NEEDS_KEYS || verdict == AUTH_UNAVAILABLE)
        return;
    if (!(needed & SCOPE_ALL))
        needed = SCOPE_READ;
    buf_adds(out, "Bearer ");
    add_error(a, verdict, needed, out);
    if (a->metadata_url)
        buf_addf(out, "resource_metadata=\"%s\", ", a->metadata_url);
    buf_adds(out, "scope=\"");
    add_scopes(a, needed, out);
    buf_addc(out, '"');
}
