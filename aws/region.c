#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "aws/metadata.h"
#include "aws/profile.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

static size_t span_lower(const char *s)
{
    size_t n = 0;
    while (s[n] >= 'a' && s[n] <= 'z')
        n++;
    return n;
}

/* At least three words of letters, the last one digits: two letters, "-", letters, ..., "-", one or two digits. */
static bool is_region(const char *s)
{
    if (strlen(s) >= REGION_MAX)
        return false;
    size_t n = span_lower(s);
    if (n < 2)
        return false;
    int words = 1;
    for (s += n; *s == '-'; s += n, words++) {
        s++;
        n = span_lower(s);
        if (n == 0)
            break;
    }
    size_t digits = strspn(s, "0123456789");
    return words >= 2 && s[-1] == '-' && (digits == 1 || digits == 2) && s[digits] == '\0';
}

int region_check(const char *region, struct err *e)
{
    if (!is_region(region))
        return err_set(e, ERR_INVALID, "\"%.40s\" is not an AWS region (one looks like \"eu-west-1\")",
                       region);
    return 0;
}

/* The value of the first source that has one, as a new string; NULL when none has. */
static char *look_up(struct aws *a, const char **source, struct err *e)
{
    static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
    *source = "--region";
    if (a->region_flag)
        return xstrdup(a->region_flag);
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        const char *value = aws_env_get(a->env, *source = variables[i]);
        if (value)
            return xstrdup(value);
    }
    *source = "the profile";
    auto_profile_set struct profile_set *set = profiles_get(a->profiles, e);
    const char *value = set ? profile_value(set, aws_profile(a, NULL), "region") : NULL;
    if (value)
        return xstrdup(value);
    *source = "this instance";
    struct err why = {0};
    auto_instance_visit struct instance_visit v = {0};
    auto_free char *here = NULL;
    if (set && instance_enter(&v, a, set, NULL, &why) == 0)
        here = instance_ask(&v, "/latest/meta-data/placement/region", &why);
    if (here)
        return steal(&here);
    err_set(e, ERR_CONFIG,
            "no AWS region: --region, AWS_REGION and AWS_DEFAULT_REGION are not set, profile %.60s in %.150s names none, and "
            "this is no EC2 instance that could (%.80s)",
            aws_profile(a, NULL), set ? set->config_path : "", why.text);
    return NULL;
}

static int check(const char *region, const char *source, struct err *e)
{
    if (!is_region(region))
        return err_set(e, ERR_CONFIG, "the region of %s, \"%.40s\", is not one (one looks like \"eu-west-1\")", source,
                       region);
    return 0;
}

/* Where the default comes from, as a new string. */
static char *resolve(struct aws *a, struct err *e)
{
    const char *source;
    auto_free char *region = look_up(a, &source, e);
    return region && check(region, source, e) == 0 ? steal(&region) : NULL;
}

static const char *known_region(struct aws *a)
{
    pthread_mutex_lock(&a->lock);
    const char *region = a->region;
    pthread_mutex_unlock(&a->lock);
    return region;
}

const char *aws_region(struct aws *a, struct err *e)
{
    const char *known = known_region(a);
    if (known)
        return known;
    char *found = resolve(a, e); /* may ask the instance's metadata, so no lock is held */
    if (!found)
        return NULL;
    pthread_mutex_lock(&a->lock);
    if (a->region)
        free(found);
    else
        a->region = found;
    known = a->region;
    pthread_mutex_unlock(&a->lock);
    return known;
}

static bool is_listed(const struct aws *a, const char *region)
{
    for (size_t i = 0; i < a->allowed_region_count; i++)
        if (strcmp(a->allowed_regions[i], region) == 0 || strcmp(a->allowed_regions[i], "*") == 0)
            return true;
    return false;
}

const char *aws_region_for(struct aws *a, const char *region, struct err *e)
{
    struct err none = {0};
    if (!region)
        return aws_region(a, e);
    if (region_check(region, e) < 0)
        return NULL;
    if (is_listed(a, region))
        return region;
    const char *own = aws_region(a, &none);
    if (own && strcmp(own, region) == 0)
        return own;
    auto_buf struct buf all = BUF_INIT(256);
    buf_adds(&all, own ? own : "");
    for (size_t i = 0; i < a->allowed_region_count; i++)
        buf_addf(&all, "%s%s", all.len ? ", " : "", a->allowed_regions[i]);
    err_set(e, ERR_INVALID, "region %s is not one this server looks at (%s). Leave `region` out, or start the server with "
            "--allowed-region %s", region, all.len ? buf_text(&all) : "it has none", region);
    return NULL;
}
