/* The Kafka worker's judgement, without any broker: jobs, records, numbers, errors. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "kafka/fault.h"
#include "kafka/job.h"
#include "kafka/origin.h"
#include "kafka/tally.h"
#include "kafka/target.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN "\"security\":{\"protocol\":\"PLAINTEXT\",\"plaintext_allowed\":true}"
#define START "{\"bootstrap\":\"b:9092\","
#define REPLAY START PLAIN ",\"action\":\"replay\",\"replay\":{\"source\":\"dlq\",\"group\":\"lakewarden-replay-dlq\""

/* A job and what its refusal names; NULL: it is a good one. */
static const struct {
    const char *job, *names;
} jobs[] = {
    {START PLAIN ",\"action\":\"inspect\"}", NULL},
    {REPLAY "}}", NULL},
    {REPLAY ",\"partitions\":[{\"partition\":0,\"start\":5,\"end\":5}]}}", NULL},
    {START "\"security\":{\"protocol\":\"SSL\"},\"action\":\"inspect\"}", NULL},
    {START "\"security\":{\"protocol\":\"SASL_SSL\",\"mechanism\":\"SCRAM-SHA-512\",\"user\":\"u\",\"password\":\"p\"},\"action\":\"inspect\"}", NULL},
    {"[]", "no object"},
    {"{", "line 1"},
    {START PLAIN "}", "action"},
    {START PLAIN ",\"action\":\"delete\"}", "action"},
    {START PLAIN ",\"action\":\"inspect\",\"extra\":1}", "extra"},
    {START PLAIN ",\"action\":\"inspect\",\"crash_file\":\"x\"}", "crash_file"},
    {START PLAIN ",\"action\":\"inspect\",\"topics\":[1]}", "topics[0]"},
    {START PLAIN ",\"action\":\"inspect\",\"group\":\"a\\u0000b\"}", "group"},
    {"{\"bootstrap\":\"\"," PLAIN ",\"action\":\"inspect\"}", "bootstrap"},
    {START "\"security\":{\"protocol\":\"PLAINTEXT\"},\"action\":\"inspect\"}", "in the clear"},
    {START "\"security\":{\"protocol\":\"SASL_PLAINTEXT\",\"mechanism\":\"AWS_MSK_IAM\"},\"action\":\"inspect\"}", "in the clear"},
    {START "\"security\":{\"protocol\":\"TLS\"},\"action\":\"inspect\"}", "protocol"},
    {START "\"security\":{\"protocol\":\"SASL_SSL\"},\"action\":\"inspect\"}", "mechanism"},
    {START "\"security\":{\"protocol\":\"SSL\",\"mechanism\":\"AWS_MSK_IAM\"},\"action\":\"inspect\"}", "mechanism"},
    {START "\"security\":{\"protocol\":\"SASL_SSL\",\"mechanism\":\"PLAIN\",\"user\":\"u\",\"password\":\"p\"},\"action\":\"inspect\"}", "mechanism"},
    {START "\"security\":{\"protocol\":\"SASL_SSL\",\"mechanism\":\"SCRAM-SHA-512\",\"user\":\"u\"},\"action\":\"inspect\"}", "password"},
    {START "\"security\":{\"protocol\":\"SASL_SSL\",\"mechanism\":\"AWS_MSK_IAM\"},\"action\":\"inspect\"}", "token"},
    {START "\"security\":{\"protocol\":\"SSL\",\"key_file\":\"k\"},\"action\":\"inspect\"}", "certificate_file"},
    {START PLAIN ",\"action\":\"replay\"}", "replay"},
    {START PLAIN ",\"action\":\"replay\",\"replay\":{\"source\":\"dlq\",\"group\":\"orders-app\"}}", "lakewarden-"},
    {START PLAIN ",\"group\":\"lakewarden-x\",\"action\":\"replay\",\"replay\":{\"source\":\"dlq\",\"group\":\"lakewarden-x\"}}", "production"},
    {REPLAY ",\"target\":\"dlq\"}}", "target"},
    {REPLAY ",\"max_records\":1000001}}", "max_records"},
    {REPLAY ",\"max_records\":-1}}", "max_records"},
    {REPLAY ",\"filter\":{\"value\":\"x\"}}}", "header"},
    {REPLAY ",\"partitions\":[{\"partition\":0},{\"partition\":0}]}}", "twice"},
    {REPLAY ",\"partitions\":[{\"partition\":0,\"start\":6,\"end\":5}]}}", "before it starts"},
};

