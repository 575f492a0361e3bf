/* Any bytes: what parses is no deeper than allowed, and its text parses to the same value again. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DEPTH 8

static int depth_of(json_t *v)
{
    int deepest = 0;
    const char *key;
    size_t i;
    json_t *inner;
    json_object_foreach(v, key, inner) {
        int depth = depth_of(inner);
        deepest = depth > deepest ? depth : deepest;
    }
    json_array_foreach(v, i, inner) {
        int depth = depth_of(inner);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (json_is_object(v) || json_is_array(v));
}

static void come_back_the_same(json_t *v)
{
    struct err e = {0};
    size_t n, again_n;
    auto_free char *text = json_text(v, &n);
    json_auto_t *again = json_parse(text, n, DEPTH, &e);
    MUST(again && json_equal(v, again));
    auto_free char *again_text = json_text(again, &again_n);
    MUST(n == again_n && memcmp(text, again_text, n) == 0);
    auto_buf struct buf b = BUF_INIT(n);
    MUST(json_add(&b, v) == 0 && b.len == n);
    auto_buf struct buf small = BUF_INIT(n - 1);
    MUST(json_add(&small, v) == -1 && small.len < n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready)
        json_setup();
    ready = true;
    struct err e = {0};
    json_auto_t *v = json_parse((const char *)data, size, DEPTH, &e);
    MUST(v ? e.kind == ERR_NONE : e.kind == ERR_INVALID && e.text[0]);
    if (!v)
        return 0;
    MUST(depth_of(v) <= DEPTH);
    come_back_the_same(v);
    int depth = depth_of(v);
    json_auto_t *shallow = json_parse((const char *)data, size, depth - 1, &e);
    MUST(depth == 0 || !shallow);
    return 0;
}
