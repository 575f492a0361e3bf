/* The key set we verify with at present: where it comes from, when it is fetched again, who waits for that. */
#ifndef LW_AUTH_KEYS_H
#define LW_AUTH_KEYS_H

#include "auth/jwks.h"
#include "base/http.h"
#include "base/stop.h"

#include <stdint.h>

#define KEYS_PENALTY_MS 30000       /* after a fetch that brought nothing new: made-up key ids cost the issuer little */
#define KEYS_PENALTY_NONE_MS 5000   /* the same while there is no set at all, so that we are up soon after it is */
#define KEYS_AGE_MAX_MS 3600000     /* then a key that was withdrawn should be noticed */
#define KEYS_FETCH_TIMEOUT_MS 5000

struct keys;

/* A store fed from `url` through `http` (borrowed). Fetches nothing yet. `mono_ms` NULL for clock_mono_ms. */
struct keys *keys_new_url(const char *url, struct http *http, int64_t (*mono_ms)(void));

/* A store that holds the set of a file for good; ERR_CONFIG when it cannot be read or is no key set. */
struct keys *keys_new_file(const char *path, struct err *e);

/* No fetch may be under way. Accepts NULL. */
void keys_free(struct keys *k);

enum keys_answer {
    KEYS_FOUND,   /* `key`, `set` and `generation` are set */
    KEYS_UNKNOWN, /* there is a set, the key is not in it, and fetching again is not allowed now */
    KEYS_FETCH,   /* the key may be in a newer set: keys_fetch, then ask again */
    KEYS_NEVER    /* no set has ever been had, and fetching one failed just now */
};

/* Looks a key up. On KEYS_FOUND `key` is borrowed from `set`, of which the caller gets a reference. Any thread. */
enum keys_answer keys_find(struct keys *k, const char *kid, struct jwks **set, const struct jwks_key **key,
                           unsigned *generation);

/* Grows whenever the keys change. Any thread, no lock. */
unsigned keys_generation(struct keys *k);

/* As auth_fetch_keys. */
int keys_fetch(struct keys *k, struct stop *stop, struct err *e);

/* Whether there is a set. */
bool keys_ready(struct keys *k);

/* Whether the set is missing or older than KEYS_AGE_MAX_MS, and a fetch is allowed now. */
bool keys_due(struct keys *k);

#endif
