#include "tests/unit/cmocka_all.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/waiter.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void err_first_wins_and_wraps(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(err_set(&e, ERR_NOT_FOUND, "no job %s", "x"), -1);
    err_set(&e, ERR_INTERNAL, "later");
    err_wrap(&e, "glue");
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_string_equal(e.text, "glue: no job x");
    char big[1000];
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    err_wrap(&e, "%s", big);
    assert_string_equal(e.text, "glue: no job x");
}

/* What an error quotes must not break the JSON or the terminal it is shown in. */
static void err_is_one_line_of_text(void **state)
{
    (void)state;
    struct err e = {0};
    err_set(&e, ERR_INVALID, "a\nb\x1b[31m\xff\xc2\x9b%s", "\xe2\x82\xac");
    assert_string_equal(e.text, "a b [31m???\xe2\x82\xac");
    char euros[601] = "";
    for (size_t i = 0; i < 200; i++)
        memcpy(euros + 3 * i, "\xe2\x82\xac", 3);
    for (int shift = 0; shift < 3; shift++) {
        struct err cut = {0};
        err_set(&cut, ERR_INVALID, "%.*s%.600s", shift, "xx", euros);
        assert_true(text_is_utf8(cut.text, strlen(cut.text)));
        err_wrap(&cut, "%.*s", shift, "xx");
        assert_true(text_is_utf8(cut.text, strlen(cut.text)));
    }
    err_clear(&e);
    assert_int_equal(e.kind, ERR_NONE);
    err_set(NULL, ERR_INTERNAL, "nobody asks");
    err_wrap(NULL, "nobody asks");
}

static void buf_takes_all_or_nothing(void **state)
{
    (void)state;
    auto_buf struct buf none = BUF_INIT(0), huge = BUF_INIT(SIZE_MAX), zeroed = {0};
    assert_int_equal(buf_add(&none, "", 0), 0);
    assert_int_equal(buf_addc(&none, 'x'), -1);
    assert_string_equal(buf_text(&none), "");
    assert_int_equal(buf_adds(&huge, "text"), 0);
    size_t n = 0;
    auto_free char *text = buf_steal(&huge, &n);
    assert_string_equal(text, "text");
    assert_int_equal(n, 4);
    assert_string_equal(buf_text(&huge), "");
    auto_free char *empty = buf_steal(&zeroed, NULL);
    assert_string_equal(empty, "");
    buf_cut(&none, 0);
    assert_false(none.full);
}

static void buf_has_a_ceiling(void **state)
{
    (void)state;
    auto_buf struct buf b = BUF_INIT(8);
    assert_int_equal(buf_adds(&b, "12345"), 0);
    assert_int_equal(buf_adds(&b, "6789"), -1);
    assert_true(b.full);
    assert_int_equal(buf_addc(&b, '6'), -1);
    assert_string_equal(buf_text(&b), "12345");
    buf_cut(&b, 2);
    assert_int_equal(buf_addf(&b, "%s", "345678"), 0);
    assert_string_equal(buf_text(&b), "12345678");
}

static void numbers_are_strict(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rc;
        int64_t value;
    } cases[] = {{"0", 0, 0},
                 {"-7", 0, -7},
                 {"9223372036854775807", 0, INT64_MAX},
                 {"-9223372036854775808", 0, INT64_MIN},
                 {"9223372036854775808", -1, 0},
                 {"-9223372036854775809", -1, 0},
                 {"", -1, 0},
                 {"-", -1, 0},
                 {"-0", -1, 0},
                 {"01", -1, 0},
                 {"+1", -1, 0},
                 {" 1", -1, 0},
                 {"1 ", -1, 0},
                 {"1e3", -1, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t v = 0;
        assert_int_equal(text_to_i64(cases[i].text, &v), cases[i].rc);
        assert_int_equal(v, cases[i].value);
    }
}

