#include "aws/provider.h"

#include "base/own.h"

#include <stdio.h>

enum provider_result environment_keys(const struct aws_env *env, struct aws_credentials *out, char *detail,
                                      struct err *e)
{
    const char *id = aws_env_get(env, "AWS_ACCESS_KEY_ID");
    const char *secret = aws_env_get(env, "AWS_SECRET_ACCESS_KEY");
    const char *token = aws_env_get(env, "AWS_SESSION_TOKEN");
    if (!id && !secret) {
        snprintf(detail, PROVIDER_DETAIL_MAX, "AWS_ACCESS_KEY_ID is not set");
        return PROVIDER_ABSENT;
    }
    if (!id || !secret) {
        err_set(e, ERR_CONFIG, "AWS_%s is set in the environment but AWS_%s is not",
                id ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY", id ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID");
        return PROVIDER_FAILED;
    }
    *out = (struct aws_credentials){.access_key_id = xstrdup(id),
                                    .secret_access_key = xstrdup(secret),
                                    .session_token = token ? xstrdup(token) : NULL,
                                    .expires_wall_ms = INT64_MAX};
    snprintf(detail, PROVIDER_DETAIL_MAX, "AWS_ACCESS_KEY_ID%s", token ? " with AWS_SESSION_TOKEN" : "");
    return PROVIDER_FOUND;
}
