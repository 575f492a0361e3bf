/* The worker and its parent against librdkafka's mock cluster: what a broker's errors come to, and what a child's end does.
   That nothing is lost or doubled is shown by suite kafka, on real brokers; the mock forgets offsets sent in transactions. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tests/unit/kafka_mock.h"
#include "tools/kafka/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of requests in Kafka's protocol. */
enum api { PRODUCE = 0, LIST_OFFSETS = 2, OFFSET_FETCH = 9, INIT_PRODUCER_ID = 22, ADD_PARTITIONS = 24, END_TXN = 26, TXN_OFFSET_COMMIT = 28 };

#define RECORDS 20

static struct kafka_mock mock;
static int topics_made;

static json_t *security(void)
{
    return json_pack("{s:s, s:b}", "protocol", "PLAINTEXT", "plaintext_allowed", 1);
}

static json_t *inspect_job(void)
{
    return json_pack("{s:s, s:s, s:o, s:s, s:[s]}", "action", "inspect", "bootstrap", mock.address, "security", security(), "group",
                     "orders-app", "topics", "orders");
}

/* A job over a new dead-letter topic that holds RECORDS records; `name` (32 bytes) gets its name. */
static json_t *replay_job(char *name)
{
    snprintf(name, 32, "dlq-%d", topics_made++);
    assert_int_equal(kafka_mock_do(&mock, "topic %s 1", name), 0);
    for (int i = 0; i < RECORDS; i++)
        assert_int_equal(kafka_mock_do(&mock, "produce %s 0 v%d x-error=%s", name, i, i % 2 ? "timeout" : "schema"), 0);
    auto_free char *group = kafka_replay_group(name, NULL);
    return json_pack("{s:s, s:s, s:o, s:{s:s, s:s, s:s}}", "action", "replay", "bootstrap", mock.address, "security", security(),
                     "replay", "source", name, "target", "orders", "group", group);
}

static json_t *run(json_t *job, int64_t timeout_ms)
{
    struct err e = {0};
    struct kafka_call call = {.program = kafka_mock_program("lakewarden-kafka"), .job = job, .timeout_ms = timeout_ms};
    json_t *result = NULL;
    if (kafka_run(&call, &result, &e))
        fail_msg("%s", e.text);
    json_decref(job);
    return result;
}

static void lag_is_told(void **state)
{
    (void)state;
    assert_int_equal(kafka_mock_do(&mock, "topic orders 2"), 0);
    for (int i = 0; i < 6; i++)
        assert_int_equal(kafka_mock_do(&mock, "produce orders 0 v"), 0);
    assert_int_equal(kafka_mock_do(&mock, "commit orders-app orders 0 2"), 0);
    json_auto_t *result = run(inspect_job(), 10000);
    assert_null(json_obj(result, "error"));
    assert_int_equal(json_int(result, "lag_total", -1), 4);
    assert_string_equal(json_str(json_obj(result, "group"), "state", ""), "unknown"); /* the mock lists no groups */
}

static void records_are_copied_and_counted(void **state)
{
    (void)state;
    char source[32];
    json_t *job = replay_job(source);
    json_put(json_obj(job, "replay"), "filter", json_pack("{s:s, s:s}", "header", "x-error", "value", "timeout"));
    int64_t before = kafka_mock_do(&mock, "records orders");
    json_auto_t *result = run(job, 20000);
    const json_t *replay = json_obj(result, "replay");
    assert_null(json_obj(result, "error"));
    assert_int_equal(json_int(replay, "read", -1), RECORDS);
    assert_int_equal(json_int(replay, "produced", -1), RECORDS / 2);
    assert_string_equal(json_str(json_array_get(json_arr(replay, "skipped"), 0), "reason", ""), "filter");
    assert_true(json_flag(replay, "complete", false));
    assert_int_equal(kafka_mock_do(&mock, "records orders") - before, RECORDS / 2);
}

static void a_dry_run_writes_nothing(void **state)
{
    (void)state;
    char source[32];
    json_t *job = replay_job(source);
    json_put_flag(json_obj(job, "replay"), "dry_run", true);
    json_put_int(json_obj(job, "replay"), "max_records", 7);
    int64_t before = kafka_mock_do(&mock, "records orders");
    json_auto_t *result = run(job, 20000);
    const json_t *replay = json_obj(result, "replay");
    assert_int_equal(json_int(replay, "eligible", -1), 7);
    assert_int_equal(json_int(replay, "produced", -1), 0);
    assert_string_equal(json_str(replay, "stopped_by", ""), "max_records");
    assert_int_equal(kafka_mock_do(&mock, "records orders"), before);
}

/* What a broker's answer comes to. `kind` NULL: the replay gets over it. */
static const struct {
    enum api api;
    int code, count;
    const char *kind, *phase;
} errors[] = {
    {END_TXN, 51, 1, NULL, NULL},          /* CONCURRENT_TRANSACTIONS */
    {END_TXN, 15, 1, NULL, NULL},          /* COORDINATOR_NOT_AVAILABLE */
    {INIT_PRODUCER_ID, 14, 1, NULL, NULL}, /* COORDINATOR_LOAD_IN_PROGRESS */
    {TXN_OFFSET_COMMIT, 14, 1, NULL, NULL},
    {OFFSET_FETCH, 88, 1, NULL, NULL}, /* UNSTABLE_OFFSET_COMMIT */
    {LIST_OFFSETS, 6, 1, NULL, NULL},  /* NOT_LEADER_FOR_PARTITION */
    {PRODUCE, 6, 1, NULL, NULL},
    {INIT_PRODUCER_ID, 53, 1, "authorization", "init"}, /* TRANSACTIONAL_ID_AUTHORIZATION_FAILED */
    {TXN_OFFSET_COMMIT, 30, 1, "authorization", "offsets_send"}, /* GROUP_AUTHORIZATION_FAILED */
    {ADD_PARTITIONS, 29, 1, "authorization", NULL}, /* TOPIC_AUTHORIZATION_FAILED */
    {PRODUCE, 10, 1, "broker", "produce"}, /* MSG_SIZE_TOO_LARGE */
    {END_TXN, 90, 1, "fenced", "commit"}, /* PRODUCER_FENCED */
};

