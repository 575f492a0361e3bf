/* Legacy session ids that carry their own contents, sealed with an HMAC: they cost no memory, and any instance with
   the same key can check them. */
#ifndef LW_SERVER_SESSION_H
#define LW_SERVER_SESSION_H

#include "auth/auth.h"
#include "base/err.h"
#include "server/version.h"

#include <stdbool.h>

struct sessions;

struct session {
    enum version version;
    char nonce[33]; /* hex; names the session to others in this process */
};

/* `key_file`: at least 32 bytes of secret; NULL for a random key of this process. */
struct sessions *sessions_new(const char *key_file, struct err *e);
void sessions_free(struct sessions *s);

/* A new id (visible ASCII, 128 bits of randomness, bound to the caller, valid for 24 h). Free with free(). */
char *session_mint(const struct sessions *s, enum version v, const struct caller *caller);

/* Whether the id is ours, alive and this caller's; fills `out` if so. */
bool session_open(const struct sessions *s, const char *id, const struct caller *caller, struct session *out);

#endif
