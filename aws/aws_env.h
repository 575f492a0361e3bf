/* The environment as it was when the program started: read once, so that threads may ask at any time. */
#ifndef LW_AWS_AWS_ENV_H
#define LW_AWS_AWS_ENV_H

struct aws_env;

/* Copies the variables this folder knows (AWS_* and HOME) out of "NAME=value" strings ending in NULL. */
struct aws_env *aws_env_new(const char *const *environment);

/* Overwrites what it holds: keys may be among it. Accepts NULL. */
void aws_env_free(struct aws_env *env);

/* The value, or NULL when unset or empty: the AWS tools treat the two alike. Borrowed. */
const char *aws_env_get(const struct aws_env *env, const char *name);

#endif
