/* Logs in objects: gzip under ceilings, the tail of what streams by, times of lines, addresses of buckets. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/logs/gunzip.h"
#include "tools/logs/object.h"
#include "tools/logs/stamp.h"
#include "tools/logs/tail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void collect(void *ctx, const char *p, size_t n)
{
    buf_add(ctx, p, n);
}

/* One gzip member. Free it. */
static char *packed(const char *text, size_t n, size_t *len)
{
    size_t room = compressBound((uLong)n) + 64;
    char *out = xmalloc(room);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)n, .next_out = (Bytef *)out, .avail_out = (uInt)room};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *len = z.total_out;
    deflateEnd(&z);
    return out;
}

static void gzip_comes_out_however_it_is_cut(void **state)
{
    (void)state;
    size_t a, b;
    auto_free char *first = packed("one\ntwo\n", 8, &a), *second = packed("three\n", 6, &b);
    auto_buf struct buf both = BUF_INIT(1024);
    buf_add(&both, first, a);
    buf_add(&both, second, b);
    buf_add(&both, "\0\0\0", 3); /* padding, as tape drives left it */
    for (size_t piece = 1; piece <= both.len; piece++) {
        auto_gunzip struct gunzip g;
        auto_buf struct buf out = BUF_INIT(1024);
        struct err e = {0};
        gunzip_init(&g, 1024);
        for (size_t at = 0; at < both.len; at += piece)
            assert_int_equal(gunzip_feed(&g, both.data + at, both.len - at < piece ? both.len - at : piece, collect, &out, &e), 0);
        assert_string_equal(buf_text(&out), "one\ntwo\nthree\n");
        assert_true(gunzip_whole(&g));
    }
}

static void gzip_has_ceilings(void **state)
{
    (void)state;
    size_t n = (size_t)8 << 20, len;
    auto_free char *zeros = xcalloc(1, n);
    auto_free char *bomb = packed(zeros, n, &len);
    auto_buf struct buf out = BUF_INIT(n);
    struct err e = {0};
    auto_gunzip struct gunzip g, small, bad;
    gunzip_init(&g, n * 2);
    assert_int_equal(gunzip_feed(&g, bomb, len, collect, &out, &e), -1); /* 1,000 times its size */
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    assert_true(out.len < n);
    err_clear(&e);
    gunzip_init(&small, 100000);
    assert_int_equal(gunzip_feed(&small, bomb, len, collect, &out, &e), -1);
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    err_clear(&e);
    gunzip_init(&bad, n);
    bomb[len / 2] ^= 0x55;
    bomb[len / 2 + 1] ^= 0x55;
    assert_int_equal(gunzip_feed(&bad, bomb, len, collect, &out, &e), -1);
    assert_false(gunzip_whole(&bad));
}

static void tail_keeps_the_end_and_early_errors(void **state)
{
    (void)state;
    auto_tail struct tail t;
    auto_log_lines struct log_lines lines = {0};
    tail_init(&t, "emr", 2000);
    const char *head = "26/11/21 03:00:00 INFO App: start\nbefore\n26/11/21 03:00:01 ERROR App: java.lang.OutOfMemoryError: Java heap "
                       "space\n\tat a.b(C.java:1)\nnot part of it\n";
    tail_feed(&t, head, strlen(head));
    for (int i = 0; i < 1000; i++) {
        char line[80];
        int n = snprintf(line, sizeof line, "26/11/21 03:05:00 INFO App: line %d\n", i);
        tail_feed(&t, line, 7);
        tail_feed(&t, line + 7, (size_t)n - 7);
    }
    tail_feed(&t, "the very end", 12);
    tail_finish(&t, "k", &lines);
    assert_true(lines.count < 80);
    assert_string_equal(lines.items[lines.count - 1].text, "the very end");
    assert_string_equal(lines.items[0].text, "26/11/21 03:00:00 INFO App: start");
    assert_string_equal(lines.items[1].text, "before");
    assert_non_null(strstr(lines.items[2].text, "OutOfMemoryError"));
    assert_true(lines.items[3].frame);
    assert_true(lines.items[3].ts_ms == lines.items[2].ts_ms);
    assert_int_equal(t.lines, 1006);
    assert_int_equal(t.lines, lines.count + t.left);
}

static void tail_cuts_endless_lines(void **state)
{
    (void)state;
    auto_tail struct tail t;
    auto_log_lines struct log_lines lines = {0};
    tail_init(&t, "emr", 100000);
    auto_free char *x = xmalloc(50000);
    memset(x, 'x', 50000);
    tail_feed(&t, x, 50000);
    tail_feed(&t, x, 50000);
    tail_feed(&t, "\nend\n", 5);
    tail_finish(&t, "k", &lines);
    assert_int_equal(lines.count, 2);
    assert_true(lines.items[0].len <= LOG_LINE_MAX);
    assert_string_equal(lines.items[1].text, "end");
}

static void stamps_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int64_t ms;
    } stamps[] = {
        {"2026-11-21 03:10:00,123 ERROR x", 1795230600123}, {"2026-11-21T03:10:00.123Z INFO x", 1795230600123},
        {"26/11/21 03:10:00 ERROR x", 1795230600000},       {"[2026-11-21 03:10:00] x", 1795230600000},
        {"  2026-11-21 03:10:00 x", 1795230600000},         {"2026-13-21 03:10:00 x", -1},
        {"2026-11-21 24:10:00 x", -1},                      {"Caused by: x", -1},
        {"", -1},                                           {"2026-11-21", -1},
        {"26/11/21 03:10", -1},
    };
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++)
        assert_int_equal(log_stamp(stamps[i].line, strlen(stamps[i].line)), stamps[i].ms);
}

static void places_are_taken_apart(void **state)
{
    (void)state;
    static const char *const uris[][3] = {
        {"s3n://acme-logs/logs", "acme-logs", "logs/"}, {"s3://acme-logs/logs/", "acme-logs", "logs/"},
        {"s3a://acme-logs", "acme-logs", ""},           {"s3://acme-logs/", "acme-logs", ""},
        {"hdfs:///logs", NULL, NULL},                   {"/var/log", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
        auto_free char *bucket = NULL, *prefix = NULL;
        assert_int_equal(log_uri_parse(uris[i][0], &bucket, &prefix), uris[i][1] ? 0 : -1);
        if (uris[i][1]) {
            assert_string_equal(bucket, uris[i][1]);
            assert_string_equal(prefix, uris[i][2]);
        }
    }
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_comes_out_however_it_is_cut),
        cmocka_unit_test(gzip_has_ceilings),
        cmocka_unit_test(tail_keeps_the_end_and_early_errors),
        cmocka_unit_test(tail_cuts_endless_lines),
        cmocka_unit_test(stamps_are_read),
        cmocka_unit_test(places_are_taken_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