static void jobs_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
        struct job job;
        struct err e = {0};
        int refused = job_read(&job, jobs[i].job, strlen(jobs[i].job), &e);
        if (!!refused != !!jobs[i].names || (refused && !strstr(e.text, jobs[i].names)))
            fail_msg("%s\n  should name %s, said: %s", jobs[i].job, jobs[i].names ? jobs[i].names : "nothing", e.text);
        job_done(&job);
    }
}

/* Headers as dead-lettering consumers write them, and where they say a record came from. */
static const struct {
    struct {
        const char *name, *value;
        ssize_t n;
    } headers[3];
    const char *topic;
    int32_t partition;
    int64_t replays;
} origins[] = {
    {{{"kafka_dlt-original-topic", "orders", 6}, {"kafka_dlt-original-partition", "\0\0\0\7", 4}}, "orders", 7, 0},
    {{{"x-original-topic", "orders", 6}, {"x-original-partition", "\0\0\1\0", 4}}, "orders", 256, 0},
    {{{"__connect.errors.topic", "orders", 6}, {"__connect.errors.partition", "12", 2}}, "orders", 12, 0},
    {{{"__connect.errors.topic", "orders", 6}, {"__connect.errors.partition", "1234", 4}}, "orders", 1234, 0},
    {{{"__connect.errors.topic", "orders", 6}, {"__connect.errors.partition", "-1", 2}}, "orders", -1, 0},
    {{{"kafka_dlt-original-topic", "a", 1}, {"kafka_dlt-original-topic", "b", 1}}, "b", -1, 0},
    {{{"kafka_dlt-original-topic", "__consumer_offsets", 18}}, "", -1, 0},
    {{{"kafka_dlt-original-topic", "or\0ders", 7}}, "", -1, 0},
    {{{"kafka_dlt-original-topic", "..", 2}, {"__connect.errors.topic", "orders", 6}}, "orders", -1, 0},
    {{{"kafka_dlt-original-topic", "", 0}}, "", -1, 0},
    {{{"x-replay-count", "2", 1}}, "", -1, 2},
    {{{"x-replay-count", "two", 3}}, "", -1, 0},
    {{{"x-replay-count", "99999999999999999999999", 23}}, "", -1, 0},
    {{{NULL, NULL, 0}}, "", -1, 0},
};

static void records_say_where_they_came_from(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
        rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
        for (size_t k = 0; k < 3 && origins[i].headers[k].name; k++)
            rd_kafka_header_add(headers, origins[i].headers[k].name, -1, origins[i].headers[k].value, origins[i].headers[k].n);
        struct origin o = origin_of(headers);
        assert_string_equal(o.topic, origins[i].topic);
        assert_int_equal(o.partition, origins[i].partition);
        assert_int_equal(o.replays, origins[i].replays);
        rd_kafka_headers_destroy(headers);
    }
    assert_string_equal(origin_of(NULL).topic, "");
}

