#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Returns how many things are wrong with one case, having said what. */
static int check(const char *file, const json_t *one)
{
    int wrong = 0;
    const json_t *in = json_object_get(one, "in"), *want = json_object_get(one, "out");
    auto_buf struct buf out = BUF_INIT(1024 * 1024), again = BUF_INIT(1024 * 1024);
    int count = 0, second = 0;
    int rc = redact_text(json_string_value(in), json_string_length(in), &out, &count);
    bool same = out.len == json_string_length(want) && memcmp(buf_text(&out), json_string_value(want), out.len) == 0;
    if (rc || !same || count != json_int(one, "count", -1)) {
        print_error("%s: %s\n  is    %s (%d)\n  wants %s (%d)\n", file, json_str(one, "name", "?"), buf_text(&out),
                    count, json_string_value(want), (int)json_int(one, "count", -1));
        wrong++;
    }
    /* what has been redacted once holds nothing more to redact */
    redact_text(buf_text(&out), out.len, &again, &second);
    if (second || strcmp(buf_text(&out), buf_text(&again)) != 0) {
        print_error("%s: %s: the second time gives %s\n", file, json_str(one, "name", "?"), buf_text(&again));
        wrong++;
    }
    return wrong;
}

static void cases_hold(void **state)
{
    (void)state;
    static const char *const files[] = {"unit/redact/tokens", "unit/redact/pairs", "unit/redact/urls", "unit/redact/keep",
                                        "unit/redact/terminal"};
    size_t seen = 0;
    int wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        json_auto_t *cases = table_load(files[i], 1);
        for (size_t k = 0; k < json_array_size(cases); k++, seen++)
            wrong += check(files[i], json_array_get(cases, k));
    }
    assert_true(seen >= 100);
    assert_int_equal(wrong, 0);
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(64);
    int count = 0;
    assert_int_equal(redact_text("a\xff\xc3z", 4, &out, &count), 0);
    assert_string_equal(buf_text(&out), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
    buf_cut(&out, 0);
    assert_int_equal(redact_text("", 0, &out, &count), 0);
    assert_int_equal(out.len, 0);
    assert_int_equal(count, 0);
}

static void a_full_buffer_keeps_what_fits(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(6);
    int count = 0;
    assert_int_equal(redact_text("abcde\xe2\x82\xac", 8, &out, &count), -1);
    assert_string_equal(buf_text(&out), "abcde");
    auto_buf struct buf small = BUF_INIT(12);
    assert_int_equal(redact_text("password=hunter2", 16, &small, &count), -1);
    assert_string_equal(buf_text(&small), "password=[re");
}

/* Every beginning of a text must be safe to read and must never show what the whole text hides. */
static void every_prefix_is_safe(void **state)
{
    (void)state;
    json_auto_t *cases = table_load("unit/redact/pairs", 1);
    for (size_t k = 0; k < json_array_size(cases); k++) {
        const json_t *in = json_object_get(json_array_get(cases, k), "in");
        for (size_t n = 0; n <= json_string_length(in); n++) {
            auto_free char *exact = xmalloc(n); /* of that size, so that a sanitizer sees a byte too many */
            memcpy(exact, json_string_value(in), n);
            auto_buf struct buf out = BUF_INIT(64 * 1024);
            int count = 0;
            assert_int_equal(redact_text(exact, n, &out, &count), 0);
            assert_null(strstr(buf_text(&out), "hunter2"));
        }
    }
}

/* Of this thread alone, so that what else the machine does does not count. */
static int64_t redact_cpu_us(const char *unit, size_t size)
{
    auto_free char *text = xmalloc(size);
    size_t len = strlen(unit);
    for (size_t k = 0; k < size; k++)
        text[k] = unit[k % len];
    auto_buf struct buf out = BUF_INIT(16 * size);
    int count = 0;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    redact_text(text, size, &out, &count);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (int64_t)(to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

/* Each of these makes a scanner that looks at things twice take quadratic time. */
static void hostile_text_takes_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {
        "eyJ-", "eyJaaaaaaaaa.", "eyJaaaaaaaaaaaa-", "ghp_", "AKIA", "-----BEGIN PRIVATE KEY-----x ", "://", "://a:b", "token:",
        "token: ", "token =", "password", "password:", "password:\"", "password=\\", "password: a ", "oracle:thin:a/",
        "Bearer ", "\x1b]", "\x1b[", "\x1b]x\n", "--password ", "a.", "_", ",", "password=,a", "<Token>", "\"", "\xff", "\xe2\x80\x8b",
        "secret\\\"", "Authorization:", "SG.", "token:/token~", "a=b,", "AKIAIOSFODNN7EXAMPLE.", "AKIAIOSFODNN7EXAMPLE-password:", "token.AKIAIOSFODNN7EXAMPLE."};
    const size_t size = 64 * 1024;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        bool linear = false;
        for (int tries = 0; !linear && tries < 5; tries++) { /* what a machine's host takes from it may be counted as ours */
            int64_t once = redact_cpu_us(units[i], size), eightfold = redact_cpu_us(units[i], 8 * size);
            print_message("%6lld us for 64 KiB, %7lld us for 512 KiB of %s\n", (long long)once, (long long)eightfold, units[i]);
            /* eight times the text takes eight times as long; if each byte were looked at from each before it, 64 times */
            linear = eightfold < 24 * once + 20000;
        }
        assert_true(linear);
    }
}

static void keys_are_told_apart(void **state)
{
    (void)state;
    static const char *const secret[] = {"password", "--db_password", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey",
                                         "clientSecret", "api-key", "apikey", "x-api-key", "PGPASSWORD", "token", "authToken",
                                         "Authorization", "Set-Cookie", "private_key", "credentials", "spark.ssl.keyPassword"};
    static const char *const plain[] = {"", "--", "job_name", "key", "partition_key", "nextToken", "token_type", "secret_arn",
                                        "password_file", "aws_access_key_id", "max_tokens", "author", "compass", "run_id"};
    for (size_t i = 0; i < ARRAY_LEN(secret); i++)
        if (!redact_key_is_secret(secret[i]))
            fail_msg("%s is a secret", secret[i]);
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (redact_key_is_secret(plain[i]))
            fail_msg("%s is no secret", plain[i]);
    char big[4096];
    memset(big, 'a', sizeof big - 1);
    memcpy(big + sizeof big - 10, "_password", 10);
    assert_true(redact_key_is_secret(big));
}

static void names_are_plain_or_not(void **state)
{
    (void)state;
    static const char *const plain[] = {"", "nightly-orders", "nächtlich ☂ \"x\" `y` {z}", "a b"};
    static const char *const others[] = {"a\nb", "a\tb", "a\rb", "\x1b[31mred", "a\u200bb", "a\u202eb", "a\u2028b", "\x7f", "\xff"};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        assert_true(redact_is_plain(plain[i], strlen(plain[i])));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (redact_is_plain(others[i], strlen(others[i])))
            fail_msg("%zu was taken", i);
    assert_false(redact_is_plain("a\0b", 3));
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_hold),           cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(keys_are_told_apart),  cmocka_unit_test(a_full_buffer_keeps_what_fits),
        cmocka_unit_test(names_are_plain_or_not), cmocka_unit_test(every_prefix_is_safe), cmocka_unit_test(hostile_text_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
