/* IMDSv2, the metadata service of EC2 instances. Version 1, which has no token, is never spoken: whoever can make this machine
   send a GET could read its keys by it. */
#include "aws/metadata.h"

#include "aws/endpoint_url.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const char *setting(struct aws *a, const struct profile_set *set, const char *variable, const char *key)
{
    const char *value = aws_env_get(a->env, variable);
    return value ? value : profile_value(set, aws_profile(a, NULL), key);
}

static int number(struct aws *a, const struct profile_set *set, const char *variable, const char *key, int64_t *out,
                  struct err *e)
{
    const char *text = setting(a, set, variable, key);
    if (text && text_to_range(text, 1, 60, out) < 0)
        return err_set(e, ERR_CONFIG, "%s (%s in a profile) is a number from 1 to 60", variable, key);
    return 0;
}

/* Where it is and how long it may take. */
static int find_service(struct instance_visit *v, const struct profile_set *set, struct err *e)
{
    struct aws *a = v->a;
    static const char variable[] = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    const char *url = setting(a, set, variable, "ec2_metadata_service_endpoint");
    const char *mode = setting(a, set, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    bool is_v6 = mode && text_iequal(mode, "ipv6");
    if (mode && !is_v6 && !text_iequal(mode, "ipv4"))
        return err_set(e, ERR_CONFIG, "%s_MODE is IPv4 or IPv6, not \"%.20s\"", variable, mode);
    if (!url)
        url = is_v6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    int64_t seconds = 1, attempts = 1;
    if (endpoint_url_read(url, variable, &v->at, e) < 0 ||
        number(a, set, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", &seconds, e) < 0 ||
        number(a, set, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", &attempts, e) < 0)
        return -1;
    v->timeout_ms = seconds * 1000;
    v->attempts = (int)attempts;
    return 0;
}

static char *send(const struct instance_visit *v, const char *method, const char *path, const char *header, const char *value,
                  struct err *e)
{
    auto_free char *url = xasprintf("%s%s%s", v->at.origin, v->at.path_prefix, path);
    struct metadata_request m = {.method = method,
                                 .url = url,
                                 .header = header,
                                 .value = value,
                                 .timeout_ms = v->timeout_ms,
                                 .attempts = v->attempts};
    return metadata_fetch(v->a, &m, v->stop, e);
}

static bool is_header_value(const char *text)
{
    for (const char *p = text; *p; p++)
        if (*p < '!' || *p > '~')
            return false;
    return *text != '\0';
}

int instance_enter(struct instance_visit *v, struct aws *a, const struct profile_set *set, struct stop *stop, struct err *e)
{
    const char *disabled = aws_env_get(a->env, "AWS_EC2_METADATA_DISABLED");
    *v = (struct instance_visit){.a = a, .stop = stop};
    if (disabled && text_iequal(disabled, "true"))
        return err_set(e, ERR_NOT_FOUND, "AWS_EC2_METADATA_DISABLED is set");
    if (find_service(v, set, e) < 0)
        return -1;
    v->token = send(v, "PUT", "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds", "21600", e);
    if (v->token && !is_header_value(v->token))
        err_set(e, ERR_UPSTREAM, "answered with a token that is none");
    else if (v->token)
        return 0;
    return err_wrap(e, "no token from %.80s", v->at.host);
}

char *instance_ask(const struct instance_visit *v, const char *path, struct err *e)
{
    char *text = send(v, "GET", path, "x-aws-ec2-metadata-token", v->token, e);
    if (!text)
        err_wrap(e, "%.80s", v->at.host);
    return text;
}

void instance_leave(struct instance_visit *v)
{
    if (v->token)
        OPENSSL_cleanse(v->token, strlen(v->token));
    free(v->token);
    v->token = NULL;
}
