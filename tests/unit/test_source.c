/* The parts of verify_source_data and get_cloudwatch_alarm that ask nobody: footers, dates, what is usual, filters, history. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/alarm/past.h"
#include "tools/source/parquet_footer.h"
#include "tools/source/baseline.h"
#include "tools/source/date.h"
#include "tools/source/filter.h"
#include "tools/source/inquiry.h"

#include <stdlib.h>
#include <string.h>

/* FileMetaData: version 1, an empty schema list, num_rows 300, an empty list of row groups. */
static const unsigned char footer[] = {0x15, 0x02, 0x19, 0x0c, 0x16, 0xd8, 0x04, 0x19, 0x0c, 0x00};

static int64_t rows_in(const void *p, size_t n)
{
    auto_free char *exact = n ? xmemdup(p, n) : xstrdup("");
    auto_free char *copy = xrealloc(steal(&exact), n ? n : 1); /* no byte behind it: a sanitizer sees one read too many */
    int64_t rows = -1;
    struct err e = {0};
    return parquet_rows(copy, n, &rows, &e) ? -1 : rows;
}

static void footer_tells_rows(void **state)
{
    (void)state;
    assert_int_equal(rows_in(footer, sizeof footer), 300);
    for (size_t n = 0; n < 7; n++)
        assert_int_equal(rows_in(footer, n), -1);
}

static void footer_skips_what_it_does_not_know(void **state)
{
    (void)state;
    static const unsigned char odd[] = {
        0x11,                                                 /* 1: true */
        0x03, 0x00, 0x7f,                                     /* a byte under a written-out id, 0 */
        0x28, 0x02, 'a', 'b',                                 /* 2: binary */
        0x06, 0x06, 0x28,                                     /* 3, written out: num_rows 20 */
        0x00};
    assert_int_equal(rows_in(odd, sizeof odd), 20);
    static const unsigned char map[] = {0x1b, 0x01, 0x85, 0x01, 'k', 0x02, 0x26, 0x0a, 0x00};
    assert_int_equal(rows_in(map, sizeof map), 5);
}

static void hostile_footers_are_refused(void **state)
{
    (void)state;
    static const unsigned char endless[] = {0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    assert_int_equal(rows_in(endless, sizeof endless), -1);
    static const unsigned char long_text[] = {0x18, 0xff, 0xff, 0xff, 0xff, 0x0f, 'x'};
    assert_int_equal(rows_in(long_text, sizeof long_text), -1);
    static const unsigned char negative[] = {0x36, 0x01, 0x00};
    assert_int_equal(rows_in(negative, sizeof negative), -1);
    unsigned char deep[4000];
    memset(deep, 0x1c, sizeof deep);
    assert_int_equal(rows_in(deep, sizeof deep), -1);
    memset(deep, 0x19, sizeof deep);
    assert_int_equal(rows_in(deep, sizeof deep), -1);
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        unsigned char noise[24];
        for (size_t i = 0; i < sizeof noise; i++) {
            seed = seed * 1664525 + 1013904223;
            noise[i] = (unsigned char)(seed >> 24);
        }
        assert_true(rows_in(noise, sizeof noise) >= -1); /* the sanitizers are the judges here */
    }
}

static void tails_are_checked(void **state)
{
    (void)state;
    struct err e = {0};
    size_t n = 0;
    assert_int_equal(parquet_tail("\x0a\0\0\0PAR1", 8, 100, &n, &e), 0);
    assert_int_equal(n, 10);
    static const struct {
        const char *tail;
        int64_t size;
        enum err_kind kind;
    } cases[] = {
        {"\x0a\0\0\0PARE", 100, ERR_DENIED},
        {"\x0a\0\0\0PAR2", 100, ERR_UPSTREAM},
        {"\x59\0\0\0PAR1", 100, ERR_UPSTREAM},
        {"\0\0\0\0PAR1", 100, ERR_UPSTREAM},
        {"\xff\xff\xff\xffPAR1", 100, ERR_UPSTREAM},
        {"\0\0\0\x40PAR1", (int64_t)1 << 40, ERR_TOO_LARGE},
        {"\x01\0\0\0PAR1", 11, ERR_UPSTREAM},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err why = {0};
        n = 77;
        assert_int_equal(parquet_tail(cases[i].tail, 8, cases[i].size, &n, &why), -1);
        assert_int_equal(why.kind, cases[i].kind);
        assert_int_equal(n, 77);
    }
}

