#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "aws/profile.h"
#include "base/own.h"

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

/* With a->lock held: where the default comes from, as a new string; NULL when nowhere. */
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
    err_set(
        e, ERR_CONFIG,
        "no AWS region: --region, AWS_REGION and AWS_DEFAULT_REGION are not set, and profile %.60s in %.150s names none",
        aws_profile(a, NULL), set ? set->config_path : "");
    return NULL;
}

static int resolve(struct aws *a, struct err *e)
{
    const char *source;
    auto_free char *region = look_up(a, &source, e);
    if (!region)
        return -1;
    if (!is_region(region))
        return err_set(e, ERR_CONFIG,
                       "the region of %s, \"%.40s\", is not one (one looks like \"eu-west-1\")", source,
                       region);
    a->region = steal(&region);
    return 0;
}

const char *aws_region(struct aws *a, struct err *e)
{
    pthread_mutex_lock(&a->lock);
    int rc = a->region ? 0 : resolve(a, e);
    const char *region = rc == 0 ? a->region : NULL;
    pthread_mutex_unlock(&a->lock);
    return region;
}
