#include "aws/provider.h"

#include "aws/endpoint.h"
#include "aws/invoke.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define CHAIN_MAX 8 /* roles that lead to one another; STS itself allows an hour at most from the second on */

/* One look-up, from the profile in use down to the keys it begins with. */
struct search {
    struct aws *a;
    const struct profile_set *set;
    struct stop *stop;
    const char *visited[CHAIN_MAX];
    size_t depth;
};

static int resolve_role(struct search *s, const char *profile, struct aws_credentials *out, struct err *e);

static int no_source(const char *profile, const char *why, struct err *e)
{
    return err_set(e, ERR_CONFIG, "profile %.60s has role_arn %s", profile, why);
}

static bool has_keys(const struct profile_set *set, const char *profile)
{
    return profile_value(set, profile, "aws_access_key_id") != NULL;
}

static bool has_role(const struct profile_set *set, const char *profile)
{
    return profile_value(set, profile, "role_arn") && !profile_value(set, profile, "web_identity_token_file");
}

/* The keys a profile itself stands for, by whatever source it names. */
static int own_keys(const struct search *s, const char *profile, struct aws_credentials *out, struct err *e)
{
    char detail[PROVIDER_DETAIL_MAX];
    struct provider_ask ask = {.a = s->a, .stop = s->stop, .set = s->set, .profile = profile};
    enum provider_result r = provider_profile(&ask, out, detail, e);
    if (r == PROVIDER_ABSENT)
        return err_set(e, ERR_CONFIG, "profile %.60s, a source_profile, has neither keys nor a role_arn",
                       profile);
    return r == PROVIDER_FOUND ? 0 : -1;
}

/* Keys of the profile that another names as its source. Its own keys win over a role it has. */
static int source_keys(struct search *s, const char *profile, struct aws_credentials *out, struct err *e)
{
    if (!profile_exists(s->set, profile))
        return err_set(e, ERR_CONFIG, "source_profile %.60s does not exist", profile);
    if (has_keys(s->set, profile) || !has_role(s->set, profile))
        return own_keys(s, profile, out, e);
    for (size_t i = 0; i < s->depth; i++)
        if (strcmp(s->visited[i], profile) == 0)
            return err_set(e, ERR_CONFIG,
                           "source_profile leads in a circle: profile %.60s comes back to itself", profile);
    return resolve_role(s, profile, out, e);
}

/* Keys from outside the files, as credential_source names it. */
static int outside_keys(const struct search *s, const char *profile, const char *from, struct aws_credentials *out,
                        struct err *e)
{
    char detail[PROVIDER_DETAIL_MAX] = "";
    struct provider_ask ask = {.a = s->a, .stop = s->stop, .set = s->set, .profile = profile};
    enum provider_result r;
    if (strcmp(from, "Environment") == 0)
        r = environment_keys(s->a->env, out, detail, e);
    else if (strcmp(from, "EcsContainer") == 0)
        r = provider_container(&ask, out, detail, e);
    else if (strcmp(from, "Ec2InstanceMetadata") == 0)
        r = provider_instance(&ask, out, detail, e);
    else
        return err_set(e, ERR_CONFIG,
                       "profile %.60s: credential_source is Environment, EcsContainer or Ec2InstanceMetadata, not \"%.40s\"",
                       profile, from);
    if (r == PROVIDER_ABSENT)
        return err_set(e, ERR_CONFIG, "profile %.60s: credential_source is %s, but %s", profile, from,
                       *detail ? detail : "there is no such source here");
    return r == PROVIDER_FOUND ? 0 : -1;
}

static int first_keys(struct search *s, const char *profile, struct aws_credentials *out, struct err *e)
{
    const char *source = profile_value(s->set, profile, "source_profile");
    const char *from = profile_value(s->set, profile, "credential_source");
    if (source && from)
        return no_source(profile, "with both source_profile and credential_source: one must go", e);
    if (source)
        return source_keys(s, source, out, e);
    if (!from)
        return no_source(profile, "but neither source_profile nor credential_source", e);
    return outside_keys(s, profile, from, out, e);
}

/* What AssumeRole is asked (STS API). */
static json_t *role_input(const struct search *s, const char *profile, struct err *e)
{
    if (profile_value(s->set, profile, "mfa_serial")) {
        err_set(e, ERR_CONFIG,
                "profile %.60s has mfa_serial: a server cannot type a code; use a profile without", profile);
        return NULL;
    }
    json_auto_t *input = json_object();
    const char *session = profile_value(s->set, profile, "role_session_name");
    auto_free char *own_name = xasprintf("lakewarden-%lld", (long long)(clock_wall_ms() / 1000));
    json_put_str(input, "RoleArn", profile_value(s->set, profile, "role_arn"));
    json_put_str(input, "RoleSessionName", session ? session : own_name);
    json_put_str(input, "ExternalId", profile_value(s->set, profile, "external_id"));
    const char *duration = profile_value(s->set, profile, "duration_seconds");
    int64_t seconds;
    if (duration && text_to_range(duration, 900, 43200, &seconds) < 0) {
        err_set(e, ERR_CONFIG, "profile %.60s: duration_seconds is 900 to 43200, not %.20s", profile,
                duration);
        return NULL;
    }
    if (duration)
        json_put_int(input, "DurationSeconds", seconds);
    return steal(&input);
}

static int assume(const struct search *s, const char *profile, const struct aws_credentials *who,
                  struct aws_credentials *out, struct err *e)
{
    const char *region = profile_value(s->set, profile, "region");
    if (!region)
        region = aws_region(s->a, e);
    json_auto_t *input = region ? role_input(s, profile, e) : NULL;
    if (!input || region_check(region, e) < 0)
        return -1;
    struct invoke_site site = {.aws = s->a, .region = region, .who = who, .stop = s->stop};
    struct invoke_job job = {.op = &aws_sts_assume_role, .input = input};
    invoke_run(&site, &job, 1);
    json_auto_t *output = job.output;
    if (!output)
        return err_set(e, job.fault.err.kind, "%s", job.fault.err.text);
    return provider_read_sts(output, "AssumeRole", out, e);
}

static int resolve_role(struct search *s, const char *profile, struct aws_credentials *out, struct err *e)
{
    if (s->depth == CHAIN_MAX)
        return err_set(e, ERR_CONFIG, "more than %d roles lead to one another", CHAIN_MAX);
    s->visited[s->depth++] = profile;
    auto_credentials struct aws_credentials first = {0};
    if (first_keys(s, profile, &first, e) < 0)
        return -1;
    if (assume(s, profile, &first, out, e) < 0)
        return err_wrap(e, "role of profile %.60s", profile);
    return 0;
}

enum provider_result provider_assume_role(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                          struct err *e)
{
    if (!has_role(ask->set, ask->profile))
        return PROVIDER_ABSENT;
    struct search s = {.a = ask->a, .set = ask->set, .stop = ask->stop};
    if (resolve_role(&s, ask->profile, out, e) < 0)
        return PROVIDER_FAILED;
    snprintf(detail, PROVIDER_DETAIL_MAX, "%.200s", profile_value(ask->set, ask->profile, "role_arn"));
    return PROVIDER_FOUND;
}
