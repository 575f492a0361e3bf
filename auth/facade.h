/* The authorization-server metadata that stand in for Cognito's own (RFC 8414): the pool's endpoints under our name, with what
   strict clients look for and Cognito leaves out. Metadata only: no code and no token ever comes by here. */
#ifndef LW_AUTH_FACADE_H
#define LW_AUTH_FACADE_H

#include "base/err.h"
#include "base/http.h"
#include "base/stop.h"

#include <stdbool.h>
#include <stdint.h>

#define FACADE_AGE_MAX_MS 3600000   /* then the pool is asked again: its domain may have changed */
#define FACADE_PENALTY_MS 30000     /* after a fetch that failed */
#define FACADE_PENALTY_NONE_MS 5000 /* the same while there is no document at all */
#define FACADE_FETCH_TIMEOUT_MS 5000
#define FACADE_BYTES_MAX 65536      /* of the pool's configuration; Cognito's has about 1,200 */

struct facade;

struct facade_options {
    const char *origin;          /* of our public URL: the issuer that the document names */
    const char *issuer;          /* of the tokens; its configuration is asked for unless `domain` is given */
    const char *domain;          /* where the pool signs people in: "https://x.auth.eu-west-1.amazoncognito.com"; NULL to ask */
    const char *read, *write;    /* ids of our scopes; `write` may be NULL: not told of */
    struct http *http;           /* borrowed; not needed with `domain` */
    int64_t (*mono_ms)(void);    /* NULL for clock_mono_ms */
};

/* Copies what it needs, fetches nothing. ERR_CONFIG when the origin, the issuer or the domain is neither https nor http on
   loopback. */
struct facade *facade_new(const struct facade_options *o, struct err *e);

/* No fetch may be under way. Accepts NULL. */
void facade_free(struct facade *f);

/* The document, a new string; NULL while the pool's configuration has not been read. Any thread. */
char *facade_document(struct facade *f);

/* Whether there is no document or an old one, and a fetch may begin now. Cheap. Any thread. */
bool facade_due(struct facade *f);

/* Asks the pool for its configuration (OpenID Connect Discovery 1.0 section 4) and makes the document of it; what was there stays
   on failure. Does nothing where nothing is due. Blocks for 5 s at most, obeys `stop`. Returns 0, or -1 with the reason. */
int facade_fetch(struct facade *f, struct stop *stop, struct err *e);

#endif
