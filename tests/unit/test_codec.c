/* The codecs where they must refuse, and the corners that whole requests do not reach. */
#include "tests/unit/cmocka_all.h"

#include "aws/codec.h"
#include "aws/invoke_shared.h"
#include "aws/xml.h"
#include "base/json.h"
#include "base/own.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void times_are_written_in_three_forms(void **state)
{
    (void)state;
    static const struct {
        enum aws_time format;
        double seconds;
        const char *text; /* NULL: refused */
    } rows[] = {
        {AWS_TIME_EPOCH, 0, "0"},
        {AWS_TIME_EPOCH, 1795226707, "1795226707"},
        {AWS_TIME_EPOCH, 1795226707.123, "1795226707.123"},
        {AWS_TIME_EPOCH, -1.5, "-1.5"},
        {AWS_TIME_ISO8601, 1795226707, "2026-11-21T02:05:07Z"},
        {AWS_TIME_ISO8601, 1795226707.25, "2026-11-21T02:05:07.250Z"},
        {AWS_TIME_HTTP, 1795226707.9, "Sat, 21 Nov 2026 02:05:07 GMT"},
        {AWS_TIME_HTTP, 0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {AWS_TIME_EPOCH, 1e18, NULL},
        {AWS_TIME_ISO8601, NAN, NULL},
        {AWS_TIME_HTTP, -INFINITY, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        auto_buf struct buf out = BUF_INIT(64);
        int rc = codec_time_write(rows[i].format, rows[i].seconds, &out);
        assert_int_equal(rc, rows[i].text ? 0 : -1);
        assert_string_equal(buf_text(&out), rows[i].text ? rows[i].text : "");
    }
}

static void times_are_read_in_any_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds; /* NAN: refused */
    } rows[] = {
        {"1795226707", 1795226707},
        {"1795226707.5", 1795226707.5},
        {"1.795226707E9", 1795226707},
        {"2026-11-21T02:05:07Z", 1795226707},
        {"2026-11-21T02:05:07.25Z", 1795226707.25},
        {"2026-11-21T03:05:07+01:00", 1795226707},
        {"Sat, 21 Nov 2026 02:05:07 GMT", 1795226707},
        {"Sat, 21 Nov 2026 02:05:07.5 GMT", 1795226707.5},
        {"", NAN},
        {"nan", NAN},
        {"0x10", NAN},
        {"infinity", NAN},
        {"1e300", NAN},
        {"yesterday", NAN},
        {"2026-13-01T00:00:00Z", NAN},
        {"Sat, 21 Nov 2026 02:05:07 CET", NAN},
        {"Sat, 21 Nov 2026 02:05:07 GMT and then much more text than any time ever has", NAN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_auto_t *v = codec_time_read(rows[i].text);
        if (isnan(rows[i].seconds))
            assert_null(v);
        else
            assert_true(json_number_value(v) == rows[i].seconds);
    }
}

static void numbers_lose_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0.1", "1.5", "1e+300", "-2.5e-08", "0.30000000000000004", "123456789.123456"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        auto_buf struct buf out = BUF_INIT(64);
        assert_int_equal(codec_real_write(strtod(texts[i], NULL), &out), 0);
        assert_string_equal(buf_text(&out), texts[i]);
    }
    auto_buf struct buf out = BUF_INIT(64);
    assert_int_equal(codec_real_write(NAN, &out), -1);
}

static const char *refusal(const struct aws_operation *op, const char *input, struct err *e)
{
    struct wire_request w;
    json_auto_t *in = json_parse(input, strlen(input), JSON_DEPTH_CLIENT, e);
    assert_non_null(in);
    *e = (struct err){0};
    assert_int_equal(codec_encode(op, in, &w, e), -1);
    return e->text;
}

