/* Any bytes as a log in an object, packed or plain, in pieces: nothing is lost but what is said to be left, and no ceiling is passed. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"
#include "tools/logs/gunzip.h"
#include "tools/logs/object.h"
#include "tools/logs/tail.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((uint64_t)4 << 20)
#define TAIL_MAX 4096

static void read_in_pieces(const uint8_t *data, size_t size, size_t piece, struct tail *t)
{
    auto_gunzip struct gunzip g;
    struct err e = {0};
    gunzip_init(&g, TEXT_MAX);
    for (size_t at = 0; at < size; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        if (gunzip_feed(&g, data + at, n, tail_feed, t, &e)) {
            MUST(e.kind == ERR_UPSTREAM || e.kind == ERR_TOO_LARGE);
            break;
        }
    }
    MUST(g.out <= TEXT_MAX + 65536);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    auto_tail struct tail t;
    auto_log_lines struct log_lines lines = {0};
    tail_init(&t, "emr", TAIL_MAX);
    if (data[0] == 0x1f && data[1] == 0x8b)
        read_in_pieces(data, size, 1 + size / 3, &t);
    else
        tail_feed(&t, (const char *)data, size);
    tail_finish(&t, "key", &lines);
    MUST(t.left <= t.lines);
    MUST(t.end.count == 0 && t.early.count == 0 && t.near.count == 0);
    auto_free char *uri = xmemdup(data, size), *bucket = NULL, *prefix = NULL;
    if (!log_uri_parse(uri, &bucket, &prefix))
        MUST(bucket[0] && (!prefix[0] || prefix[strlen(prefix) - 1] == '/'));
    return 0;
}
