#include "aws/provider.h"

#include "base/own.h"

#include <stdio.h>

enum provider_result file_keys(const struct config_file *file, const char *path, const char *profile,
                               struct aws_credentials *out, char *detail, struct err *e)
{
    const char *id = config_value(file, "profile", profile, "aws_access_key_id", NULL);
    const char *secret = config_value(file, "profile", profile, "aws_secret_access_key", NULL);
    const char *token = config_value(file, "profile", profile, "aws_session_token", NULL);
    if (!id && !secret) {
        snprintf(detail, PROVIDER_DETAIL_MAX, "%s profile %.60s in %.150s",
                 config_has(file, "profile", profile) ? "no keys for" : "no", profile, path);
        return PROVIDER_ABSENT;
    }
    if (!id || !secret) {
        err_set(e, ERR_CONFIG, "%.150s has %s but no %s for profile %.60s", path,
                id ? "aws_access_key_id" : "aws_secret_access_key",
                id ? "aws_secret_access_key" : "aws_access_key_id", profile);
        return PROVIDER_FAILED;
    }
    *out = (struct aws_credentials){.access_key_id = xstrdup(id),
                                    .secret_access_key = xstrdup(secret),
                                    .session_token = token ? xstrdup(token) : NULL,
                                    .expires_wall_ms = INT64_MAX};
    snprintf(detail, PROVIDER_DETAIL_MAX, "profile %.60s in %.150s", profile, path);
    return PROVIDER_FOUND;
}

enum provider_result provider_credentials_file(void *ctx, struct stop *stop, struct aws_credentials *out,
                                               char *detail, struct err *e)
{
    (void)stop;
    struct aws *a = ctx;
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return PROVIDER_FAILED;
    return file_keys(set->credentials, set->credentials_path, aws_profile(a, NULL), out, detail, e);
}

enum provider_result provider_config_file(void *ctx, struct stop *stop, struct aws_credentials *out,
                                          char *detail, struct err *e)
{
    (void)stop;
    struct aws *a = ctx;
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return PROVIDER_FAILED;
    return file_keys(set->config, set->config_path, aws_profile(a, NULL), out, detail, e);
}

/* One setting that asks for a source we do not have. */
struct unsupported {
    const char *key;
    const char *what;
};

static enum provider_result refuse_keys(struct aws *a, const struct unsupported *rows, size_t n,
                                        struct err *e)
{
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return PROVIDER_FAILED;
    const char *profile = aws_profile(a, NULL);
    for (size_t i = 0; i < n; i++) {
        if (!profile_value(set, profile, rows[i].key))
            continue;
        err_set(e, ERR_CONFIG, "profile %.60s asks for %s (%s), which this version does not support", profile,
                rows[i].what, rows[i].key);
        return PROVIDER_FAILED;
    }
    return PROVIDER_ABSENT;
}

static enum provider_result refuse_variables(struct aws *a, const struct unsupported *rows, size_t n,
                                             struct err *e)
{
    for (size_t i = 0; i < n && !a->profile_flag; i++) {
        if (!aws_env_get(a->env, rows[i].key))
            continue;
        err_set(e, ERR_CONFIG, "%s asks for %s, which this version does not support", rows[i].key,
                rows[i].what);
        return PROVIDER_FAILED;
    }
    return PROVIDER_ABSENT;
}

enum provider_result provider_token_exchange(void *ctx, struct stop *stop, struct aws_credentials *out,
                                             char *detail, struct err *e)
{
    static const struct unsupported variables[] = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "a web identity"}};
    static const struct unsupported keys[] = {{"web_identity_token_file", "a web identity"},
                                              {"sso_session", "IAM Identity Center"},
                                              {"sso_start_url", "IAM Identity Center"},
                                              {"sso_account_id", "IAM Identity Center"}};
    (void)stop;
    (void)out;
    (void)detail;
    if (refuse_variables(ctx, variables, ARRAY_LEN(variables), e) == PROVIDER_FAILED)
        return PROVIDER_FAILED;
    return refuse_keys(ctx, keys, ARRAY_LEN(keys), e);
}

enum provider_result provider_process_or_container(void *ctx, struct stop *stop, struct aws_credentials *out,
                                                   char *detail, struct err *e)
{
    static const struct unsupported variables[] = {
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "the keys of a container"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "the keys of a container"}};
    static const struct unsupported keys[] = {{"credential_process", "the keys of another program"},
                                              {"login_session", "the keys of a console login"}};
    (void)stop;
    (void)out;
    (void)detail;
    if (refuse_variables(ctx, variables, ARRAY_LEN(variables), e) == PROVIDER_FAILED)
        return PROVIDER_FAILED;
    return refuse_keys(ctx, keys, ARRAY_LEN(keys), e);
}
