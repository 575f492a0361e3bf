#include "aws/aws_env.h"

#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct aws_env {
    size_t count;
    char **entries; /* "NAME=value" */
};

static bool is_ours(const char *entry)
{
    return text_starts(entry, "AWS_") || text_starts(entry, "HOME=");
}

struct aws_env *aws_env_new(const char *const *environment)
{
    size_t count = 0;
    for (const char *const *p = environment; *p; p++)
        count += is_ours(*p);
    struct aws_env *env = xmalloc(sizeof *env);
    *env = (struct aws_env){.entries = xcalloc(count, sizeof *env->entries)};
    for (const char *const *p = environment; *p; p++)
        if (is_ours(*p))
            env->entries[env->count++] = xstrdup(*p);
    return env;
}

void aws_env_free(struct aws_env *env)
{
    if (!env)
        return;
    for (size_t i = 0; i < env->count; i++) {
        OPENSSL_cleanse(env->entries[i], strlen(env->entries[i]));
        free(env->entries[i]);
    }
    free(env->entries);
    free(env);
}

const char *aws_env_get(const struct aws_env *env, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < env->count; i++) {
        const char *entry = env->entries[i];
        if (strncmp(entry, name, n) == 0 && entry[n] == '=')
            return entry[n + 1] ? entry + n + 1 : NULL;
    }
    return NULL;
}
