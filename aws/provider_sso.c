#include "aws/provider.h"

#include "aws/endpoint.h"
#include "aws/invoke.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_FILE_MAX ((size_t)256 * 1024)

/* What a profile of IAM Identity Center says. Borrowed. */
struct sso {
    const char *account;
    const char *role;
    const char *region;
    const char *start_url;
    const char *session; /* NULL: the older form */
};

/* From the section the profile refers to, else from the profile itself; the two may not differ. */
static int shared_value(const struct provider_ask *ask, const char *session, const char *key, const char **out,
                        struct err *e)
{
    const char *own = profile_value(ask->set, ask->profile, key);
    const char *theirs = session ? config_value(ask->set->config, "sso-session", session, key, NULL) : NULL;
    if (own && theirs && strcmp(own, theirs) != 0)
        return err_set(e, ERR_CONFIG, "profile %.60s and sso-session %.60s differ in %s", ask->profile, session, key);
    *out = theirs ? theirs : own;
    if (!*out)
        return err_set(e, ERR_CONFIG, "profile %.60s is one of IAM Identity Center, but %s is missing", ask->profile, key);
    return 0;
}

static int read_profile(const struct provider_ask *ask, struct sso *out, struct err *e)
{
    out->session = profile_value(ask->set, ask->profile, "sso_session");
    if (out->session && !config_has(ask->set->config, "sso-session", out->session))
        return err_set(e, ERR_CONFIG, "profile %.60s names sso_session %.60s, which %.100s does not have", ask->profile,
                       out->session, ask->set->config_path);
    if (shared_value(ask, NULL, "sso_account_id", &out->account, e) < 0 ||
        shared_value(ask, NULL, "sso_role_name", &out->role, e) < 0 ||
        shared_value(ask, out->session, "sso_region", &out->region, e) < 0 ||
        shared_value(ask, out->session, "sso_start_url", &out->start_url, e) < 0)
        return -1;
    return region_check(out->region, e) < 0 ? err_wrap(e, "sso_region") : 0;
}

/* The file that `aws sso login` keeps a token in: named by the SHA-1 of the session's name, in the older form of the start
   URL. A new string, or NULL without a HOME. */
static char *cache_path(const struct aws_env *env, const char *key)
{
    const char *home = aws_env_get(env, "HOME");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    crypto_ready();
    if (!home || EVP_Digest(key, strlen(key), digest, &n, EVP_sha1(), NULL) != 1)
        return NULL;
    text_hex(digest, n, hex);
    return xasprintf("%s/.aws/sso/cache/%s.json", home, hex);
}

/* Whether the token's end ("2026-11-21T02:05:07Z"; older tools write "UTC" for "Z") is still to come. */
static bool is_ahead(const char *end)
{
    int64_t end_ms;
    size_t n = strlen(end);
    auto_free char *text = text_ends(end, "UTC") ? xasprintf("%.*sZ", (int)(n - 3), end) : xstrdup(end);
    return clock_parse(text, &end_ms) == 0 && end_ms > clock_wall_ms();
}

/* The cached token, a new object. */
static json_t *read_cache(const struct provider_ask *ask, const struct sso *sso, struct err *e)
{
    auto_free char *path = cache_path(ask->a->env, sso->session ? sso->session : sso->start_url);
    auto_buf struct buf text = BUF_INIT(CACHE_FILE_MAX);
    struct err why = {0};
    json_auto_t *cached = NULL;
    if (path && file_read(path, &text, &why) == 0)
        cached = json_parse(buf_text(&text), text.len, JSON_DEPTH_UPSTREAM, &why);
    if (text.data)
        OPENSSL_cleanse(text.data, text.len);
    const char *state = !cached ? "is not there" : "cannot be read";
    if (cached && json_str(cached, "accessToken", NULL)) {
        if (is_ahead(json_str(cached, "expiresAt", "")))
            return steal(&cached);
        state = "has expired";
    }
    err_set(e, ERR_UNAUTHENTICATED,
            "the token of IAM Identity Center %s: run `aws sso login --profile %.60s`, then call again", state,
            ask->profile);
    return NULL;
}

static int take_keys(const json_t *output, struct aws_credentials *out, struct err *e)
{
    const json_t *keys = json_obj(output, "roleCredentials");
    const char *id = json_str(keys, "accessKeyId", NULL);
    const char *secret = json_str(keys, "secretAccessKey", NULL);
    const char *token = json_str(keys, "sessionToken", NULL);
    int64_t expires_ms = json_int(keys, "expiration", 0);
    if (!id || !secret || !token || expires_ms <= 0)
        return err_set(e, ERR_UPSTREAM, "GetRoleCredentials answered without a complete set of keys");
    *out = (struct aws_credentials){.access_key_id = xstrdup(id),
                                    .secret_access_key = xstrdup(secret),
                                    .session_token = xstrdup(token),
                                    .expires_wall_ms = expires_ms};
    return 0;
}

static int exchange(const struct provider_ask *ask, const struct sso *sso, struct aws_credentials *out, struct err *e)
{
    json_auto_t *cached = read_cache(ask, sso, e);
    if (!cached)
        return -1;
    json_auto_t *input = json_object();
    json_put_str(input, "roleName", sso->role);
    json_put_str(input, "accountId", sso->account);
    json_put_str(input, "accessToken", json_str(cached, "accessToken", NULL));
    struct invoke_site site = {.aws = ask->a, .region = sso->region, .stop = ask->stop};
    struct invoke_job job = {.op = &aws_sso_get_role_credentials, .input = input};
    invoke_run(&site, &job, 1);
    json_auto_t *output = job.output;
    if (output)
        return take_keys(output, out, e);
    if (job.fault.status == 401)
        return err_set(e, ERR_UNAUTHENTICATED,
                       "IAM Identity Center no longer takes the token: run `aws sso login --profile %.60s`, then call again",
                       ask->profile);
    return err_set(e, job.fault.err.kind, "%s", job.fault.err.text);
}

enum provider_result provider_sso(const struct provider_ask *ask, struct aws_credentials *out, char *detail, struct err *e)
{
    struct sso sso;
    if (!profile_value(ask->set, ask->profile, "sso_account_id") && !profile_value(ask->set, ask->profile, "sso_role_name"))
        return PROVIDER_ABSENT;
    if (read_profile(ask, &sso, e) < 0)
        return PROVIDER_FAILED;
    if (exchange(ask, &sso, out, e) < 0) {
        err_wrap(e, "profile %.60s", ask->profile);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "role %.60s in account %.20s by the token of `aws sso login`", sso.role,
             sso.account);
    return PROVIDER_FOUND;
}
