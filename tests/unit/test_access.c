/* Lines of access logs, the names of their objects, times as callers write them, and paths in S3. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/own.h"
#include "tools/access/place.h"
#include "tools/access/record.h"
#include "tools/access/when.h"
#include "tools/s3_path.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "79a5 acme [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:x 3E57 REST.GET.OBJECT "

/* A line; its key, status, agent and TLS version; key NULL: no record. */
static const struct {
    const char *line, *key;
    int status;
    const char *agent, *tls;
} lines[] = {
    {HEAD "a/b \"GET /a/b HTTP/1.1\" 200 - 9 9 7 5 \"-\" \"S3Console/0.4\" - id SigV4 c AuthHeader h TLSv1.2 - -", "a/b", 200, "S3Console/0.4", "TLSv1.2"},
    {HEAD "a%2520b%252Bc%25C3%25BC \"GET /x HTTP/1.1\" 404 NoSuchKey - - 7 - \"-\" \"a \\\"b\\\" c\" -", "a b+c\xc3\xbc", 404, "a \\\"b\\\" c", ""},
    {HEAD "a%2Bb \"GET /x HTTP/1.1\" 200 - - - 7 - \"-\" \"\" - i s c a h T p q future \"more of it\"", "a b", 200, "", "T"},
    {HEAD "k \"GET /x HTTP/1.1\" 200 - - - 7 - \"-\" \"say \"hi\" there\" -", "k", 200, "say \"hi\" there", ""},
    {HEAD "k \"GET /x HTTP/1.1\" 200 - - - 7 - \"-\" \"ends in \\\\\" - i", "k", 200, "ends in \\\\", ""},
    {HEAD "- \"-\" - -", "", 0, "", ""},
    {HEAD "k \"GET /x HTTP/1.1\" 200", "k", 200, "", ""},
    {HEAD "k \"GET /x HTTP/1.1\"", NULL, 0, NULL, NULL},
    {HEAD "k \"GET /x", NULL, 0, NULL, NULL},
    {HEAD "k \"GET /x HTTP/1.1\" OK -", NULL, 0, NULL, NULL},
    {"79a5 acme [06/Feb/2019:00:00:38] 192.0.2.3 arn:x 3E57 REST.GET.OBJECT k \"-\" 200", NULL, 0, NULL, NULL},
    {"79a5 acme [06/Abc/2019:00:00:38 +0000] 192.0.2.3 arn:x 3E57 REST.GET.OBJECT k \"-\" 200", NULL, 0, NULL, NULL},
    {"", NULL, 0, NULL, NULL},
    {"                    ", NULL, 0, NULL, NULL},
};

static void lines_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        auto_free char *line = xstrdup(lines[i].line);
        auto_access_record struct access_record r;
        int rc = access_parse(line, &r);
        if (!lines[i].key) {
            assert_int_equal(rc, -1);
            continue;
        }
        if (rc || strcmp(r.key, lines[i].key) || r.status != lines[i].status || strcmp(r.fields[ACCESS_USER_AGENT], lines[i].agent) ||
            strcmp(r.fields[ACCESS_TLS], lines[i].tls))
            fail_msg("%s: %s %d %s %s", lines[i].line, r.key ? r.key : "no record", r.status, r.fields[ACCESS_USER_AGENT], r.fields[ACCESS_TLS]);
        char at[CLOCK_TEXT_MAX];
        clock_rfc3339(r.at_ms, at);
        assert_string_equal(at, "2019-02-06T00:00:38Z");
    }
}

/* What a caller writes, and the moment; NULL: not a time. */
static const char *const times[][2] = {
    {"2026-11-21", "2026-11-21T00:00:00Z"},
    {"20261121", "2026-11-21T00:00:00Z"},
    {"2026-11-21T02:05:07Z", "2026-11-21T02:05:07Z"},
    {"2026-11-21T02:05:07.123456+00:00", "2026-11-21T02:05:07.123Z"},
    {"2026-11-21 02:05", "2026-11-21T02:05:00Z"},
    {"2026-11-21t02", "2026-11-21T02:00:00Z"},
    {"20261121T073507+0530", "2026-11-21T02:05:07Z"},
    {"2026-11-21T04:05:07+02", "2026-11-21T02:05:07Z"},
    {"2026-11-21 02:05:07 -01:30", "2026-11-21T03:35:07Z"},
    {"2026-11-21T02:05:07z", "2026-11-21T02:05:07Z"},
    {"yesterday", NULL},
    {"2026", NULL},
    {"2026-13-01", NULL},
    {"2026-11-21T", NULL},
    {"2026-11-21T25:00", NULL},
    {"2026-11-21T02:05:07 CET", NULL},
    {"2026-11-21T02:05:07+2", NULL},
    {"", NULL},
};

static void times_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        int64_t ms = 0;
        bool day = false;
        int rc = when_parse(times[i][0], &ms, &day);
        char text[CLOCK_TEXT_MAX];
        clock_rfc3339(ms, text);
        if (times[i][1] ? rc || strcmp(text, times[i][1]) : rc == 0)
            fail_msg("%s: %d %s", times[i][0], rc, text);
        if (!rc)
            assert_int_equal(day, strcspn(times[i][0], "Tt ") == strlen(times[i][0]));
    }
}

static void names_hold_their_time(void **state)
{
    (void)state;
    int64_t at;
    assert_int_equal(clock_parse("2026-11-21T02:05:07Z", &at), 0);
    auto_free char *key = access_key_at("logs/raw-", at);
    assert_string_equal(key, "logs/raw-2026-11-21-02-05-07");
    char folder[12];
    access_day_folder(at, folder);
    assert_string_equal(folder, "2026/11/21/");
    assert_true(access_key_time("logs/raw-2026-11-21-02-05-07-A1B2C3D4E5F60718") == at);
    assert_true(access_key_time("p/1/r/b/2026/11/21/2026-11-21-02-05-07-A1B2C3D4E5F60718") == at);
    assert_true(access_key_time("1-2-2026-11-21-02-05-07-A1B2C3D4E5F60718") == at);
    assert_true(access_key_time("logs/readme.txt") == -1);
    assert_true(access_key_time("2026-11-21-02-05") == -1);
    assert_true(access_key_time("") == -1);
}

static void paths_are_found_and_taken_apart(void **state)
{
    (void)state;
    static const char *const texts[][2] = {{"Path does not exist: s3a://b/k/;", "s3://b/k/"}, {"url: s3://bbb/q.csv . Please", "s3://bbb/q.csv"},
        {"(s3://b/x)", "s3://b/x"}, {"see s3n://bbb/x.", "s3://bbb/x"}, {"no path, only s3", NULL}, {"s3://", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        auto_free char *path = s3_path_in(texts[i][0]);
        if (texts[i][1])
            assert_string_equal(path, texts[i][1]);
        else
            assert_null(path);
    }
    auto_free char *bucket = NULL, *key = NULL;
    assert_true(s3_path_split("s3a://acme-lake/a/b", &bucket, &key));
    assert_string_equal(bucket, "acme-lake");
    assert_string_equal(key, "a/b");
    char *none = NULL;
    assert_false(s3_path_split("https://acme/x", &none, &none));
    assert_false(s3_path_split("s3://no", &none, &none));
    assert_false(s3_path_split("s3://a b c/x", &none, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_apart),
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(names_hold_their_time),
        cmocka_unit_test(paths_are_found_and_taken_apart),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