static void base64url_is_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes;
    } good[] = {{"", ""}, {"Zg", "f"}, {"Zm8", "fo"}, {"Zm9v", "foo"}, {"Zm9vYg", "foob"}, {"-_8", "\xfb\xff"}};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        auto_buf struct buf out = BUF_INIT(64), back = BUF_INIT(64);
        assert_int_equal(text_b64url_decode(good[i].text, strlen(good[i].text), &out), 0);
        assert_string_equal(buf_text(&out), good[i].bytes);
        text_b64url_encode(buf_text(&out), out.len, &back);
        assert_string_equal(buf_text(&back), good[i].text);
    }
    static const char *const bad[] = {"Z", "Zh", "Zg==", "Zm8=", "Zm9v\n", "Zm+v", "Zm/v", "Zm9", "Zm9vY"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        auto_buf struct buf out = BUF_INIT(64);
        assert_int_equal(text_b64url_decode(bad[i], strlen(bad[i]), &out), -1);
        assert_int_equal(out.len, 0);
    }
    auto_buf struct buf out = BUF_INIT(64);
    assert_int_equal(text_b64_decode("Zg==", 4, &out), 0);
    assert_int_equal(text_b64_decode("Zg=", 3, &out), -1);
    assert_int_equal(text_b64_decode("====", 4, &out), -1);
    static const char *const padded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/8="};
    for (size_t i = 0; i < ARRAY_LEN(padded); i++) {
        auto_buf struct buf bytes = BUF_INIT(64), back = BUF_INIT(64);
        assert_int_equal(text_b64_decode(padded[i], strlen(padded[i]), &bytes), 0);
        assert_int_equal(text_b64_encode(buf_text(&bytes), bytes.len, &back), 0);
        assert_string_equal(buf_text(&back), padded[i]);
    }
}

static void percent_coding_round_trips(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(64), back = BUF_INIT(64);
    assert_int_equal(text_percent_encode("a b/\xc3\xa9+%", 8, "/", &out), 0);
    assert_string_equal(buf_text(&out), "a%20b/%C3%A9%2B%25");
    text_percent_decode(buf_text(&out), out.len, false, &back);
    assert_string_equal(buf_text(&back), "a b/\xc3\xa9+%");
    buf_cut(&back, 0);
    text_percent_decode("a+b%4%zz%41", 11, true, &back);
    assert_string_equal(buf_text(&back), "a b%4%zzA");
}

static void utf8_refuses_what_is_not(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc3", "\xf4\x90\x80\x80"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_true(text_is_utf8("\xf0\x9f\x98\x80\xe2\x82\xac", 7));
    assert_int_equal(text_utf8_floor("a\xe2\x82\xac", 3), 1);
    assert_int_equal(text_utf8_count("a\xe2\x82\xac", 4), 2);
}

