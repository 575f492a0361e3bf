/* What auth_new makes and the other functions of auth.h use. Constant after auth_new but for `keys`, `memory` and
   `facade`, which lock themselves. */
#ifndef LW_AUTH_AUTH_PRIVATE_H
#define LW_AUTH_AUTH_PRIVATE_H

#include "auth/auth.h"
#include "auth/claims.h"
#include "auth/facade.h"
#include "auth/keys.h"
#include "auth/memory.h"

struct auth {
    enum auth_mode mode;
    unsigned upstream_scopes;
    int64_t (*wall_ms)(void);
    struct claims_rules rules; /* its strings are ours */
    char *public_url;          /* NULL: unknown */
    char *metadata_url;        /* NULL: no metadata */
    const char *metadata_path; /* within metadata_url */
    char *metadata;
    struct facade *facade; /* NULL: none */
    struct keys *keys;     /* COGNITO only, as the next */
    struct memory *memory;
};

/* Checks the options and copies the plain ones. On failure (ERR_CONFIG) `a` may be half filled: auth_free takes it. */
int auth_options_take(struct auth *a, const struct auth_options *o, struct err *e);

/* Builds the members on metadata where they apply. -1 (ERR_CONFIG) when they cannot be as the options want them. */
int auth_metadata_build(struct auth *a, const struct auth_options *o, struct err *e);

#endif
