/* The user's shared files as one thing: read when first needed, and again when they have changed. */
#ifndef LW_AWS_PROFILE_H
#define LW_AWS_PROFILE_H

#include "aws/aws_env.h"
#include "aws/config_file.h"
#include "base/buf.h"

#include <stdatomic.h>
#include <stdint.h>

/* Both files as they were at one moment. Counted; does not change. */
struct profile_set {
    atomic_int refs;
    struct config_file *config;      /* never NULL: an absent file is an empty one */
    struct config_file *credentials; /* the same */
    const char *config_path; /* as shown to people; borrowed from struct profiles, which outlives the set */
    const char *credentials_path;
};

struct profiles;

/* Reads nothing yet. Paths: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else below HOME. `env` is borrowed. */
struct profiles *profiles_new(const struct aws_env *env);

/* All sets must have been given back. Accepts NULL. */
void profiles_free(struct profiles *p);

/* The files as they are now (looked at anew when time, size or inode have changed). A file that is absent or
   may not be read counts as empty. Fails with ERR_CONFIG where one cannot be understood. Any thread. Give it
   back with profile_set_unref. */
struct profile_set *profiles_get(struct profiles *p, struct err *e);

/* A number that changes when a file does. Any thread. */
int64_t profiles_version(struct profiles *p);

/* Accepts NULL. */
void profile_set_unref(struct profile_set *s);

/* Cleanup handler for the macro below; not called by hand. */
void profile_set_cleanup(struct profile_set **s);
#define auto_profile_set __attribute__((cleanup(profile_set_cleanup)))

/* Whether either file has the profile. */
bool profile_exists(const struct profile_set *s, const char *profile);

/* A value of a profile; the credentials file wins. NULL when absent or empty. Borrowed from the set. */
const char *profile_value(const struct profile_set *s, const char *profile, const char *key);

/* Appends the names of all profiles, "a, b": for the error about one that does not exist. */
void profile_names(const struct profile_set *s, struct buf *out);

#endif
