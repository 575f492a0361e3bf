/* A header line, and behind its end JSON: a value it may repeat, or an input schema with annotations. What passes has one
   spelling in base64, and repeats no other text. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "server/mirror.h"
#include "server/mirror_params.h"

#include <string.h>

static bool repeats(const char *header, const json_t *value)
{
    struct rpc_fault f = {0};
    struct header_value h = {.value = header, .count = 1};
    int rc = mirror_check_coded("H", &h, value, &f);
    MUST(rc == 0 || (f.status == 400 && f.code == RPC_HEADER_MISMATCH && text_is_utf8(f.text, strlen(f.text))));
    return rc == 0;
}

/* Printable and as it stands, or in base64 as an encoder would write it. */
static void one_spelling_only(const char *header, const json_t *text)
{
    const char *s = json_string_value(text);
    size_t n = json_string_length(text), len = strlen(header);
    while (len && strchr(" \t", header[len - 1]))
        len--;
    auto_buf struct buf coded = BUF_INIT(1 << 20);
    buf_adds(&coded, "=?base64?");
    MUST(text_b64_encode(s, n, &coded) == 0);
    buf_adds(&coded, "?=");
    bool plain = len == n && memcmp(header, s, n) == 0;
    MUST(plain || (len == coded.len && memcmp(header, coded.data, len) == 0));
    auto_free char *longer = xasprintf("%.*sx", (int)n, s);
    json_auto_t *other = json_string(longer);
    MUST(!other || !repeats(header, other) || strlen(longer) <= n);
}

static void annotations(const json_t *schema)
{
    struct mirror_params p = {0};
    struct err e = {0};
    if (mirror_params_init(&p, schema, &e)) {
        MUST(e.kind == ERR_CONFIG && !p.list);
        return;
    }
    for (size_t i = 0; i < p.count; i++) {
        MUST(text_is_token(p.list[i].header, strlen(p.list[i].header)));
        MUST(p.list[i].depth > 0 && p.list[i].depth <= MIRROR_PATH_MAX);
    }
    struct protocol_headers none = {0};
    struct rpc_fault f = {0};
    json_auto_t *empty = json_object();
    MUST(mirror_params_check(&p, empty, &none, &f) == 0);
    mirror_params_done(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int ready;
    if (!ready++)
        json_setup();
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    if (!end)
        return 0;
    struct err e = {0};
    auto_free char *header = xstrndup((const char *)data, (size_t)(end - data));
    json_auto_t *value = json_parse((const char *)end + 1, size - (size_t)(end - data) - 1, JSON_DEPTH_CLIENT, &e);
    if (json_is_object(value))
        annotations(value);
    else if (json_is_string(value) && repeats(header, value))
        one_spelling_only(header, value);
    else if (json_is_number(value) || json_is_boolean(value))
        repeats(header, value);
    return 0;
}
