#include "aws/aws.h"

#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "aws/invoke.h"
#include "aws/profile.h"
#include "aws/provider.h"
#include "aws/roles.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *flag(const char *value)
{
    return value && *value ? xstrdup(value) : NULL;
}

static int check_regions(const struct aws_options *o, struct err *e)
{
    struct err bad = {0};
    if (o->region && *o->region && region_check(o->region, &bad) < 0)
        return err_set(e, ERR_CONFIG, "--region: %s", bad.text);
    for (size_t i = 0; i < o->allowed_region_count; i++)
        if (strcmp(o->allowed_regions[i], "*") != 0 && region_check(o->allowed_regions[i], &bad) < 0)
            return err_set(e, ERR_CONFIG, "--allowed-region: %s, nor \"*\" for any", bad.text);
    return 0;
}

static void copy_regions(struct aws *a, const struct aws_options *o)
{
    a->allowed_regions = xcalloc(o->allowed_region_count, sizeof *a->allowed_regions);
    for (; a->allowed_region_count < o->allowed_region_count; a->allowed_region_count++)
        a->allowed_regions[a->allowed_region_count] = xstrdup(o->allowed_regions[a->allowed_region_count]);
}

struct aws *aws_new_with_env(const struct aws_options *o, const char *const *environment, struct err *e)
{
    struct roles *roles = check_regions(o, e) == 0 ? roles_new(o, e) : NULL;
    if (!roles)
        return NULL;
    struct aws *a = xmalloc(sizeof *a);
    *a = (struct aws){.http = o->http, .region_flag = flag(o->region), .profile_flag = flag(o->profile),
                      .roles = roles, .credential_process = o->credential_process};
    copy_regions(a, o);
    pthread_mutex_init(&a->lock, NULL);
    a->env = aws_env_new(environment);
    a->profiles = profiles_new(a->env);
    a->signer = signer_new();
    a->shared = invoke_shared_new();
    struct credential_chain chain = provider_chain(a);
    a->credentials = credentials_new(&chain);
    return a;
}

struct aws *aws_new(const struct aws_options *o, struct err *e)
{
    return aws_new_with_env(o, (const char *const *)environ, e);
}

void aws_free(struct aws *a)
{
    if (!a)
        return;
    roles_free(a->roles);
    credentials_free(a->credentials);
    invoke_shared_free(a->shared);
    signer_free(a->signer);
    profiles_free(a->profiles);
    aws_env_free(a->env);
    free(a->profile_flag);
    for (size_t i = 0; i < a->allowed_region_count; i++)
        free(a->allowed_regions[i]);
    free(a->allowed_regions);
    free(a->region_flag);
    free(a->region);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

const char *aws_profile(const struct aws *a, bool *named)
{
    const char *chosen = a->profile_flag;
    if (!chosen)
        chosen = aws_env_get(a->env, "AWS_DEFAULT_PROFILE");
    if (!chosen)
        chosen = aws_env_get(a->env, "AWS_PROFILE");
    if (named)
        *named = chosen != NULL;
    return chosen ? chosen : "default";
}

json_t *aws_credentials_report(struct aws *a, struct stop *stop)
{
    return credentials_report(a->credentials, stop);
}

const char *aws_endpoint_report(struct aws *a, const char *service, char *url)
{
    struct err e = {0};
    struct endpoint at;
    const char *region = aws_region(a, &e);
    if (!region || endpoint_resolve(a, service, region, NULL, &at, &e) < 0) {
        snprintf(url, 256, "%.255s", e.text);
        return NULL;
    }
    auto_free char *whole = xasprintf("%s%s", at.origin, at.path_prefix);
    snprintf(url, 256, "%.255s", whole);
    return at.source;
}