static void times_round_trip(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        const char *out; /* NULL: refused */
    } cases[] = {{"2026-11-21T02:05:07Z", "2026-11-21T02:05:07Z"},
                 {"2026-11-21T02:05:07.250+05:30", "2026-11-20T20:35:07.250Z"},
                 {"2026-11-21", "2026-11-21T00:00:00Z"},
                 {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
                 {"2026-02-29", NULL},
                 {"2026-11-21T24:00:00Z", NULL},
                 {"2026-11-21T02:05:07", NULL},
                 {"2026-11-21T02:05:07.Z", NULL},
                 {"21/11/2026", NULL},
                 {"", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms;
        char text[CLOCK_TEXT_MAX];
        assert_int_equal(clock_parse(cases[i].in, &ms), cases[i].out ? 0 : -1);
        if (cases[i].out) {
            clock_rfc3339(ms, text);
            assert_string_equal(text, cases[i].out);
        }
    }
    int64_t ms;
    char text[CLOCK_TEXT_MAX];
    assert_int_equal(clock_parse_http("Sat, 21 Nov 2026 12:41:07 GMT", &ms), 0);
    clock_amz(ms, text);
    assert_string_equal(text, "20261121T124107Z");
    assert_int_equal(clock_parse_http("Sat, 21 Nov 2026 12:41:07 CET", &ms), -1);
}

static void json_is_strict(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        bool ok;
    } cases[] = {{"{}", 2, true},
                 {"3", 1, true},
                 {"\"a\\u0000b\"", 10, true},
                 {"{\"a\":1,\"a\":2}", 13, false},
                 {"{} {}", 5, false},
                 {"123\0", 4, false},
                 {"", 0, false},
                 {"]]]]{}", 6, false},
                 {"{\"a\\u0000\":1}", 14, false},
                 {"1e999", 5, false},
                 {"\"\xff\"", 3, false},
                 {"[[[[]]]]", 8, false},
                 {"[\"]]]][[[[\"]", 12, true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err e = {0};
        json_auto_t *v = json_parse(cases[i].text, cases[i].n, 3, &e);
        assert_int_equal(v != NULL, cases[i].ok);
        assert_int_equal(e.kind, cases[i].ok ? ERR_NONE : ERR_INVALID);
    }
}

static int by_number(const json_t *a, const json_t *b)
{
    return (int)(json_int(a, "i", 0) - json_int(b, "i", 0));
}

static void json_getters_know_their_type(void **state)
{
    (void)state;
    json_auto_t *v = json_pack("{s:s, s:f, s:i, s:f, s:b}", "s", "x", "whole", 42.0, "i", 7, "half", 1.5, "b", 1);
    assert_string_equal(json_str(v, "s", "-"), "x");
    assert_string_equal(json_str(v, "i", "-"), "-");
    assert_int_equal(json_int(v, "whole", -1), 42);
    assert_int_equal(json_int(v, "half", -1), -1);
    assert_int_equal(json_int(v, "s", -1), -1);
    assert_true(json_flag(v, "b", false));
    json_auto_t *unordered = json_pack("[{s:i}, {s:i, s:b}, {s:i}, {s:i}]", "i", 2, "i", 1, "first", 1, "i", 3, "i", 1);
    json_auto_t *ordered = json_sorted(unordered, by_number), *none = json_sorted(NULL, by_number);
    static const int numbers[] = {1, 1, 2, 3};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        assert_int_equal(json_int(json_array_get(ordered, i), "i", -1), numbers[i]);
    assert_true(json_flag(json_array_get(ordered, 0), "first", false));
    assert_int_equal(json_array_size(none), 0);
    json_auto_t *lossy = json_str_lossy("a\xff" "b", 3);
    assert_string_equal(json_string_value(lossy), "a\xEF\xBF\xBD" "b");
}

static void *trip_it(void *s)
{
    stop_trip(s, STOP_CANCELLED);
    return NULL;
}

static void stop_takes_any_time(void **state)
{
    (void)state;
    struct stop s;
    stop_init(&s, INT64_MAX);
    assert_int_equal(stop_check(&s), STOP_GO_ON);
    assert_int_equal(stop_left_ms(&s), INT64_MAX);
    assert_int_equal(stop_sleep(&s, 0), STOP_GO_ON);
    assert_int_equal(stop_sleep(&s, -1), STOP_GO_ON);
    stop_done(&s);
    stop_init(&s, 0);
    assert_int_equal(stop_sleep(&s, INT64_MAX), STOP_DEADLINE);
    stop_trip(&s, STOP_CANCELLED);
    assert_int_equal(stop_check(&s), STOP_DEADLINE);
    stop_done(&s);
    int64_t started = clock_mono_ms();
    assert_int_equal(stop_sleep(NULL, 3), STOP_GO_ON);
    assert_true(clock_mono_ms() - started >= 3);
    assert_int_equal(stop_check(NULL), STOP_GO_ON);
    assert_int_equal(stop_left_ms(NULL), INT64_MAX);
}

static void stop_has_its_deadline_put_off(void **state)
{
    (void)state;
    struct stop s;
    stop_init(&s, 60000);
    stop_extend(&s, 60000);
    assert_in_range(stop_left_ms(&s), 60001, 120000);
    stop_extend(&s, -60000);
    assert_in_range(stop_left_ms(&s), 1, 60000);
    stop_extend(&s, -60000);
    assert_int_equal(stop_check(&s), STOP_DEADLINE);
    stop_extend(&s, 120000);
    assert_int_equal(stop_check(&s), STOP_DEADLINE);
    stop_done(&s);
    stop_init(&s, -1);
    stop_extend(&s, -60000);
    assert_int_equal(stop_left_ms(&s), INT64_MAX);
    stop_done(&s);
}

static void count_wake(void *n)
{
    ++*(int *)n;
}

static void stop_wakes_the_late_too(void **state)
{
    (void)state;
    struct stop s;
    stop_init(&s, -1);
    stop_trip(&s, STOP_SHUTDOWN);
    int woken = 0;
    struct stop_waker w = {.wake = count_wake, .ctx = &woken};
    stop_hook(&s, &w);
    assert_int_equal(woken, 1);
    stop_unhook(&s, &w);
    stop_unhook(&s, &w); /* a second time does no harm */
    stop_done(&s);
}

/* Extremes must stay inside the buffer and come back where they can. */
static void times_have_edges(void **state)
{
    (void)state;
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, -1, 0, 253402300799999, 67767976233532799};
    for (size_t i = 0; i < ARRAY_LEN(extremes); i++) {
        char text[CLOCK_TEXT_MAX];
        clock_rfc3339(extremes[i], text);
        assert_true(strlen(text) < CLOCK_TEXT_MAX);
        clock_rfc3339_ms(extremes[i], text);
        assert_true(strlen(text) < CLOCK_TEXT_MAX);
        clock_amz(extremes[i], text);
        assert_true(strlen(text) < CLOCK_TEXT_MAX);
    }
    char text[CLOCK_TEXT_MAX];
    clock_rfc3339_ms(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    assert_int_equal(clock_utc(-1).tm_year, 69);
    assert_int_equal(clock_utc(-1).tm_sec, 59); /* rounded down, not towards 1970 */
    assert_int_equal(clock_utc(INT64_MAX).tm_year, 292278994 - 1900);
    static const char *const dates[] = {"", "Sat", "Sat, 21 Nov", "Sat, 21 aNo 2026 12:41:07 GMT", "Sat, 31 Feb 2026 12:41:07 GMT"};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++)
        assert_int_equal(clock_parse_http(dates[i], &(int64_t){0}), -1);
}

