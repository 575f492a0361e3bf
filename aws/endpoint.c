#include "aws/endpoint.h"

#include "aws/aws_private.h"
#include "aws/endpoint_rules.h"
#include "aws/endpoint_url.h"
#include "aws/profile.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The settings that decide, looked up once per request. */
struct endpoint_settings {
    const struct aws_env *env;
    const struct profile_set *set;
    const char *profile;
};

/* A switch: the environment's word, else the profile's. */
static bool is_on(const struct endpoint_settings *s, const char *variable, const char *key)
{
    const char *value = aws_env_get(s->env, variable);
    if (!value)
        value = profile_value(s->set, s->profile, key);
    return value && text_iequal(value, "true");
}

/* The configured URL of a service, or NULL. Borrowed. */
static const char *configured_url(const struct endpoint_settings *s, const struct endpoint_service *service,
                                  const char **source)
{
    if (is_on(s, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
        return NULL;
    const char *url = aws_env_get(s->env, *source = service->variable);
    if (!url)
        url = aws_env_get(s->env, *source = "AWS_ENDPOINT_URL");
    const char *section = profile_value(s->set, s->profile, "services");
    if (!url && section) {
        *source = "endpoint_url in the services section of the profile";
        url = config_value(s->set->config, "services", section, service->key, "endpoint_url");
    }
    if (!url)
        url = profile_value(s->set, s->profile, *source = "endpoint_url");
    return url;
}

static int from_rules(const struct endpoint_settings *s, const struct endpoint_service *service, const char *region,
                      struct endpoint *out, struct err *e)
{
    const char *old_name = aws_env_get(s->env, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT");
    if (!old_name)
        old_name = profile_value(s->set, s->profile, "s3_us_east_1_regional_endpoint");
    struct endpoint_variant v = {
        .fips = is_on(s, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        .dual_stack = is_on(s, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        .s3_global = !old_name || !text_iequal(old_name, "regional"),
    };
    if (endpoint_rule_host(service, region, &v, out->host, sizeof out->host, e) < 0)
        return -1;
    snprintf(out->origin, sizeof out->origin, "https://%s", out->host);
    out->source = "rule";
    return 0;
}

/* Whether a bucket goes into the path: always below a configured URL, and where its name cannot be a host's
   label, unless the profile decides (`s3 =` / `addressing_style`). */
static bool wants_path_style(const struct endpoint_settings *s, const struct endpoint *at, const char *bucket)
{
    const char *style = config_value(s->set->config, "profile", s->profile, "s3", "addressing_style");
    bool path = at->configured;
    if (style && strcmp(style, "path") == 0)
        path = true;
    else if (style && strcmp(style, "virtual") == 0)
        path = false;
    return path || !endpoint_bucket_is_label(bucket);
}

/* Puts a bucket or a prefix in front of the host. */
static int add_in_front(struct endpoint *at, const char *front, const char *dot, struct err *e)
{
    auto_free char *host = xasprintf("%s%s%s", front, dot, at->host);
    if (strlen(host) >= sizeof at->host)
        return err_set(e, ERR_INVALID, "the host name that begins with %.63s is too long", front);
    bool secure = text_starts(at->origin, "https://");
    memcpy(at->host, host, strlen(host) + 1);
    snprintf(at->origin, sizeof at->origin, "http%s://%s", secure ? "s" : "", at->host);
    return 0;
}

static int resolve(const struct endpoint_settings *s, const struct endpoint_service *service, const char *region,
                   const char *bucket, struct endpoint *out, struct err *e)
{
    const char *source;
    const char *url = configured_url(s, service, &source);
    if (url ? endpoint_url_read(url, source, out, e) < 0 : from_rules(s, service, region, out, e) < 0)
        return -1;
    snprintf(out->signing_region, sizeof out->signing_region, "%s", region);
    snprintf(out->signing_name, sizeof out->signing_name, "%s", service->signing);
    if (!bucket)
        return 0;
    out->path_style = wants_path_style(s, out, bucket);
    return out->path_style ? 0 : add_in_front(out, bucket, ".", e);
}

/* Whether it may stand in a path or host. */
static int bucket_check(const char *bucket, struct err *e)
{
    size_t n = strlen(bucket);
    size_t good = text_word_span(bucket, "._-");
    if (n < 3 || n > 255 || good != n || strstr(bucket, ".."))
        return err_set(e, ERR_INVALID, "\"%.80s\" cannot be the name of an S3 bucket", bucket);
    return 0;
}

int endpoint_resolve(struct aws *a, const char *service, const char *region, const char *bucket,
                     struct endpoint *out, struct err *e)
{
    const struct endpoint_service *row = endpoint_service(service);
    if (!row)
        return err_set(e, ERR_INTERNAL, "no endpoint is known for service %s", service);
    if (region_check(region, e) < 0 || (bucket && bucket_check(bucket, e) < 0))
        return -1;
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return -1;
    struct endpoint_settings s = {.env = a->env, .set = set, .profile = aws_profile(a, NULL)};
    struct endpoint found = {0};
    if (resolve(&s, row, region, bucket, &found, e) < 0)
        return -1;
    *out = found;
    return 0;
}

int endpoint_add_prefix(struct aws *a, const char *prefix, struct endpoint *at, struct err *e)
{
    if (!prefix || at->configured)
        return 0;
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    if (!set)
        return -1;
    struct endpoint_settings s = {.env = a->env, .set = set, .profile = aws_profile(a, NULL)};
    if (is_on(&s, "AWS_DISABLE_HOST_PREFIX_INJECTION", "disable_host_prefix_injection"))
        return 0;
    return add_in_front(at, prefix, "", e);
}
