/* Any bytes as an Authorization header: what passes is one token of three canonical parts with a plain key id, and no
   refusal quotes its input. */
#include "tests/fuzz/fuzz.h"

#include "auth/bearer.h"
#include "auth/header.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* Encoding what a part decodes to gives the part again: nobody else's text means the same. */
static void one_spelling_only(const char *p, size_t n)
{
    auto_buf struct buf bytes = BUF_INIT(BEARER_TOKEN_MAX), again = BUF_INIT(BEARER_TOKEN_MAX);
    MUST(text_b64url_decode(p, n, &bytes) == 0);
    MUST(text_b64url_encode(bytes.data, bytes.len, &again) == 0);
    MUST(again.len == n && memcmp(again.data, p, n) == 0);
}

static void three_parts(const char *token, size_t n)
{
    const char *end = token + n;
    for (int i = 0; i < 3; i++) {
        const char *dot = memchr(token, '.', (size_t)(end - token));
        MUST((dot == NULL) == (i == 2));
        one_spelling_only(token, (size_t)((dot ? dot : end) - token));
        token = dot ? dot + 1 : end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int ready;
    if (!ready++)
        json_setup();
    const char *token = NULL;
    size_t len = 0;
    struct err e = {0};
    enum bearer_kind kind = bearer_parse((const char *)data, size, &token, &len, &e);
    MUST((kind == BEARER_TOKEN) == (e.kind == ERR_NONE));
    MUST(text_is_utf8(e.text, strlen(e.text)));
    if (kind != BEARER_TOKEN)
        return 0;
    MUST(len > 0 && len <= BEARER_TOKEN_MAX && token >= (const char *)data && token + len <= (const char *)data + size);
    struct jwt_parts parts = {0};
    if (jwt_parts_parse(token, len, &parts, &e)) {
        MUST(e.kind == ERR_UNAUTHENTICATED && !parts.payload && !parts.kid[0]);
        MUST(len < 60 || !memmem(e.text, strlen(e.text), token, 60));
        return 0;
    }
    MUST(e.kind == ERR_NONE && json_is_object(parts.payload));
    MUST(kid_check(parts.kid, strlen(parts.kid)) == 0);
    three_parts(token, len);
    jwt_parts_done(&parts);
    return 0;
}
