/* Who we are to the instance: credentials from Secrets Manager or a file, and a token for them. */
#include "tools/servicenow/private.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define CREDENTIALS_MAX 16384
#define TOKEN_REPLY_MAX 65536
#define TOKEN_MARGIN_MS 60000         /* a token is not used in its last minute */
#define TOKEN_LIFE_MS (25 * 60 * 1000) /* of one that does not say; ServiceNow's default is 30 minutes */

static json_t *parse_credentials(const char *text, size_t n, const char *where, struct aws_fault *f)
{
    json_t *o = json_parse(text, n, JSON_DEPTH_CLIENT, NULL); /* its error would quote the secret */
    if (json_is_object(o))
        return o;
    json_decref(o);
    servicenow_fault(f, ERR_CONFIG, "the ServiceNow credentials in %s are not a JSON object", where);
    return NULL;
}

static json_t *credentials_from_file(const char *path, struct aws_fault *f)
{
    auto_buf struct buf text = BUF_INIT(CREDENTIALS_MAX);
    *f = (struct aws_fault){0};
    if (file_read(path, &text, &f->err))
        return NULL;
    json_t *o = parse_credentials(buf_text(&text), text.len, path, f);
    OPENSSL_cleanse(text.data, text.len);
    return o;
}

static json_t *credentials_from_secret(struct servicenow *s, struct stop *stop, struct aws_fault *f)
{
    *f = (struct aws_fault){0};
    struct aws_session *session = aws_session_new(s->aws, NULL, stop, &f->err);
    if (!session)
        return NULL;
    json_auto_t *in = json_pack("{s:s}", "SecretId", s->options.secret);
    json_auto_t *reply = NULL;
    int rc = aws_invoke(session, &aws_secretsmanager_get_secret_value, in, &reply, f);
    aws_session_free(session);
    if (rc) {
        err_wrap(&f->err, "could not read the ServiceNow credentials");
        return NULL;
    }
    const char *text = json_str(reply, "SecretString", "");
    return parse_credentials(text, strlen(text), s->options.secret, f);
}

/* The first of several names under which people keep the same thing. */
static const char *one_of(const json_t *o, const char *a, const char *b)
{
    const char *first = json_str(o, a, NULL);
    return first ? first : json_str(o, b, NULL);
}

static char *basic(const char *user, const char *password)
{
    auto_free char *pair = xasprintf("%s:%s", user, password);
    size_t n = strlen(pair);
    auto_free char *text = xcalloc(1, 4 * ((n + 2) / 3) + 1);
    EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)pair, (int)n);
    OPENSSL_cleanse(pair, n);
    return xasprintf("Basic %s", text);
}

static void form(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_addf(b, "%s%s=", b->len ? "&" : "", name);
    text_percent_encode(value, strlen(value), "", b);
}

/* One token, by client credentials, or for a user where the credentials name one (RFC 6749 sections 4.4 and 4.3). */
static char *fetch_token(struct servicenow *s, const json_t *credentials, int64_t *life_ms, struct stop *stop,
                         struct aws_fault *f)
{
    const char *user = one_of(credentials, "username", "user");
    auto_buf struct buf body = BUF_INIT(CREDENTIALS_MAX * 3);
    form(&body, "grant_type", user ? "password" : "client_credentials");
    form(&body, "client_id", one_of(credentials, "client_id", "clientId"));
    form(&body, "client_secret", one_of(credentials, "client_secret", "clientSecret"));
    form(&body, "username", user);
    form(&body, "password", user ? json_str(credentials, "password", "") : NULL);
    auto_free char *url = xasprintf("%s/oauth_token.do", s->options.url);
    const struct http_header headers[] = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    struct http_request request = {.method = "POST", .url = url, .headers = headers, .header_count = ARRAY_LEN(headers),
                                   .body = body.data, .body_len = body.len, .reply_max = TOKEN_REPLY_MAX};
    struct http_reply reply = {0};
    *f = (struct aws_fault){0};
    int rc = http_fetch(s->http, &request, &reply, stop, &f->err);
    OPENSSL_cleanse(body.data, body.len);
    json_auto_t *o = rc ? NULL : json_parse(buf_text(&reply.body), reply.body.len, JSON_DEPTH_UPSTREAM, NULL);
    const char *token = reply.status == 200 ? json_str(o, "access_token", NULL) : NULL;
    char *value = NULL;
    if (rc)
        err_wrap(&f->err, "could not fetch a ServiceNow token");
    else if (token && strlen(token) < 4096 && !strpbrk(token, "\r\n"))
        value = xasprintf("Bearer %s", token);
    else
        servicenow_fault(f, reply.status >= 500 ? ERR_UPSTREAM : ERR_UNAUTHENTICATED,
                         "ServiceNow gave no token (HTTP %d%s%.80s): check the client id and secret in %s", reply.status,
                         json_str(o, "error", NULL) ? ", " : "", json_str(o, "error", ""),
                         s->options.secret ? s->options.secret : s->options.credentials_file);
    int64_t said_s = json_int(o, "expires_in", 0);
    *life_ms = said_s > 0 && said_s < 86400 ? said_s * 1000 : TOKEN_LIFE_MS;
    http_reply_done(&reply);
    return value;
}

static char *make_authorization(struct servicenow *s, int64_t *life_ms, struct stop *stop, struct aws_fault *f)
{
    json_auto_t *credentials = s->options.secret ? credentials_from_secret(s, stop, f)
                                                 : credentials_from_file(s->options.credentials_file, f);
    if (!credentials)
        return NULL;
    if (one_of(credentials, "client_id", "clientId"))
        return fetch_token(s, credentials, life_ms, stop, f);
    const char *user = one_of(credentials, "username", "user"), *password = json_str(credentials, "password", NULL);
    if (user && password) {
        *life_ms = TOKEN_LIFE_MS; /* then the credentials are read again */
        return basic(user, password);
    }
    servicenow_fault(f, ERR_CONFIG,
                     "the ServiceNow credentials hold neither client_id and client_secret nor username and password");
    return NULL;
}

char *servicenow_authorization(struct servicenow *s, struct stop *stop, struct aws_fault *f)
{
    pthread_mutex_lock(&s->lock);
    bool good = s->authorization && clock_mono_ms() < s->good_until_mono_ms;
    char *kept = good ? xstrdup(s->authorization) : NULL;
    pthread_mutex_unlock(&s->lock);
    if (kept)
        return kept;
    int64_t life_ms = 0;
    char *fresh = make_authorization(s, &life_ms, stop, f);
    if (!fresh)
        return NULL;
    pthread_mutex_lock(&s->lock);
    free(s->authorization);
    s->authorization = xstrdup(fresh);
    s->good_until_mono_ms = clock_mono_ms() + life_ms - TOKEN_MARGIN_MS;
    pthread_mutex_unlock(&s->lock);
    return fresh;
}

void servicenow_forget(struct servicenow *s, const char *authorization)
{
    pthread_mutex_lock(&s->lock);
    if (s->authorization && !strcmp(s->authorization, authorization)) {
        free(s->authorization);
        s->authorization = NULL;
    }
    pthread_mutex_unlock(&s->lock);
}
