#include "aws/metadata.h"
#include "aws/provider.h"

#include "base/json.h"
#include "base/own.h"
#include "base/url.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As the AWS SDKs have it. */
#define TIMEOUT_MS 2000
#define ATTEMPTS 3
#define PAUSE_MS 1000

/* Whether keys may be asked for there without TLS: this machine, and the addresses of ECS and EKS. */
static bool is_trusted(const char *host)
{
    static const char *const addresses[] = {"169.254.170.2", "169.254.170.23"};
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
        if (strcmp(host, addresses[i]) == 0)
            return true;
    struct in6_addr here, eks;
    inet_pton(AF_INET6, "fd00:ec2::23", &eks);
    return url_host_is_loopback(host) || (inet_pton(AF_INET6, host, &here) == 1 && memcmp(&here, &eks, sizeof here) == 0);
}

static int check_url(const char *url, const char *variable, struct err *e)
{
    struct url u;
    struct err why = {0};
    if (url_parse(url, &u, &why) < 0)
        return err_set(e, ERR_CONFIG, "%s: %s", variable, why.text);
    for (const char *p = u.rest; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == '#')
            return err_set(e, ERR_CONFIG, "%s: the URL has a character that must be encoded", variable);
    if (!u.secure && !is_trusted(u.host))
        return err_set(e, ERR_CONFIG,
                       "%s: keys are asked of %.80s over https only; plain http is for this machine, 169.254.170.2, "
                       "169.254.170.23 and [fd00:ec2::23]",
                       variable, u.host);
    return 0;
}

static const char relative_uri[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full_uri[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/* A new string; NULL with an error. */
static char *url_of(const struct aws_env *env, struct err *e)
{
    const char *relative = aws_env_get(env, relative_uri);
    const char *full = aws_env_get(env, full_uri);
    if (relative && relative[0] != '/') {
        err_set(e, ERR_CONFIG, "%s does not begin with a slash", relative_uri);
        return NULL;
    }
    auto_free char *url = relative ? xasprintf("http://169.254.170.2%s", relative) : xstrdup(full);
    return check_url(url, relative ? relative_uri : full_uri, e) < 0 ? NULL : steal(&url);
}

/* The Authorization header, if there is to be one. The file is read each time: the kubelet renews it. */
static int authorization(const struct aws_env *env, char **out, struct err *e)
{
    const char *path = aws_env_get(env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = aws_env_get(env, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
    *out = NULL;
    if (path) {
        *out = provider_read_token(path, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", e);
        return *out ? 0 : -1;
    }
    if (token && strpbrk(token, "\r\n"))
        return err_set(e, ERR_CONFIG, "AWS_CONTAINER_AUTHORIZATION_TOKEN has a line break, which no token has");
    *out = token ? xstrdup(token) : NULL;
    return 0;
}

static int fetch(const struct provider_ask *ask, const char *url, struct aws_credentials *out, struct err *e)
{
    char *token = NULL;
    if (authorization(ask->a->env, &token, e) < 0)
        return -1;
    struct metadata_request m = {.method = "GET",
                                 .url = url,
                                 .header = token ? "Authorization" : NULL,
                                 .value = token,
                                 .timeout_ms = TIMEOUT_MS,
                                 .attempts = ATTEMPTS,
                                 .pause_ms = PAUSE_MS};
    char *text = metadata_fetch(ask->a, &m, ask->stop, e);
    json_auto_t *reply = text ? json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, e) : NULL;
    int rc = reply ? provider_read_keys(reply, "Token", out, e) : -1;
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
    if (token)
        OPENSSL_cleanse(token, strlen(token));
    free(token);
    return rc;
}

enum provider_result provider_container(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                        struct err *e)
{
    const struct aws_env *env = ask->a->env;
    bool relative = aws_env_get(env, relative_uri) != NULL;
    if (!relative && !aws_env_get(env, full_uri))
        return PROVIDER_ABSENT;
    auto_free char *url = url_of(env, e);
    if (!url)
        return PROVIDER_FAILED;
    if (fetch(ask, url, out, e) < 0) {
        if (e->kind == ERR_DENIED) /* it does not know our token: no policy decided that */
            e->kind = ERR_UNAUTHENTICATED;
        err_wrap(e, "the container's keys (%s)", relative ? relative_uri : full_uri);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "%s", relative ? relative_uri : full_uri);
    return PROVIDER_FOUND;
}