static void text_compares_as_it_says(void **state)
{
    (void)state;
    assert_true(text_iequal("Content-TYPE", "content-type") && !text_iequal("a", "ab") && !text_iequal("ab", "a"));
    assert_true(text_istarts("Bearer x", "bearer ") && !text_istarts("Bear", "bearer"));
    assert_true(text_starts("abc", "") && text_starts("abc", "ab") && !text_starts("a", "ab"));
    assert_true(text_ends("abc", "bc") && text_ends("abc", "") && !text_ends("c", "bc"));
    assert_true(text_equal_ct("abc", "abd", 2) && !text_equal_ct("abc", "abd", 3) && text_equal_ct("a", "b", 0));
    char hex[7];
    text_hex("\x00\xff\x1a", 3, hex);
    assert_string_equal(hex, "00ff1a");
    int64_t v = 7;
    assert_int_equal(text_to_range("5", 6, 9, &v), -1);
    assert_int_equal(v, 7);
    assert_int_equal(text_to_range("9", 6, 9, &v), 0);
    assert_int_equal(v, 9);
}

static void stop_wakes_sleepers_and_hooks(void **state)
{
    (void)state;
    struct stop s;
    stop_init(&s, 60000);
    int woken = 0;
    struct stop_waker w = {.wake = count_wake, .ctx = &woken};
    stop_hook(&s, &w);
    pthread_t t;
    pthread_create(&t, NULL, trip_it, &s);
    assert_int_equal(stop_sleep(&s, 60000), STOP_CANCELLED);
    pthread_join(t, NULL);
    assert_int_equal(woken, 1);
    stop_unhook(&s, &w);
    stop_trip(&s, STOP_SHUTDOWN);
    assert_int_equal(stop_check(&s), STOP_CANCELLED);
    assert_int_equal(stop_left_ms(&s), 0);
    stop_done(&s);

    stop_init(&s, 5);
    assert_int_equal(stop_sleep(&s, 60000), STOP_DEADLINE);
    struct err e = {0};
    stop_err(stop_check(&s), "reading logs", &e);
    assert_int_equal(e.kind, ERR_TIMEOUT);
    stop_done(&s);
}

