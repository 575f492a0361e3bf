/* Legacy session ids that carry their own contents, sealed with an HMAC: they cost no memory, and any instance with
   the same secret can check them. */
#ifndef LW_SERVER_SESSION_H
#define LW_SERVER_SESSION_H

#include "auth/auth.h"
#include "server/seal.h"
#include "server/version.h"

#include <stdbool.h>

struct session {
    enum version version;
    unsigned client_can; /* of enum client_ability */
    char nonce[33];      /* hex; names the session to others in this process */
};

struct sessions;

/* `s` is borrowed. Does not start libcrypto. */
struct sessions *sessions_new(const struct secret *s);
/* Accepts NULL. */
void sessions_free(struct sessions *all);

/* A new id (visible ASCII, 128 bits of randomness, bound to the caller, valid for 24 h). Free with free(). */
char *session_mint(struct sessions *all, enum version v, unsigned client_can, const struct caller *caller);

/* Whether the id is ours, alive and this caller's; fills `out` if so. */
bool session_open(struct sessions *all, const char *id, const struct caller *caller, struct session *out);

#endif
