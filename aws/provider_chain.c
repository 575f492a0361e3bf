#include "aws/provider.h"

#include "base/own.h"

#include <stdio.h>

/* Somebody chose a profile, and no file has it: whatever else might be found is not what was meant. */
static enum provider_result named_profile(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                          struct err *e)
{
    (void)out;
    bool named;
    const char *profile = aws_profile(ask->a, &named);
    if (!named)
        return PROVIDER_ABSENT;
    snprintf(detail, PROVIDER_DETAIL_MAX, "%.200s", profile);
    if (profile_exists(ask->set, profile))
        return PROVIDER_ABSENT;
    auto_buf struct buf names = BUF_INIT(160);
    profile_names(ask->set, &names);
    err_set(e, ERR_CONFIG, "there is no profile %.60s in %.100s or %.100s; those there are: %s", profile,
            ask->set->config_path, ask->set->credentials_path, names.len ? buf_text(&names) : "none");
    return PROVIDER_FAILED;
}

static const struct credential_provider rows[] = {
    {.name = "environment"},
    {.name = "profile"},
    {.name = "assume-role"},
    {.name = "web-identity"},
    {.name = "sso"},
    {.name = "credentials-file"},
    {.name = "login"},
    {.name = "credential-process"},
    {.name = "config-file"},
    {.name = "container"},
    {.name = "instance", .outlasts = true},
};

/* What stands behind each row but the first. */
static provider_fn *const sources[] = {
    NULL,           named_profile,   provider_assume_role,   provider_web_identity,
    provider_sso,   provider_credentials_file, provider_login, provider_process,
    provider_config_file, provider_container, provider_instance,
};
_Static_assert(ARRAY_LEN(rows) == ARRAY_LEN(sources) && ARRAY_LEN(rows) <= PROVIDERS_MAX, "each row has its source");

/* No file is read for it: a broken one does not matter to keys of the environment. */
static enum provider_result environment(const struct aws *a, struct aws_credentials *out, char *detail, struct err *e)
{
    if (!a->profile_flag)
        return environment_keys(a->env, out, detail, e);
    snprintf(detail, PROVIDER_DETAIL_MAX, "passed over for --profile");
    return PROVIDER_ABSENT;
}

static enum provider_result ask_row(void *ctx, size_t row, struct stop *stop, struct aws_credentials *out, char *detail,
                                    struct err *e)
{
    struct aws *a = ctx;
    if (!sources[row])
        return environment(a, out, detail, e);
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return PROVIDER_FAILED;
    struct provider_ask ask = {
        .a = a, .stop = stop, .set = set, .profile = aws_profile(a, NULL), .variables = !a->profile_flag};
    return sources[row](&ask, out, detail, e);
}

static int64_t version(void *ctx)
{
    struct aws *a = ctx;
    return profiles_version(a->profiles);
}

struct credential_chain provider_chain(struct aws *a)
{
    return (struct credential_chain){
        .rows = rows, .count = ARRAY_LEN(rows), .fetch = ask_row, .version = version, .ctx = a};
}
