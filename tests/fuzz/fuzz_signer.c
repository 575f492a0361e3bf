/* Any path, query and header: what can be signed has a canonical form that is stable and cannot be broken out
   of. */
#include "tests/fuzz/fuzz.h"

#include "aws/canonical.h"
#include "aws/sigv4.h"
#include "base/own.h"

#include <string.h>

#define PARTS 5 /* method, path, query, header name, header value: one per line */

static struct aws_credentials keys = {.access_key_id = (char *)"AKIDEXAMPLE",
                                      .secret_access_key = (char *)"secret",
                                      .session_token = (char *)"token"};

/* Cuts the text at its first newlines; what is missing is "". The last part takes the rest, newlines and all. */
static void split(char *text, const char **parts)
{
    for (size_t i = 0; i < PARTS; i++) {
        char *end = i + 1 < PARTS ? strchr(text, '\n') : NULL;
        parts[i] = text;
        text = end ? end + 1 : text + strlen(text);
        if (end)
            *end = '\0';
    }
}

static size_t lines_of(const char *s)
{
    size_t n = 1;
    for (; *s; s++)
        n += *s == '\n';
    return n;
}

/* A canonical path or query is canonical already, but for the second encoding of a path. */
static void is_stable(const char *path, const char *query)
{
    struct err e = {0};
    auto_buf struct buf p = BUF_INIT(CANONICAL_MAX), q = BUF_INIT(CANONICAL_MAX),
                        again = BUF_INIT(CANONICAL_MAX);
    MUST(canonical_path(path, false, &p, &e) == 0);
    MUST(p.data[0] == '/' && !strstr(p.data, "//") && !strstr(p.data, "/./") && !strstr(p.data, "/../"));
    if (canonical_query(query, NULL, &q, &e) < 0)
        return;
    MUST(canonical_query(buf_text(&q), NULL, &again, &e) == 0);
    MUST(strcmp(buf_text(&q), buf_text(&again)) == 0);
}

static void sign(const struct sign_request *r)
{
    struct signer *s = signer_new();
    struct err e = {0};
    struct sign_headers h;
    auto_sigv4_steps struct sigv4_steps steps = {0}, query_steps = {0};
    auto_buf struct buf query = BUF_INIT(CANONICAL_MAX);
    if (sigv4_with_headers(s, r, &steps, &h, &e) == 0) {
        /* method, path, query, at least host and date, token, blank, names, hash: each header is one line */
        size_t names = 1;
        for (const char *p = buf_text(&steps.signed_headers); *p; p++)
            names += *p == ';';
        MUST(lines_of(buf_text(&steps.canonical)) == names + 6);
        MUST(!strpbrk(h.authorization, "\r\n") && strlen(steps.signature) == 64);
        sign_headers_done(&h);
    } else {
        MUST(e.kind == ERR_INTERNAL || e.kind == ERR_TOO_LARGE);
    }
    err_clear(&e);
    if (sigv4_with_query(s, r, 60, &query_steps, &query, &e) == 0)
        MUST(!strpbrk(buf_text(&query), " \r\n#\"<>") && strstr(buf_text(&query), "&X-Amz-Signature="));
    signer_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *text = xmemdup(data, size);
    const char *parts[PARTS];
    split(text, parts);
    is_stable(parts[1], parts[2]);
    struct http_header header = {parts[3], parts[4]};
    struct sign_request r = {.method = "GET",
                             .host = "example.amazonaws.com",
                             .path = parts[1],
                             .query = parts[2],
                             .headers = &header,
                             .header_count = 1,
                             .body = parts[4],
                             .body_len = strlen(parts[4]),
                             .region = "eu-west-1",
                             .service = parts[0][0] == 'S' ? "s3" : "glue",
                             .wall_ms = 1440938160000,
                             .credentials = &keys};
    sign(&r);
    return 0;
}
