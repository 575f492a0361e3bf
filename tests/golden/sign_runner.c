/* Signs what it is told to: one request a line on stdin, every step of its signature a line on stdout. */
#include "aws/sigv4.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/golden/runner.h"

#define HEADERS_MAX 64

static const char *null_or(const json_t *object, const char *key)
{
    return json_str(object, key, NULL);
}

/* Borrows everything from the case. */
static void read_case(const json_t *test, struct http_header *headers, struct aws_credentials *keys,
                      struct sign_request *r)
{
    const json_t *list = json_arr(test, "headers");
    size_t count = json_array_size(list);
    for (size_t i = 0; i < count && i < HEADERS_MAX; i++)
        headers[i] = (struct http_header){json_string_value(json_array_get(json_array_get(list, i), 0)),
                                          json_string_value(json_array_get(json_array_get(list, i), 1))};
    json_t *body = json_object_get(test, "body");
    *keys = (struct aws_credentials){.access_key_id = (char *)null_or(test, "key_id"),
                                     .secret_access_key = (char *)null_or(test, "secret"),
                                     .session_token = (char *)null_or(test, "token")};
    *r = (struct sign_request){.method = null_or(test, "method"),
                               .host = null_or(test, "host"),
                               .path = null_or(test, "path"),
                               .query = null_or(test, "query"),
                               .headers = headers,
                               .header_count = count < HEADERS_MAX ? count : HEADERS_MAX,
                               .body = json_string_value(body),
                               .body_len = json_string_length(body),
                               .region = null_or(test, "region"),
                               .service = null_or(test, "service"),
                               .wall_ms = json_int(test, "wall_ms", 0),
                               .credentials = keys};
}

static void put_steps(json_t *out, const struct sigv4_steps *steps)
{
    json_put(out, "canonical", json_str_lossy(buf_text(&steps->canonical), steps->canonical.len));
    json_put_str(out, "to_sign", buf_text(&steps->to_sign));
    json_put_str(out, "signature", steps->signature);
}

static int sign_in_headers(struct signer *s, const struct sign_request *r, json_t *out, struct err *e)
{
    auto_sigv4_steps struct sigv4_steps steps = {0};
    struct sign_headers added;
    if (sigv4_with_headers(s, r, &steps, &added, e) < 0)
        return -1;
    put_steps(out, &steps);
    json_t *headers = json_object();
    for (size_t i = 0; i < added.count; i++)
        json_put_str(headers, added.list[i].name, added.list[i].value);
    json_put(out, "headers", headers);
    sign_headers_done(&added);
    return 0;
}

static int sign_in_query(struct signer *s, const struct sign_request *r, int expires_s, json_t *out,
                         struct err *e)
{
    auto_sigv4_steps struct sigv4_steps steps = {0};
    auto_buf struct buf query = BUF_INIT(1 << 20);
    if (sigv4_with_query(s, r, expires_s, &steps, &query, e) < 0)
        return -1;
    put_steps(out, &steps);
    json_put_str(out, "query", buf_text(&query));
    return 0;
}

static json_t *answer(void *ctx, const json_t *test, struct err *e)
{
    struct signer *s = ctx;
    struct http_header headers[HEADERS_MAX];
    struct aws_credentials keys;
    struct sign_request r;
    json_auto_t *out = json_object();
    read_case(test, headers, &keys, &r);
    int expires_s = (int)json_int(test, "expires_s", 0);
    if ((expires_s ? sign_in_query(s, &r, expires_s, out, e) : sign_in_headers(s, &r, out, e)) < 0)
        return NULL;
    return steal(&out);
}

int main(void)
{
    json_setup();
    struct signer *s = signer_new();
    int status = runner_main(answer, s);
    signer_free(s);
    return status;
}
