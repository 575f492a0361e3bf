/* What several sources read alike: settings, replies with keys, files with a token. */
#include "aws/provider.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/own.h"

#include <openssl/crypto.h>
#include <string.h>

#define TOKEN_MAX ((size_t)64 * 1024)

const char *provider_setting(const struct provider_ask *ask, const char *variable, const char *key)
{
    const char *value = ask->variables ? aws_env_get(ask->a->env, variable) : NULL;
    return value ? value : profile_value(ask->set, ask->profile, key);
}

int provider_read_keys(const json_t *reply, const char *token, struct aws_credentials *out, struct err *e)
{
    const char *id = json_str(reply, "AccessKeyId", NULL);
    const char *secret = json_str(reply, "SecretAccessKey", NULL);
    const char *session = json_str(reply, token, NULL);
    const char *expires = json_str(reply, "Expiration", NULL);
    int64_t expires_ms = INT64_MAX;
    if (!id || !*id || !secret || !*secret)
        return err_set(e, ERR_UPSTREAM, "answered without %s", id && *id ? "SecretAccessKey" : "AccessKeyId");
    if (expires && clock_parse(expires, &expires_ms) < 0)
        return err_set(e, ERR_UPSTREAM, "answered with an Expiration that is no time");
    *out = (struct aws_credentials){.access_key_id = xstrdup(id),
                                    .secret_access_key = xstrdup(secret),
                                    .session_token = session && *session ? xstrdup(session) : NULL,
                                    .expires_wall_ms = expires_ms};
    return 0;
}

int provider_read_sts(const json_t *output, const char *operation, struct aws_credentials *out, struct err *e)
{
    const json_t *keys = json_obj(output, "Credentials");
    const char *id = json_str(keys, "AccessKeyId", NULL);
    const char *secret = json_str(keys, "SecretAccessKey", NULL);
    const char *token = json_str(keys, "SessionToken", NULL);
    double expires = json_num(keys, "Expiration", 0);
    if (!id || !secret || !token || expires <= 0)
        return err_set(e, ERR_UPSTREAM, "%s answered without a complete set of keys", operation);
    *out = (struct aws_credentials){.access_key_id = xstrdup(id),
                                    .secret_access_key = xstrdup(secret),
                                    .session_token = xstrdup(token),
                                    .expires_wall_ms = (int64_t)(expires * 1000)};
    return 0;
}

static size_t without_line_end(const struct buf *text)
{
    size_t n = text->len;
    if (n > 0 && text->data[n - 1] == '\n')
        n--;
    if (n > 0 && text->data[n - 1] == '\r')
        n--;
    return n;
}

static int check_token(const char *p, size_t n, const char *what, struct err *e)
{
    if (n == 0)
        return err_set(e, ERR_CONFIG, "%s is empty", what);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < ' ' || (unsigned char)p[i] > '~')
            return err_set(e, ERR_CONFIG, "%s has a line break or another character that no token has", what);
    return 0;
}

char *provider_read_token(const char *path, const char *what, struct err *e)
{
    auto_buf struct buf text = BUF_INIT(TOKEN_MAX);
    if (file_read(path, &text, e) < 0) {
        err_wrap(e, "%s", what);
        return NULL;
    }
    size_t n = without_line_end(&text);
    char *token = check_token(buf_text(&text), n, what, e) < 0 ? NULL : xstrndup(text.data, n);
    if (text.data)
        OPENSSL_cleanse(text.data, text.len);
    return token;
}
