#include "aws/provider.h"

#include "base/own.h"

#include <stdio.h>

/* Somebody chose a profile, and no file has it: whatever else might be found is not what was meant. */
static enum provider_result provider_named_profile(void *ctx, struct stop *stop, struct aws_credentials *out,
                                                   char *detail, struct err *e)
{
    (void)stop;
    (void)out;
    struct aws *a = ctx;
    bool named;
    const char *profile = aws_profile(a, &named);
    if (!named)
        return PROVIDER_ABSENT;
    snprintf(detail, PROVIDER_DETAIL_MAX, "%.200s", profile);
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return PROVIDER_FAILED;
    if (profile_exists(set, profile))
        return PROVIDER_ABSENT;
    auto_buf struct buf names = BUF_INIT(160);
    profile_names(set, &names);
    err_set(e, ERR_CONFIG, "there is no profile %.60s in %.100s or %.100s; those there are: %s", profile,
            set->config_path, set->credentials_path, names.len ? buf_text(&names) : "none");
    return PROVIDER_FAILED;
}

static int64_t version(void *ctx)
{
    struct aws *a = ctx;
    return profiles_version(a->profiles);
}

static const struct credential_provider rows[] = {
    {"environment", provider_environment},
    {"profile", provider_named_profile},
    {"assume-role", provider_assume_role},
    {"web-identity-or-sso", provider_token_exchange},
    {"credentials-file", provider_credentials_file},
    {"config-file", provider_config_file},
    {"process-or-container", provider_process_or_container},
};
_Static_assert(ARRAY_LEN(rows) <= PROVIDERS_MAX, "the results of a fetch have PROVIDERS_MAX rows");

struct credential_chain provider_chain(struct aws *a)
{
    return (struct credential_chain){.rows = rows, .count = ARRAY_LEN(rows), .version = version, .ctx = a};
}