static void files_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    auto_close int fd = memfd_create("whole", MFD_CLOEXEC);
    assert_true(fd >= 0);
    auto_free char *path = xasprintf("/proc/self/fd/%d", fd);
    auto_free char *text = xmalloc(10000);
    memset(text, 'x', 10000);
    assert_int_equal(write(fd, text, 10000), 10000);

    auto_buf struct buf fits = BUF_INIT(10000), small = BUF_INIT(9999), none = BUF_INIT(100);
    struct err e = {0};
    assert_int_equal(file_read(path, &fits, &e), 0);
    assert_int_equal(fits.len, 10000);
    assert_memory_equal(fits.data, text, 10000);
    assert_int_equal(file_read(path, &small, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "larger than 9999 bytes"));
    static const char *const bad[] = {"/nonexistent/file", "/", "/dev/zero"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err why = {0};
        assert_int_equal(file_read(bad[i], &none, &why), -1);
        assert_int_equal(why.kind, ERR_CONFIG);
        assert_int_equal(strncmp(why.text, bad[i], strlen(bad[i])), 0);
    }
}

static void waiters_wait_no_longer_than_their_stop(void **state)
{
    (void)state;
    struct waiter *list = NULL, late, woken;
    struct stop soon, never;
    stop_init(&soon, 20);
    stop_init(&never, -1);
    waiter_join(&list, &late);
    waiter_join(&list, &woken);
    int64_t before = clock_mono_ms();
    waiter_wait(&late, &soon);
    assert_true(clock_mono_ms() - before >= 20);
    assert_false(late.woken);
    before = clock_mono_ms();
    waiter_wait_ms(&late, &never, 20);
    assert_in_range(clock_mono_ms() - before, 20, 60000);
    assert_false(late.woken);
    waiter_wake_all(list);
    waiter_wait(&late, NULL); /* returns at once: what was said before is heard */
    waiter_wait(&woken, &never);
    assert_true(late.woken && woken.woken);
    waiter_leave(&list, &late);
    waiter_leave(&list, &woken);
    assert_null(list);
    stop_done(&soon);
    stop_done(&never);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_first_wins_and_wraps),     cmocka_unit_test(buf_has_a_ceiling),
        cmocka_unit_test(numbers_are_strict),           cmocka_unit_test(base64url_is_canonical),
        cmocka_unit_test(percent_coding_round_trips),   cmocka_unit_test(utf8_refuses_what_is_not),
        cmocka_unit_test(times_round_trip),             cmocka_unit_test(json_is_strict),
        cmocka_unit_test(json_getters_know_their_type), cmocka_unit_test(stop_wakes_sleepers_and_hooks),
        cmocka_unit_test(err_is_one_line_of_text),      cmocka_unit_test(buf_takes_all_or_nothing),
        cmocka_unit_test(stop_takes_any_time),          cmocka_unit_test(stop_wakes_the_late_too),
        cmocka_unit_test(stop_has_its_deadline_put_off),
        cmocka_unit_test(files_are_read_whole_or_not_at_all), cmocka_unit_test(waiters_wait_no_longer_than_their_stop),
        cmocka_unit_test(times_have_edges),             cmocka_unit_test(text_compares_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