static int64_t at(const char *text)
{
    int64_t ms = -1;
    assert_int_equal(clock_parse(text, &ms), 0);
    return ms;
}

static void cadences_step(void **state)
{
    (void)state;
    static const struct {
        enum cadence cadence;
        const char *from, *to;
        int n;
    } cases[] = {
        {CADENCE_HOURLY, "2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z", 1},
        {CADENCE_DAILY, "2028-02-28", "2028-02-29", 1},
        {CADENCE_DAILY, "2026-03-01", "2026-02-28", -1},
        {CADENCE_WEEKDAYS, "2026-11-20", "2026-11-23", 1},
        {CADENCE_WEEKDAYS, "2026-11-23", "2026-11-19", -2},
        {CADENCE_WEEKLY, "2026-12-28", "2027-01-04", 1},
        {CADENCE_MONTHLY, "2026-12-01", "2027-01-01", 1},
        {CADENCE_MONTHLY, "2026-01-01", "2025-11-01", -2},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(cadence_step(cases[i].cadence, at(cases[i].from), cases[i].n), at(cases[i].to));
}

static void cadences_are_inferred(void **state)
{
    (void)state;
    for (int c = 0; c < CADENCE_COUNT; c++) {
        int64_t dates[20];
        dates[0] = at("2026-06-01");
        for (int i = 1; i < 20; i++)
            dates[i] = cadence_step((enum cadence)c, dates[i - 1], 1);
        enum cadence found = CADENCE_COUNT;
        assert_true(cadence_infer(dates, 20, &found));
        assert_int_equal(found, c);
        assert_false(cadence_infer(dates, 2, &found));
    }
    int64_t wild[] = {at("2026-01-01"), at("2026-01-03"), at("2026-04-01"), at("2026-04-02")};
    enum cadence none;
    assert_false(cadence_infer(wild, 4, &none));
}

static void dates_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *date;
    } single[] = {{"dt", "2026-11-21", "2026-11-21"},
                  {"", "20261121", "2026-11-21"},
                  {"h", "2026-11-21-05", "2026-11-21T05:00:00Z"},
                  {"h", "2026112105", "2026-11-21T05:00:00Z"},
                  {"m", "2026-11", "2026-11-01"}};
    struct date_layout l;
    char text[DATE_TEXT];
    for (size_t i = 0; i < ARRAY_LEN(single); i++) {
        assert_true(date_layout_of(&single[i].name, &single[i].value, 1, &l));
        assert_int_equal(date_read(&l, &single[i].value), at(single[i].date));
        assert_true(date_write(&l, 0, at(single[i].date), text));
        assert_string_equal(text, single[i].value);
    }
    const char *names[] = {"year", "month", "day", "region"}, *values[] = {"2026", "2", "03", "eu"};
    assert_true(date_layout_of(names, values, 4, &l));
    assert_int_equal(date_read(&l, values), at("2026-02-03"));
    assert_true(date_write(&l, 1, at("2026-09-01"), text));
    assert_string_equal(text, "9");
    assert_true(date_write(&l, 2, at("2026-09-01"), text));
    assert_string_equal(text, "01");
    assert_false(date_write(&l, 3, at("2026-09-01"), text));
    static const char *const no_dates[] = {"2026-02-30", "2026-13-01", "eu", "", "99999999", "2026-11-21x"};
    for (size_t i = 0; i < ARRAY_LEN(no_dates); i++)
        assert_false(date_layout_of(names + 3, no_dates + i, 1, &l));
}