static void input_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct err e = {0};
    const struct aws_operation *get = &aws_s3_get_object, *list = &aws_s3_list_objects_v2;
    assert_string_equal(refusal(get, "{\"Bucket\":\"b\"}", &e), "Key is missing");
    assert_string_equal(refusal(get, "{\"Bucket\":\"b\",\"Key\":7}", &e), "Key: is not a string");
    assert_string_equal(refusal(get, "{\"Bucket\":7,\"Key\":\"k\"}", &e), "Bucket: is not a string");
    assert_string_equal(refusal(list, "{\"Bucket\":\"b\",\"MaxKeys\":\"7\"}", &e),
                        "MaxKeys: is not an integer");
    assert_string_equal(refusal(list, "{\"Bucket\":\"b\",\"FetchOwner\":1}", &e),
                        "FetchOwner: is not a boolean");
    assert_string_equal(refusal(get, "{\"Bucket\":\"b\",\"Key\":\"k\",\"Range\":\"a\\u0000b\"}", &e),
                        "Range: holds a NUL");
    assert_string_equal(refusal(get, "{\"Bucket\":\"b\",\"Key\":\"k\",\"IfMatch\":\"a\\nb\"}", &e),
                        "IfMatch: If-Match holds a control character");
    assert_string_equal(refusal(&aws_sts_assume_role, "{\"Tags\":[{\"Kee\":\"x\"}]}", &e),
                        "Tags: [0]: has no member Kee");
    assert_int_equal(e.kind, ERR_INVALID);
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    struct wire_request w;
    struct err e = {0};
    auto_free char *text = xcalloc(1, WIRE_REQUEST_MAX + 1);
    memset(text, 'x', WIRE_REQUEST_MAX);
    json_auto_t *job = json_pack("{s:s}", "JobName", text);
    assert_int_equal(codec_encode(&aws_glue_get_job, job, &w, &e), -1);
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    text[WIRE_TARGET_MAX] = '\0';
    json_auto_t *object = json_pack("{s:s, s:s}", "Bucket", "b", "Key", text);
    err_clear(&e);
    assert_int_equal(codec_encode(&aws_s3_get_object, object, &w, &e), -1);
    assert_int_equal(e.kind, ERR_TOO_LARGE);
}

/* `n` times `open`, then `n` times `close`. */
static struct xml *nested(size_t n, struct err *e)
{
    auto_buf struct buf b = BUF_INIT((size_t)1 << 22);
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, "<a>");
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, "</a>");
    return xml_parse(b.data, b.len, e);
}

static void xml_has_ceilings(void **state)
{
    (void)state;
    struct err e = {0};
    auto_xml struct xml *fits = nested(XML_DEPTH_MAX, &e);
    assert_non_null(fits);
    assert_null(nested(XML_DEPTH_MAX + 1, &e));
    assert_non_null(strstr(e.text, "nested too deep"));
    auto_buf struct buf b = BUF_INIT((size_t)1 << 22);
    buf_adds(&b, "<a>");
    for (size_t i = 0; i <= XML_NODES_MAX; i++)
        buf_adds(&b, "<b/>");
    buf_adds(&b, "</a>");
    err_clear(&e);
    assert_null(xml_parse(b.data, b.len, &e));
    assert_non_null(strstr(e.text, "too many elements"));
}

static void xml_that_is_broken_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "<a>",
                                        "<a></b>",
                                        "<a/><b/>",
                                        "text",
                                        "<a>\x01</a>",
                                        "<a>\xff</a>",
                                        "<a b='1' b='2'/>",
                                        "<!DOCTYPE a><a/>",
                                        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                                        "<a>&b;</a>"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct err e = {0};
        assert_null(xml_parse(texts[i], strlen(texts[i]), &e));
        assert_int_equal(e.kind, ERR_UPSTREAM);
    }
}

static void the_quota_ends_and_comes_back(void **state)
{
    (void)state;
    struct invoke_shared *s = invoke_shared_new();
    int taken = 0;
    while (shared_take(s, 14))
        taken++;
    assert_int_equal(taken, 500 / 14);
    assert_false(shared_take(s, 14));
    shared_give(s, 14);
    assert_true(shared_take(s, 14));
    for (int i = 0; i < 1000; i++)
        shared_give(s, 0);
    for (taken = 0; shared_take(s, 5);)
        taken++;
    assert_int_equal(taken, 100); /* never more than it began with */
    invoke_shared_free(s);
}

static void clocks_and_buckets_are_remembered_and_forgotten(void **state)
{
    (void)state;
    struct invoke_shared *s = invoke_shared_new();
    char region[REGION_MAX], name[32];
    shared_clock_learn(s, "a", 1000);
    shared_clock_learn(s, "a", 2000);
    assert_int_equal(shared_clock_offset(s, "a"), 2000);
    assert_int_equal(shared_clock_offset(s, "b"), 0);
    assert_false(shared_bucket_region(s, "lake", region));
    shared_bucket_learn(s, "lake", "eu-west-1");
    shared_bucket_learn(s, "lake", "us-east-1");
    assert_true(shared_bucket_region(s, "lake", region));
    assert_string_equal(region, "us-east-1");
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "bucket-%d", i);
        shared_bucket_learn(s, name, "eu-west-1");
    }
    assert_false(shared_bucket_region(s, "lake", region));
    assert_true(shared_bucket_region(s, "bucket-199", region));
    invoke_shared_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_in_three_forms),
        cmocka_unit_test(times_are_read_in_any_form),
        cmocka_unit_test(numbers_lose_nothing),
        cmocka_unit_test(input_that_does_not_fit_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(xml_has_ceilings),
        cmocka_unit_test(xml_that_is_broken_is_refused),
        cmocka_unit_test(the_quota_ends_and_comes_back),
        cmocka_unit_test(clocks_and_buckets_are_remembered_and_forgotten),
    };
    json_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