static void filters_look_at_the_last_header(void **state)
{
    (void)state;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
    rd_kafka_header_add(headers, "x", -1, "old", 3);
    rd_kafka_header_add(headers, "x", -1, "new", 3);
    rd_kafka_header_add(headers, "null", -1, NULL, 0);
    assert_true(origin_header_is(headers, "x", "new"));
    assert_false(origin_header_is(headers, "x", "old"));
    assert_false(origin_header_is(headers, "x", "newer"));
    assert_true(origin_header_is(headers, "null", NULL));
    assert_false(origin_header_is(headers, "null", ""));
    assert_false(origin_header_is(headers, "y", NULL));
    assert_false(origin_header_is(NULL, "x", NULL));
    rd_kafka_headers_destroy(headers);
}

static void numbers_survive_a_life(void **state)
{
    (void)state;
    struct tally t = {.read = 7, .produced = 3};
    const struct range ranges[] = {{0, 5, 9, 20}, {3, 0, 0, 0}};
    tally_skip(&t, SKIP_REPLAYS, "dlq", 0, 6);
    tally_skip(&t, SKIP_REPLAYS, "dlq", 0, 8);
    tally_skip(&t, SKIP_TIME, "dlq", 3, 1);
    tally_produce(&t, 1, "orders", 100);
    tally_produce(&t, 0, "returns", 50);
    json_auto_t *first = tally_json(&t, ranges, 2);
    struct tally again;
    struct range *read = NULL;
    size_t n = 0;
    struct err e = {0};
    assert_int_equal(tally_read(first, &again, &read, &n, &e), 0);
    json_auto_t *second = tally_json(&again, read, n);
    assert_true(json_equal(first, second));
    assert_int_equal(again.bytes, 150);
    assert_string_equal(again.first_skipped[SKIP_REPLAYS], "dlq/0/6");
    free(read);
    json_auto_t *nothing = json_object();
    assert_int_equal(tally_read(nothing, &again, &read, &n, &e), -1);
}

static void targets_refuse_what_their_brokers_would(void **state)
{
    (void)state;
    const struct target t = {.record_max = 1000, .past_max = 5000, .future_max = 100};
    const struct target gone = {.err = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .record_max = 1000};
    assert_int_equal(target_takes(&t, 1000, 10000, 10000), SKIP_NOT);
    assert_int_equal(target_takes(&t, 1001, 10000, 10000), SKIP_SIZE);
    assert_int_equal(target_takes(&t, 1, 5000, 10000), SKIP_NOT);
    assert_int_equal(target_takes(&t, 1, 4999, 10000), SKIP_TIME);
    assert_int_equal(target_takes(&t, 1, 10100, 10000), SKIP_NOT);
    assert_int_equal(target_takes(&t, 1, 10101, 10000), SKIP_TIME);
    assert_int_equal(target_takes(&t, 1, -1, 10000), SKIP_NOT);
    assert_int_equal(target_takes(&gone, 1, 10000, 10000), SKIP_NO_TARGET);
}

static void errors_have_kinds(void **state)
{
    (void)state;
    assert_string_equal(fault_kind(RD_KAFKA_RESP_ERR__AUTHENTICATION), "authentication");
    assert_string_equal(fault_kind(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED), "authorization");
    assert_string_equal(fault_kind(RD_KAFKA_RESP_ERR__FENCED), "fenced");
    assert_string_equal(fault_kind(RD_KAFKA_RESP_ERR_INVALID_MSG), "broker");
    struct fault f = {0};
    assert_int_equal(fault_set(&f, "read", RD_KAFKA_RESP_ERR__TRANSPORT, "line\nbreak \x01"), -1);
    fault_refuse(&f, "group", "a second one");
    json_auto_t *o = fault_json(&f);
    assert_string_equal(json_str(o, "kind", ""), "network");
    assert_string_equal(json_str(o, "message", ""), "line break  ");
    assert_true(json_flag(o, "retriable", false));
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_checked),
        cmocka_unit_test(records_say_where_they_came_from),
        cmocka_unit_test(filters_look_at_the_last_header),
        cmocka_unit_test(numbers_survive_a_life),
        cmocka_unit_test(targets_refuse_what_their_brokers_would),
        cmocka_unit_test(errors_have_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