static void prefixes_hold_dates(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *date;
        size_t start;
    } cases[] = {{"orders/dt=2026-11-21/", "2026-11-21", 7}, {"2026-11-21/", "2026-11-21", 0},
        {"a/year=2026/month=11/day=21/", "2026-11-21", 2}, {"a/2026-11-21/hour=5/", "2026-11-21T05:00:00Z", 2},
        {"a/dt=2026-11-21/region=eu/", "2026-11-21", 2}, {"a/b/", NULL, 0}, {"", NULL, 0}, {"dt=2026-11-21", NULL, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct date_layout l;
        int64_t date;
        size_t start;
        bool found = source_prefix_layout(cases[i].prefix, &l, &date, &start);
        assert_int_equal(found, cases[i].date != NULL);
        if (found) {
            assert_int_equal(date, at(cases[i].date));
            assert_int_equal(start, cases[i].start);
        }
    }
}

static void templates_are_filled(void **state)
{
    (void)state;
    static const struct {
        const char *template, *text;
    } cases[] = {{"s3://b/dt={yyyy-MM-dd}/", "s3://b/dt=2026-02-03/"},
                 {"{yyyy}/{MM}/{dd}/{HH}", "2026/02/03/04"},
                 {"x{yyyyMMdd}y", "x20260203y"},
                 {"{mm}", NULL},
                 {"{yyyy", NULL},
                 {"a}b", NULL},
                 {"{{yyyy}}", NULL},
                 {"{yyyy'T'}", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err e = {0};
        auto_buf struct buf out = BUF_INIT(100);
        int rc = date_template(cases[i].template, at("2026-02-03T04:00:00Z"), &out, &e);
        assert_int_equal(rc, cases[i].text ? 0 : -1);
        if (cases[i].text)
            assert_string_equal(buf_text(&out), cases[i].text);
        else
            assert_int_equal(e.kind, ERR_INVALID);
    }
}

static void usual_is_median_and_spread(void **state)
{
    (void)state;
    struct baseline b;
    int64_t odd[] = {9, 1, 5}, even[] = {4, 8, 2, 6}, steady[] = {100, 100, 101, 99, 100},
            wild[] = {10, 1000, 20, 500, 90};
    baseline_of(odd, 3, &b);
    assert_int_equal(b.median, 5);
    assert_int_equal(b.mad, 4);
    baseline_of(even, 4, &b);
    assert_int_equal(b.median, 5);
    assert_int_equal(b.mad, 2);
    baseline_of(NULL, 0, &b);
    assert_int_equal(b.count, 0);
    assert_false(baseline_is_low(&b, 0));
    baseline_of(steady, 5, &b);
    assert_true(baseline_is_low(&b, 49));
    assert_false(baseline_is_low(&b, 51));
    assert_int_equal(baseline_slack(&b, 30, 60), 30);
    baseline_of(wild, 5, &b);
    assert_false(baseline_is_low(&b, 0)); /* where anything is usual nothing is low */
    assert_int_equal(baseline_slack(&b, 30, 60), 60);
    baseline_of(odd, 3, &b);
    assert_false(baseline_is_low(&b, -1000)); /* three say nothing */
}

static void filters_are_checked(void **state)
{
    (void)state;
    json_auto_t *keys = json_pack("[s, s]", "dt", "region");
    static const struct {
        const char *text, *equal; /* NULL: refused; "": fine, but no plain equalities */
    } cases[] = {
        {"dt='2026-11-21'", "{\"dt\":\"2026-11-21\"}"},
        {"DT = '2026-11-21' and region='eu'", "{\"dt\":\"2026-11-21\",\"region\":\"eu\"}"},
        {"dt >= '2026-11-01' AND (region IN ('eu', 'us') OR NOT region LIKE 'x%')", ""},
        {"dt BETWEEN '1' AND '2'", ""},
        {"dt = 20261121", "{\"dt\":\"20261121\"}"},
        {"dt='x'; DROP TABLE t", NULL},
        {"dt='x' --", NULL},
        {"dt='x''y'", NULL},
        {"dt='x", NULL},
        {"dt='x')", NULL},
        {"(dt='x'", NULL},
        {"amount>1", NULL},
        {"1=1", NULL},
        {"dt === 'x'", NULL},
        {"dt=\"x\"", NULL},
        {"/* */ dt='x'", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err e = {0};
        json_auto_t *equal = NULL;
        int rc = filter_check(cases[i].text, keys, &equal, &e);
        if (rc != (cases[i].equal ? 0 : -1))
            fail_msg("%s: %d %s", cases[i].text, rc, e.text);
        auto_free char *text = equal ? json_text(equal, NULL) : xstrdup("");
        assert_string_equal(text, cases[i].equal ? cases[i].equal : "");
    }
}

static json_t *change(int64_t at_ms, const char *summary)
{
    return json_pack("{s:f, s:s, s:s}", "Timestamp", (double)at_ms / 1000, "HistoryItemType", "StateUpdate",
                     "HistorySummary", summary);
}

static void history_adds_up(void **state)
{
    (void)state;
    json_auto_t *items =
        json_pack("[o, o, o]", change(9000000, "Alarm updated from OK to ALARM"),
                  change(5000000, "Alarm updated from ALARM to OK"), change(4000000, "Alarm updated from OK to ALARM"));
    struct alarm_past p;
    alarm_past_of(items, "ALARM", 0, 10000000, &p);
    assert_int_equal(p.transitions, 3);
    assert_int_equal(p.alarms, 2);
    assert_int_equal(p.most_in_hour, 2);
    assert_int_equal(p.last_alarm_ms, 9000000);
    assert_int_equal(p.first_ms, 4000000);
    assert_int_equal(p.in_alarm_ms, 2000000);
    json_array_insert_new(items, 0, change(9000000 + 25 * 3600000, "Alarm updated from ALARM to OK"));
    alarm_past_of(items, "OK", 0, 200000000, &p); /* a busy hour more than a day before the newest change is past */
    assert_int_equal(p.most_in_hour, 1);
    json_array_remove(items, 0);
    alarm_past_of(items, "ALARM", 4500000, 10000000, &p); /* the window begins within a time in ALARM */
    assert_int_equal(p.in_alarm_ms, 1500000);
    alarm_past_of(NULL, "ALARM", 1000, 5000, &p); /* in ALARM for longer than any history */
    assert_int_equal(p.in_alarm_ms, 4000);
    assert_int_equal(p.last_alarm_ms, -1);
    json_array_append_new(items, json_pack("{s:s, s:f, s:s}", "HistoryItemType", "ConfigurationUpdate", "Timestamp",
                                           3500.0, "HistoryData", "{{{"));
    assert_non_null(alarm_edit_before(items, 4000000, 600000));
    assert_null(alarm_edit_before(items, 4000000, 400000));
    assert_null(alarm_edit_before(items, 3400000, 600000));
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footer_tells_rows),
        cmocka_unit_test(footer_skips_what_it_does_not_know),
        cmocka_unit_test(hostile_footers_are_refused),
        cmocka_unit_test(tails_are_checked),
        cmocka_unit_test(cadences_step),
        cmocka_unit_test(cadences_are_inferred),
        cmocka_unit_test(dates_are_read_and_written),
        cmocka_unit_test(prefixes_hold_dates),
        cmocka_unit_test(templates_are_filled),
        cmocka_unit_test(usual_is_median_and_spread),
        cmocka_unit_test(filters_are_checked),
        cmocka_unit_test(history_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
