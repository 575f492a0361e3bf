/* Sources that stand in a profile: keys in one of the two files, and all of them in their order. */
#include "aws/provider.h"

#include "base/own.h"

#include <stdio.h>

static enum provider_result file_keys(const struct provider_ask *ask, const struct config_file *file, const char *path,
                                      struct aws_credentials *out, char *detail, struct err *e)
{
    const char *profile = ask->profile;
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

enum provider_result provider_credentials_file(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                               struct err *e)
{
    return file_keys(ask, ask->set->credentials, ask->set->credentials_path, out, detail, e);
}

enum provider_result provider_config_file(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                          struct err *e)
{
    return file_keys(ask, ask->set->config, ask->set->config_path, out, detail, e);
}

enum provider_result provider_login(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                    struct err *e)
{
    (void)out;
    (void)detail;
    if (!profile_value(ask->set, ask->profile, "login_session"))
        return PROVIDER_ABSENT;
    err_set(e, ERR_CONFIG,
            "profile %.60s is one of `aws login` (login_session), whose keys only the AWS CLI can renew: use a profile of "
            "`aws sso login` or of a role, or take `aws configure export-credentials` for a credential_process",
            ask->profile);
    return PROVIDER_FAILED;
}

enum provider_result provider_profile(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                      struct err *e)
{
    static provider_fn *const sources[] = {provider_web_identity, provider_sso,     provider_credentials_file,
                                           provider_login,        provider_process, provider_config_file};
    enum provider_result r = PROVIDER_ABSENT;
    for (size_t i = 0; i < ARRAY_LEN(sources) && r == PROVIDER_ABSENT; i++)
        r = sources[i](ask, out, detail, e);
    return r;
}
