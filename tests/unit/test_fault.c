/* What is made of replies that are no success: tests/aws/faults/SERVICE_OPERATION.json, and which of them are
   sent again: tests/aws/retries.json. */
#include "tests/unit/cmocka_all.h"
#include "tests/unit/table.h"

#include "aws/fault.h"
#include "aws/operation.h"
#include "aws/retry.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reply_fill(const json_t *row, struct http_reply *reply)
{
    auto_buf struct buf lines = BUF_INIT(4096);
    const char *name, *body = json_str(row, "body", "");
    json_t *value;
    json_object_foreach(json_obj(row, "headers"), name, value)
        buf_addf(&lines, "%s: %s\n", name, json_string_value(value));
    *reply = (struct http_reply){.sent = HTTP_REPLIED,
                                 .status = (int)json_int(row, "status", 0),
                                 .body = BUF_INIT((size_t)1 << 20),
                                 .header_text = buf_steal(&lines, NULL)};
    buf_adds(&reply->body, body);
}

static void check_row(const struct aws_operation *op, const json_t *row)
{
    struct http_reply reply;
    struct aws_fault f;
    reply_fill(row, &reply);
    fault_from_reply(op, &reply, &f);
    http_reply_done(&reply);
    print_message("  %s\n", json_str(row, "about", ""));
    assert_string_equal(f.code, json_str(row, "code", ""));
    assert_string_equal(f.message, json_str(row, "message", ""));
    assert_string_equal(err_kind_name(f.err.kind), json_str(row, "kind", ""));
    assert_string_equal(f.request_id, json_str(row, "request_id", ""));
    assert_int_equal(f.retryable, json_flag(row, "retryable", false));
    assert_int_equal(f.status, json_int(row, "status", 0));
    assert_string_equal(f.detail, json_str(row, "detail", ""));
    assert_null(strstr(f.err.text, "IQoJtoken"));
    assert_non_null(strstr(f.err.text, op->name));
}

static void check_rows(const struct aws_operation *op)
{
    char name[64];
    snprintf(name, sizeof name, "aws/faults/%s_%s", op->service->name, op->name);
    json_auto_t *rows = table_load(name, 1);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) check_row(op, row);
}

static void awsjson_faults(void **state)
{
    (void)state;
    check_rows(&aws_glue_get_job);
}

static void awsjson_of_a_former_query_service(void **state)
{
    (void)state;
    check_rows(&aws_cloudwatch_describe_alarms);
}

static void rest_json_faults(void **state)
{
    (void)state;
    check_rows(&aws_mwaa_invoke_rest_api);
}

static void a_long_detail_is_cut_between_characters(void **state)
{
    (void)state;
    struct aws_fault f;
    struct http_reply reply = {.sent = HTTP_REPLIED, .status = 400, .body = BUF_INIT(8192)};
    for (int i = 0; i < 2000; i++)
        buf_adds(&reply.body, "ü");
    fault_from_reply(&aws_mwaa_invoke_rest_api, &reply, &f);
    http_reply_done(&reply);
    assert_int_equal(strlen(f.detail), sizeof f.detail - 2 /* each has two bytes */);
    assert_true(text_is_utf8(f.detail, strlen(f.detail)));
}

static void s3_faults(void **state)
{
    (void)state;
    check_rows(&aws_s3_list_objects_v2);
}

static void query_faults(void **state)
{
    (void)state;
    check_rows(&aws_sts_get_caller_identity);
}

static enum aws_safety safety_of(const json_t *row)
{
    const char *s = json_str(row, "safety", "");
    return strcmp(s, "once") == 0 ? AWS_ONCE : strcmp(s, "tokened") == 0 ? AWS_TOKENED : AWS_IDEMPOTENT;
}

static enum err_kind kind_by_name(const char *name)
{
    for (enum err_kind k = ERR_NONE; k <= ERR_INTERNAL; k++)
        if (strcmp(err_kind_name(k), name) == 0)
            return k;
    fail_msg("no kind %s", name);
    return ERR_NONE;
}

static void retries_follow_the_table(void **state)
{
    (void)state;
    json_auto_t *rows = table_load("aws/retries", 1);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *sent = json_str(row, "sent", "yes"), *kind = json_str(row, "kind", NULL);
        struct http_reply reply = {.status = (int)json_int(row, "status", 0),
                                   .sent = *sent == 'n'   ? HTTP_NOT_SENT
                                           : *sent == 'm' ? HTTP_MAYBE_SENT
                                                          : HTTP_REPLIED};
        struct aws_fault f = {.status = reply.status};
        snprintf(f.code, sizeof f.code, "%s", json_str(row, "code", ""));
        f.err.kind = reply.err.kind = kind ? kind_by_name(kind) : fault_kind(f.code, f.status);
        enum retry_kind what = retry_kind_of(&reply, &f, json_flag(row, "clock_off", false),
                                             json_flag(row, "region_off", false));
        print_message("  %s: %s %d %s\n", json_str(row, "safety", ""), json_str(row, "failure", ""),
                      reply.status, f.code);
        assert_int_equal(retry_allowed(safety_of(row), &reply, what), json_flag(row, "again", false));
        if (!json_flag(row, "again", false))
            assert_int_equal(retry_effect_unknown(safety_of(row), &reply, what),
                             json_flag(row, "effect_unknown", false));
    }
}

static void waits_grow_within_their_bounds(void **state)
{
    (void)state;
    assert_int_equal(retry_wait_ms(RETRY_TRANSIENT, 1, 0.0, -1), 0);
    assert_int_equal(retry_wait_ms(RETRY_TRANSIENT, 1, 0.5, -1), 25);
    assert_int_equal(retry_wait_ms(RETRY_TRANSIENT, 2, 0.5, -1), 50);
    assert_int_equal(retry_wait_ms(RETRY_THROTTLED, 1, 0.5, -1), 500);
    assert_int_equal(retry_wait_ms(RETRY_THROTTLED, 2, 0.5, -1), 1000);
    assert_int_equal(retry_wait_ms(RETRY_THROTTLED, 60, 0.5, -1), 10000); /* half of the greatest scale */
    assert_int_equal(retry_wait_ms(RETRY_TRANSIENT, 1, 0.0, 1500), 1500);
    assert_int_equal(retry_wait_ms(RETRY_TRANSIENT, 1, 0.5, 3600000),
                     5025); /* no service keeps us for an hour */
    assert_int_equal(retry_wait_ms(RETRY_THROTTLED, 1, 0.5, 10), 500);
    assert_int_equal(retry_wait_ms(RETRY_KEYS, 1, 0.9, 1500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(awsjson_faults),
        cmocka_unit_test(awsjson_of_a_former_query_service),
        cmocka_unit_test(rest_json_faults),
        cmocka_unit_test(a_long_detail_is_cut_between_characters),
        cmocka_unit_test(s3_faults),
        cmocka_unit_test(query_faults),
        cmocka_unit_test(retries_follow_the_table),
        cmocka_unit_test(waits_grow_within_their_bounds),
    };
    json_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
