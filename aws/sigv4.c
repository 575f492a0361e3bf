#include "aws/sigv4.h"

#include "aws/canonical.h"
#include "aws/sign_key.h"
#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define EXPIRES_MAX_S 604800 /* a week */

void sigv4_steps_done(struct sigv4_steps *steps)
{
    buf_done(&steps->canonical);
    buf_done(&steps->to_sign);
    buf_done(&steps->signed_headers);
}

static void steps_start(struct sigv4_steps *steps)
{
    *steps = (struct sigv4_steps){
        .canonical = BUF_INIT(CANONICAL_MAX),
        .to_sign = BUF_INIT(1024),
        .signed_headers = BUF_INIT(CANONICAL_MAX),
    };
}

/* S3 takes paths literally and wants the payload's hash in a header. */
static bool is_s3(const struct sign_request *r)
{
    return strcmp(r->service, "s3") == 0;
}

/* Headers that belong to the signature come from here alone. */
static int check_request(const struct sign_request *r, struct err *e)
{
    static const char *const ours[] = {"authorization", "x-amz-date", "x-amz-security-token",
                                       "x-amz-content-sha256"};
    for (size_t i = 0; i < r->header_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(ours); k++)
            if (text_iequal(r->headers[i].name, ours[k]))
                return err_set(e, ERR_INTERNAL, "the header %s is the signer's to set", ours[k]);
    if (!r->credentials || !r->credentials->access_key_id || !r->credentials->secret_access_key)
        return err_set(e, ERR_INTERNAL, "nothing to sign with");
    return 0;
}

static void date_of(const struct sign_request *r, char *date)
{
    char text[CLOCK_TEXT_MAX];
    clock_amz(r->wall_ms, text);
    memcpy(date, text, 16);
    date[16] = '\0';
}

static int scope_of(const struct sign_request *r, const char *date, struct sigv4_steps *steps, struct err *e)
{
    int n =
        snprintf(steps->scope, sizeof steps->scope, "%.8s/%s/%s/aws4_request", date, r->region, r->service);
    if (n < 0 || (size_t)n >= sizeof steps->scope)
        return err_set(e, ERR_INTERNAL, "region or service too long to sign for");
    return 0;
}

static void payload_hash(const struct sign_request *r, char *out)
{
    if (r->payload_hash)
        snprintf(out, SIGN_HASH_MAX, "%s", r->payload_hash);
    else
        sign_hash(r->body, r->body_len, out);
}

/* Method, path, query, headers, names of headers, payload: one per line. `added` are signed too, `more` joins
   the query. */
static int canonical_request(const struct sign_request *r, const struct http_header *added,
                             size_t added_count, const char *more, const char *hash,
                             struct sigv4_steps *steps, struct err *e)
{
    struct buf *c = &steps->canonical;
    buf_addf(c, "%s\n", r->method);
    if (canonical_path(r->path, is_s3(r), c, e) < 0)
        return -1;
    buf_addc(c, '\n');
    if (canonical_query(r->query, more, c, e) < 0)
        return -1;
    buf_addc(c, '\n');
    if (canonical_headers(r->host, r->headers, r->header_count, added, added_count, c, &steps->signed_headers,
                          e) < 0)
        return -1;
    buf_addf(c, "\n%s\n%s", buf_text(&steps->signed_headers), hash);
    return c->full ? err_set(e, ERR_TOO_LARGE, "the request is too large to be signed") : 0;
}

static void finish(struct signer *s, const struct sign_request *r, const char *date,
                   struct sigv4_steps *steps)
{
    char hash[SIGN_HASH_MAX];
    sign_hash(steps->canonical.data, steps->canonical.len, hash);
    buf_addf(&steps->to_sign, ALGORITHM "\n%s\n%s\n%s", date, steps->scope, hash);

    char day[9];
    memcpy(day, date, 8);
    day[8] = '\0';
    unsigned char key[SIGN_KEY_LEN], signature[SIGN_KEY_LEN];
    sign_key(s, r->credentials, day, r->region, r->service, key);
    sign_hmac(key, sizeof key, steps->to_sign.data, steps->to_sign.len, signature);
    OPENSSL_cleanse(key, sizeof key);
    text_hex(signature, sizeof signature, steps->signature);
}

static void header_push(struct sign_headers *h, const char *name, const char *value)
{
    h->list[h->count++] = (struct http_header){name, value};
}