static void errors_of_brokers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        char source[32];
        json_t *job = replay_job(source);
        assert_int_equal(kafka_mock_do(&mock, "error %d %d %d", (int)errors[i].api, errors[i].code, errors[i].count), 0);
        json_auto_t *result = run(job, 30000);
        const json_t *error = json_obj(result, "error");
        auto_free char *text = json_text(result, NULL);
        bool as_told = errors[i].kind ? strcmp(json_str(error, "kind", ""), errors[i].kind) == 0 : !error;
        if (errors[i].phase)
            as_told &= strcmp(json_str(error, "phase", ""), errors[i].phase) == 0;
        int64_t produced = json_int(json_obj(result, "replay"), "produced", 0);
        if (!as_told || produced != (errors[i].kind ? 0 : RECORDS))
            fail_msg("request %d, code %d: %s", (int)errors[i].api, errors[i].code, text);
    }
}

static void brokers_that_are_down(void **state)
{
    (void)state;
    kafka_mock_do(&mock, "down");
    int64_t begun = clock_mono_ms();
    json_auto_t *result = run(inspect_job(), 20000);
    kafka_mock_do(&mock, "up");
    const json_t *error = json_obj(result, "error");
    assert_string_equal(json_str(error, "kind", ""), "network");
    assert_string_equal(json_str(error, "phase", ""), "connect");
    assert_non_null(strstr(json_str(error, "message", ""), "Connection refused"));
    assert_true(clock_mono_ms() - begun < 15000);
}

static void *trip(void *stop)
{
    stop_trip(stop, STOP_CANCELLED);
    return NULL;
}

static void a_cancel_ends_an_inspection(void **state)
{
    (void)state;
    struct stop stop;
    struct err e = {0};
    json_t *result = NULL;
    json_auto_t *job = inspect_job();
    pthread_t thread;
    stop_init(&stop, -1);
    kafka_mock_do(&mock, "rtt 60000");
    int64_t begun = clock_mono_ms();
    struct kafka_call call = {.program = kafka_mock_program("lakewarden-kafka"), .job = job, .timeout_ms = 60000, .stop = &stop};
    pthread_create(&thread, NULL, trip, &stop);
    assert_int_equal(kafka_run(&call, &result, &e), -1);
    assert_int_equal(e.kind, ERR_CANCELLED);
    assert_true(clock_mono_ms() - begun < 30000);
    pthread_join(thread, NULL);
    kafka_mock_do(&mock, "rtt 0");
    stop_done(&stop);
}

static void a_worker_that_is_none(void **state)
{
    (void)state;
    json_auto_t *job = inspect_job();
    static const struct {
        const char *program;
        const char *says;
    } cases[] = {{"/nonexistent/worker", "no Kafka worker at"}, {"/bin/true", "status 0 and no result"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err e = {0};
        json_auto_t *result = NULL;
        struct kafka_call call = {.program = cases[i].program, .job = job, .timeout_ms = 5000};
        if (kafka_run(&call, &result, &e))
            assert_non_null(strstr(e.text, cases[i].says));
        else
            assert_non_null(strstr(json_str(json_obj(result, "error"), "message", ""), cases[i].says));
    }
}

static void a_bad_job_is_our_own_fault(void **state)
{
    (void)state;
    struct err e = {0};
    json_t *result = NULL;
    json_auto_t *job = inspect_job();
    json_put_str(job, "action", "delete");
    struct kafka_call call = {.program = kafka_mock_program("lakewarden-kafka"), .job = job, .timeout_ms = 5000};
    assert_int_equal(kafka_run(&call, &result, &e), -1);
    assert_int_equal(e.kind, ERR_INVALID);
    assert_non_null(strstr(e.text, "action must be"));
}

static void groups_of_replays(void **state)
{
    (void)state;
    json_auto_t *one = json_pack("[{s:i, s:i}]", "partition", 0, "start", 5);
    json_auto_t *other = json_pack("[{s:i, s:i}]", "partition", 0, "start", 6);
    json_auto_t *no_start = json_pack("[{s:i}]", "partition", 0);
    auto_free char *plain = kafka_replay_group("dlq", NULL), *a = kafka_replay_group("dlq", one),
                   *b = kafka_replay_group("dlq", other), *c = kafka_replay_group("dlq", no_start);
    assert_string_equal(plain, "lakewarden-replay-dlq");
    assert_string_equal(c, plain);
    assert_string_not_equal(a, plain);
    assert_string_not_equal(a, b);
}

static int start(void **state)
{
    (void)state;
    kafka_mock_start(&mock);
    return 0;
}

static int end(void **state)
{
    (void)state;
    kafka_mock_stop(&mock);
    return 0;
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag_is_told),
        cmocka_unit_test(records_are_copied_and_counted),
        cmocka_unit_test(a_dry_run_writes_nothing),
        cmocka_unit_test(errors_of_brokers),
        cmocka_unit_test(brokers_that_are_down),
        cmocka_unit_test(a_cancel_ends_an_inspection),
        cmocka_unit_test(a_worker_that_is_none),
        cmocka_unit_test(a_bad_job_is_our_own_fault),
        cmocka_unit_test(groups_of_replays),
    };
    return cmocka_run_group_tests(tests, start, end);
}
