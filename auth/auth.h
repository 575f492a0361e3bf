/* Who is calling us: Cognito access tokens, scopes, challenges, protected-resource metadata. */
#ifndef LW_AUTH_AUTH_H
#define LW_AUTH_AUTH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"
#include "base/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum auth_mode {
    AUTH_COGNITO,  /* a bearer token, verified here */
    AUTH_UPSTREAM, /* verified by something in front of us: no token is read */
    AUTH_NONE      /* loopback only */
};

/* What a caller may do: a set of bits. The ids ("lakewarden/read") are settable; bit i has the i-th of SCOPE_COUNT. */
enum scope { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_APPROVE = 4, SCOPE_ALL = 7 };
#define SCOPE_COUNT 3

struct caller {
    char subject[128];   /* `sub`; "local" for stdio and --auth none, "upstream" behind a terminating proxy */
    char client_id[128]; /* Cognito app client; "" where there is none */
    unsigned scopes;     /* of enum scope */
};

/* Whether both are the same subject by the same client, whatever their scopes. */
bool caller_is_same(const struct caller *a, const struct caller *b);

struct auth_options {
    enum auth_mode mode;
    const char *issuer;       /* exact `iss`; COGNITO only, as all up to `leeway_s` */
    const char *jwks_url;     /* one of these two; the file wins */
    const char *jwks_file;
    const char *const *client_ids; /* allow-list for `client_id`; empty: any */
    size_t client_id_count;
    const char *audience;     /* what `aud` must name whenever a token has one; NULL or "": the public URL. Tokens without
                                 `aud` pass when the list of clients is not empty */
    int64_t leeway_s;         /* for exp and nbf; 30 */
    const char *scope_ids[SCOPE_COUNT]; /* NULL for "lakewarden/read", "lakewarden/write", "lakewarden/approve" */
    unsigned upstream_scopes; /* UPSTREAM: what every caller may do */
    const char *public_url;   /* the MCP endpoint as clients know it ("https://h/mcp"); metadata and challenges say it */
    bool read_only;           /* nothing here takes the scope to write: no client is told to ask for it */
    bool no_metadata;         /* tell clients nothing of where tokens come from, in spite of a public URL */
    bool facade;              /* be named as the authorization server ourselves, and answer in its place with metadata that strict
                                 clients accept; needs the public URL */
    const char *facade_domain; /* the pool's sign-in domain; NULL or "": the pool is asked for its endpoints */
    struct http *http;        /* for the key set and the pool's configuration; borrowed */
    int64_t (*wall_ms)(void); /* the clock of exp and nbf; NULL for clock_wall_ms */
    int64_t (*mono_ms)(void); /* the clock of the waits between fetches; NULL for clock_mono_ms */
};

struct auth;

/* Copies what it needs of the options. A key-set file is read now, and a bad one is ERR_CONFIG; a URL is fetched by
   auth_fetch_keys, and must be https unless its host is localhost, 127.x.y.z or [::1]. AUTH_COGNITO without client ids
   and without audience is ERR_CONFIG: any app of the pool would pass. */
struct auth *auth_new(const struct auth_options *o, struct err *e);
void auth_free(struct auth *a);

enum auth_verdict {
    AUTH_OK,
    AUTH_MISSING,     /* no credentials, or of another scheme: 401 without an error code (RFC 6750 section 3.1) */
    AUTH_MALFORMED,   /* scheme Bearer, but not one token behind it: 400 invalid_request */
    AUTH_INVALID,     /* 401 invalid_token */
    AUTH_NEEDS_KEYS,  /* the key is not known yet: call auth_fetch_keys off the request path, then check again */
    AUTH_UNAVAILABLE  /* no key set has ever been had and fetching it failed just now: 503 */
};

/* Judges the value of the Authorization header (`n` bytes; NULL when there is none; refusing a second such header is
   the front end's). Never blocks on the network. On AUTH_OK fills `caller`; else `e` says why, for the log: it never
   holds any of the token. A good token without our scopes is AUTH_OK with `scopes` 0. Any thread. */
enum auth_verdict auth_check(struct auth *a, const char *authorization, size_t n, struct caller *caller, struct err *e);

/* Fetches the key set unless another thread is at it (then waits for that one) or the last fetch began less than 30 s
   ago and brought no new key (5 s while there has never been a set). The old set stays on failure. Returns 0, or -1 with
   the reason of the last failure. Blocks for 5 s at most, obeys `stop`; since others may wait for the same fetch, `stop`
   should be one that only the end of the process trips, not a caller who hangs up. */
int auth_fetch_keys(struct auth *a, struct stop *stop, struct err *e);

/* Whether tokens can be judged now (always, outside AUTH_COGNITO): what /readyz says. */
bool auth_ready(struct auth *a);

/* Whether auth_fetch_keys should be called without any token asking for it: there is no set yet, or it is an hour old
   and a key may have been withdrawn since. Cheap enough for a timer. Any thread. */
bool auth_keys_due(struct auth *a);

/* Whether it lets anybody in who can connect (AUTH_NONE). */
bool auth_is_open(const struct auth *a);

/* The id of one scope bit ("lakewarden/read"). Borrowed. */
const char *auth_scope_id(const struct auth *a, enum scope scope);

/* The value of WWW-Authenticate for a verdict, or with AUTH_OK for insufficient_scope (403). `needed` is what the
   request would need; 0 for SCOPE_READ. RFC 6750 section 3, RFC 9728 section 5.1, MCP authorization. Without a public
   URL it names no metadata. Adds nothing for AUTH_NEEDS_KEYS and AUTH_UNAVAILABLE: those are no 401. */
void auth_challenge(const struct auth *a, enum auth_verdict verdict, unsigned needed, struct buf *out);

enum auth_page {
    AUTH_PAGE_NONE,  /* nothing stands there */
    AUTH_PAGE_READY, /* `document` is set */
    AUTH_PAGE_LATER  /* the pool's configuration has not been read yet: 503 */
};

/* What stands at a path: at "/.well-known/oauth-protected-resource", and the same with the path of the public URL behind it, the
   protected-resource metadata (RFC 9728 sections 2 and 3.1), unless there is no public URL, `no_metadata`, or not AUTH_COGNITO;
   with `facade` also at "/.well-known/oauth-authorization-server" (RFC 8414). `document` is JSON, a new string. Never blocks on
   the network. Any thread. */
enum auth_page auth_well_known(struct auth *a, const char *path, char **document);

/* Whether auth_fetch_facade should be called: the pool's configuration is needed, and has not been read or is an hour old. Cheap
   enough for a timer. Any thread. */
bool auth_facade_due(struct auth *a);

/* Reads the pool's configuration, if that is due; what was read before stays on failure, and it is due again 5 or 30 s later.
   Returns 0, or -1 with the reason. Blocks for 5 s at most, obeys `stop`. */
int auth_fetch_facade(struct auth *a, struct stop *stop, struct err *e);

#endif