int sigv4_with_headers(struct signer *s, const struct sign_request *r, struct sigv4_steps *steps,
                       struct sign_headers *out, struct err *e)
{
    steps_start(steps);
    *out = (struct sign_headers){0};
    if (check_request(r, e) < 0)
        return -1;
    date_of(r, out->date);
    if (scope_of(r, out->date, steps, e) < 0)
        return -1;
    payload_hash(r, out->payload_hash);
    header_push(out, "x-amz-date", out->date);
    if (r->credentials->session_token) {
        out->token = xstrdup(r->credentials->session_token);
        header_push(out, "x-amz-security-token", out->token);
    }
    if (is_s3(r))
        header_push(out, "x-amz-content-sha256", out->payload_hash);
    if (canonical_request(r, out->list, out->count, NULL, out->payload_hash, steps, e) < 0) {
        sign_headers_done(out);
        return -1;
    }
    finish(s, r, out->date, steps);
    out->authorization = xasprintf(ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                                   r->credentials->access_key_id, steps->scope,
                                   buf_text(&steps->signed_headers), steps->signature);
    header_push(out, "Authorization", out->authorization);
    return 0;
}

static void add_encoded(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, "%s=", name);
    if (text_percent_encode(value, strlen(value), "", out) < 0)
        out->full = true;
}

/* The parameters of the signature, all but the signature itself. */
static int query_parameters(const struct sign_request *r, const char *date, int expires_s,
                            const struct sigv4_steps *steps, const char *names, struct buf *out)
{
    auto_free char *credential = xasprintf("%s/%s", r->credentials->access_key_id, steps->scope);
    buf_adds(out, "X-Amz-Algorithm=" ALGORITHM);
    add_encoded(out, "&X-Amz-Credential", credential);
    buf_addf(out, "&X-Amz-Date=%s&X-Amz-Expires=%d", date, expires_s);
    add_encoded(out, "&X-Amz-SignedHeaders", names);
    if (r->credentials->session_token)
        add_encoded(out, "&X-Amz-Security-Token", r->credentials->session_token);
    return out->full ? -1 : 0;
}

int sigv4_with_query(struct signer *s, const struct sign_request *r, int expires_s, struct sigv4_steps *steps,
                     struct buf *out, struct err *e)
{
    steps_start(steps);
    if (check_request(r, e) < 0)
        return -1;
    if (expires_s < 1 || expires_s > EXPIRES_MAX_S)
        return err_set(e, ERR_INTERNAL, "a presigned request lives 1 to %d s, not %d", EXPIRES_MAX_S,
                       expires_s);
    char date[17], hash[SIGN_HASH_MAX];
    date_of(r, date);
    if (scope_of(r, date, steps, e) < 0)
        return -1;
    if (is_s3(r))
        snprintf(hash, sizeof hash, "UNSIGNED-PAYLOAD");
    else
        payload_hash(r, hash);

    /* The names of the signed headers are themselves part of the query that is signed: they come first. */
    auto_buf struct buf lines = BUF_INIT(CANONICAL_MAX), names = BUF_INIT(CANONICAL_MAX),
                        more = BUF_INIT(CANONICAL_MAX);
    if (canonical_headers(r->host, r->headers, r->header_count, NULL, 0, &lines, &names, e) < 0)
        return -1;
    if (query_parameters(r, date, expires_s, steps, buf_text(&names), &more) < 0)
        return err_set(e, ERR_TOO_LARGE, "the request is too large to be presigned");
    if (canonical_request(r, NULL, 0, buf_text(&more), hash, steps, e) < 0)
        return -1;
    finish(s, r, date, steps);
    buf_addf(&more, "&X-Amz-Signature=%s", steps->signature);
    if (more.full || buf_add(out, more.data, more.len) < 0)
        return err_set(e, ERR_TOO_LARGE, "the presigned request is too long");
    return 0;
}

int sign_with_headers(struct signer *s, const struct sign_request *r, struct sign_headers *out, struct err *e)
{
    auto_sigv4_steps struct sigv4_steps steps = {0};
    return sigv4_with_headers(s, r, &steps, out, e);
}

int sign_with_query(struct signer *s, const struct sign_request *r, int expires_s, struct buf *out,
                    struct err *e)
{
    auto_sigv4_steps struct sigv4_steps steps = {0};
    return sigv4_with_query(s, r, expires_s, &steps, out, e);
}

void sign_headers_done(struct sign_headers *h)
{
    if (h->token)
        OPENSSL_cleanse(h->token, strlen(h->token));
    free(h->token);
    free(h->authorization);
    *h = (struct sign_headers){0};
}
