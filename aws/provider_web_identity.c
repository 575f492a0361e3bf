#include "aws/provider.h"

#include "aws/endpoint.h"
#include "aws/invoke.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What AssumeRoleWithWebIdentity is asked (STS API). */
static json_t *input_of(const struct provider_ask *ask, const char *role, const char *path, struct err *e)
{
    char *token = provider_read_token(path, "the web identity token", e);
    if (!token)
        return NULL;
    const char *session = provider_setting(ask, "AWS_ROLE_SESSION_NAME", "role_session_name");
    auto_free char *own_name = xasprintf("lakewarden-%lld", (long long)(clock_wall_ms() / 1000));
    json_t *input = json_object();
    json_put_str(input, "RoleArn", role);
    json_put_str(input, "RoleSessionName", session ? session : own_name);
    json_put_str(input, "WebIdentityToken", token);
    OPENSSL_cleanse(token, strlen(token));
    free(token);
    return input;
}

static int exchange(const struct provider_ask *ask, const char *role, const char *path, struct aws_credentials *out,
                    struct err *e)
{
    const char *region = ask->variables ? NULL : profile_value(ask->set, ask->profile, "region");
    if (!region)
        region = aws_region(ask->a, e);
    if (!region || region_check(region, e) < 0)
        return -1;
    json_auto_t *input = input_of(ask, role, path, e);
    if (!input)
        return -1;
    /* The token in the input is who we are: the request is not signed, so no keys are asked for. */
    struct invoke_site site = {.aws = ask->a, .region = region, .stop = ask->stop};
    struct invoke_job job = {.op = &aws_sts_assume_role_with_web_identity, .input = input};
    invoke_run(&site, &job, 1);
    json_auto_t *output = job.output;
    if (!output)
        return err_set(e, job.fault.err.kind, "%s", job.fault.err.text);
    return provider_read_sts(output, "AssumeRoleWithWebIdentity", out, e);
}

enum provider_result provider_web_identity(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                           struct err *e)
{
    const char *path = provider_setting(ask, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    const char *role = provider_setting(ask, "AWS_ROLE_ARN", "role_arn");
    if (!path)
        return PROVIDER_ABSENT;
    if (!role) {
        err_set(e, ERR_CONFIG, "a web identity's token file is named, but no role: set AWS_ROLE_ARN (role_arn in a profile)");
        return PROVIDER_FAILED;
    }
    if (exchange(ask, role, path, out, e) < 0) {
        err_wrap(e, "web identity for %.120s", role);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "%.120s by the token in %.100s", role, path);
    return PROVIDER_FOUND;
}
