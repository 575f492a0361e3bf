/* What retry_kafka judges without asking anybody: names, mappings, the way to the brokers, what a replay's result means. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/doors.h"
#include "tools/kafka/mapping.h"
#include "tools/kafka/metrics.h"
#include "tools/kafka/names.h"
#include "tools/kafka/replay.h"

#include <stdio.h>
#include <string.h>

static json_t *parsed(const char *text)
{
    json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(v);
    return v;
}

/* Text, and "region account name qualifier"; NULL: refused. */
static const struct {
    const char *text, *wanted;
} functions[] = {
    {"load", "  load "},
    {"load:live", "  load live"},
    {"123456789012:function:load", " 123456789012 load "},
    {"123456789012:function:load:7", " 123456789012 load 7"},
    {"arn:aws:lambda:eu-west-1:123456789012:function:load", "eu-west-1 123456789012 load "},
    {"arn:aws-cn:lambda:cn-north-1:123456789012:function:load:$LATEST", "cn-north-1 123456789012 load $LATEST"},
    {"", NULL},
    {":live", NULL},
    {"a:b:c", NULL},
    {"12:function:load", NULL},
    {"arn:aws:kafka:eu-west-1:123456789012:cluster/events/1", NULL},
    {"arn:aws:lambda:eu-west-1:123456789012:layer:load", NULL},
}, clusters[] = {
    {"arn:aws:kafka:eu-west-1:123456789012:cluster/events/5e1f-3", "eu-west-1 123456789012 events "},
    {"arn:aws-us-gov:kafka:us-gov-west-1:123456789012:cluster/e/s1", "us-gov-west-1 123456789012 e "},
    {"arn:aws:sqs:eu-west-1:123456789012:kafka", NULL},
    {"arn:aws:kafka:eu-west-1:123456789012:topic/events/5e1f/orders", NULL},
    {"arn:aws:kafka:eu-west-1:12:cluster/events/5e1f", NULL},
    {"arn:aws:kafka:eu-west-1:123456789012:cluster//5e1f", NULL},
    {"arn:aws:mq:us-east-1:123456789012:broker:kafka:b-1", NULL},
    {"events", NULL},
};

static void check_name(int rc, const struct kafka_name *n, const char *text, const char *wanted)
{
    char seen[400];
    snprintf(seen, sizeof seen, "%s %s %s %s", n->region, n->account, n->name, n->qualifier);
    if ((rc == 0) != (wanted != NULL) || (wanted && strcmp(seen, wanted)))
        fail_msg("%s: %d \"%s\", not \"%s\"", text, rc, seen, wanted ? wanted : "refused");
}

static void names_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        struct kafka_name n = {0};
        struct err e = {0};
        int rc = kafka_function_parse(functions[i].text, &n, &e);
        check_name(rc, &n, functions[i].text, functions[i].wanted);
        assert_int_equal(e.kind, functions[i].wanted ? ERR_NONE : ERR_INVALID);
    }
    for (size_t i = 0; i < ARRAY_LEN(clusters); i++) {
        struct kafka_name n = {0};
        int rc = kafka_cluster_parse(clusters[i].text, &n, NULL);
        check_name(rc, &n, clusters[i].text, clusters[i].wanted);
        assert_int_equal(kafka_is_cluster_arn(clusters[i].text), clusters[i].wanted != NULL);
    }
}

/* A mapping, and "kafka? phase by-user? retries failures:target group". */
static const struct {
    const char *mapping, *wanted;
} mappings[] = {
    {"{\"UUID\":\"u\",\"State\":\"Enabled\",\"EventSourceArn\":\"arn:aws:kafka:eu-west-1:123456789012:cluster/e/1\","
     "\"StateTransitionReason\":\"USER_INITIATED\"}", "1 0 1 -1 -: u"},
    {"{\"UUID\":\"u\",\"State\":\"Disabled\",\"EventSourceArn\":\"arn:aws:sqs:eu-west-1:123456789012:kafka\","
     "\"StateTransitionReason\":\"User action\",\"MaximumRetryAttempts\":5}", "0 1 1 5 -: u"},
    {"{\"UUID\":\"u\",\"State\":\"Creating\",\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"a:1\"]}},"
     "\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"g\"},\"StateTransitionReason\":\"EVENT_SOURCE_AUTHN_ERROR\"}",
     "1 2 0 -1 -: g"},
    {"{\"State\":\"Updating\",\"MaximumRetryAttempts\":-1,\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://dead\"}},"
     "\"AmazonManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"m\"}}", "0 3 0 10 kafka:dead m"},
    {"{\"State\":\"Disabling\",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:s3:::bucket\"}}}",
     "0 4 0 10 s3:arn:aws:s3:::bucket "},
    {"{\"State\":\"Deleting\",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:sqs:eu-west-1:1:sns\"}}}",
     "0 5 0 10 sqs:arn:aws:sqs:eu-west-1:1:sns "},
    {"{\"State\":\"Dreaming\",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:sns:eu-west-1:1:sqs\"}}}",
     "0 6 0 10 sns:arn:aws:sns:eu-west-1:1:sqs "},
    {"{\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn\"}}}", "0 6 0 -1 -: "},
    {"{}", "0 6 0 -1 -: "},
};

static void mappings_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(mappings); i++) {
        json_auto_t *m = parsed(mappings[i].mapping);
        char seen[400];
        const char *target, *kind = mapping_failures_name(mapping_failures(m, &target));
        snprintf(seen, sizeof seen, "%d %d %d %d %s:%s %s", mapping_is_kafka(m), (int)mapping_phase(m), mapping_changed_by_user(m),
                 mapping_retries(m), kind ? kind : "-", target, mapping_group(m));
        assert_string_equal(seen, mappings[i].wanted);
    }
}

/* What MSK offers, what this server has ("s" a secret, "c" a certificate, "p" leave for plaintext), and the ways in. */
static const struct {
    const char *offered, *has, *wanted;
} doors[] = {
    {"{}", "scp", "MSK names no brokers of this cluster"},
    {"{\"BootstrapBrokerStringSaslIam\":\"i:1\",\"BootstrapBrokerStringSaslScram\":\"s:1\",\"BootstrapBrokerStringTls\":\"t:1\"}",
     "scp", "iam=i:1 "},
    {"{\"BootstrapBrokerStringPublicSaslIam\":\"p:1\",\"BootstrapBrokerStringSaslIam\":\"i:1\"}", "", "iam=i:1 iam=p:1 "},
    {"{\"BootstrapBrokerStringSaslScram\":\"s:1\",\"BootstrapBrokerStringTls\":\"t:1\"}", "s", "scram=s:1 "},
    {"{\"BootstrapBrokerStringSaslScram\":\"s:1\",\"BootstrapBrokerStringTls\":\"t:1\"}", "", "tls=t:1 "},
    {"{\"BootstrapBrokerStringTls\":\"t:1\",\"BootstrapBrokerString\":\"b:1\"}", "cp", "mtls=t:1 "},
    {"{\"BootstrapBrokerString\":\"b:1\"}", "p", "plaintext=b:1 "},
    {"{\"BootstrapBrokerString\":\"b:1\"}", "sc", "The brokers speak plaintext only, which is refused without --kafka-plaintext"},
    {"{\"BootstrapBrokerStringSaslScram\":\"s:1\"}", "cp", "The brokers want SCRAM, and this server has no --kafka-secret"},
};

static struct kafka_access access_with(const char *has)
{
    return (struct kafka_access){
        .secret = strchr(has, 's') ? "kafka/lake" : NULL,
        .cert_file = strchr(has, 'c') ? "c.pem" : NULL,
        .key_file = strchr(has, 'c') ? "k.pem" : NULL,
        .plaintext = strchr(has, 'p') != NULL,
        .bootstrap = strchr(has, 'x') ? "a:10,aa:1" : "b:1,A:1",
    };
}

static void the_best_door_is_chosen(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        json_auto_t *offered = parsed(doors[i].offered);
        struct kafka_access access = access_with(doors[i].has);
        struct kafka_door found[KAFKA_DOORS_MAX];
        const char *why_not = NULL;
        char seen[400] = "";
        size_t n = kafka_doors_of_msk(offered, &access, found, &why_not);
        for (size_t k = 0; k < n; k++) {
            size_t at = strlen(seen);
            snprintf(seen + at, sizeof seen - at, "%s=%s ", found[k].name, found[k].bootstrap);
            kafka_door_done(&found[k]);
        }
        assert_string_equal(n ? seen : why_not, doors[i].wanted);
        assert_true(!n == (why_not != NULL));
    }
}

static void own_brokers_are_entered_as_the_mapping_does(void **state)
{
    (void)state;
    static const struct {
        const char *type, *has, *wanted;
    } rows[] = {
        {"SASL_SCRAM_512_AUTH", "s", "scram SASL_SSL SCRAM-SHA-512"}, {"SASL_SCRAM_256_AUTH", "s", "scram SASL_SSL SCRAM-SHA-256"},
        {"CLIENT_CERTIFICATE_TLS_AUTH", "c", "mtls SSL -"},           {"VPC_SUBNET", "", "tls SSL -"},
        {"VPC_SUBNET", "p", "plaintext PLAINTEXT -"},                 {"SASL_SCRAM_512_AUTH", "p", "no"},
        /* "x": the mapping's broker is none of --kafka-bootstrap */
        {"SASL_SCRAM_512_AUTH", "sx", "no"},                          {"CLIENT_CERTIFICATE_TLS_AUTH", "cx", "no"},
        {"VPC_SUBNET", "x", "tls SSL -"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_auto_t *m = json_pack("{s:[{s:s}]}", "SourceAccessConfigurations", "Type", rows[i].type);
        struct kafka_access access = access_with(rows[i].has);
        struct kafka_door d[KAFKA_DOORS_MAX];
        const char *why_not = NULL;
        char seen[100] = "no";
        if (kafka_doors_of_own("a:1", m, &access, d, &why_not)) {
            snprintf(seen, sizeof seen, "%s %s %s", d[0].name, d[0].protocol, d[0].mechanism ? d[0].mechanism : "-");
            kafka_door_done(&d[0]);
        }
        assert_string_equal(seen, rows[i].wanted);
    }
}

/* A secret goes only where it is asked for, and a certificate only where one signs in by it. */
static void security_holds_what_its_door_needs(void **state)
{
    (void)state;
    struct kafka_access access = access_with("scp");
    struct kafka_door tls = {.name = "tls", .protocol = "SSL"}, plain = {.name = "plaintext", .protocol = "PLAINTEXT"};
    json_auto_t *a = kafka_door_security(&tls, &access, NULL, NULL), *b = kafka_door_security(&plain, &access, NULL, NULL);
    assert_null(json_object_get(a, "certificate_file"));
    assert_null(json_object_get(a, "password"));
    assert_null(json_object_get(a, "plaintext_allowed"));
    assert_true(json_flag(b, "plaintext_allowed", false));
}

/* The worker's result, and what may be said of it. */
static const struct {
    const char *result;
    enum effect wanted;
} results[] = {
    {"{\"replay\":{\"produced\":3,\"settled\":true,\"complete\":true}}", EFFECT_CREATED},
    {"{\"replay\":{\"produced\":3,\"settled\":true,\"complete\":false},\"error\":{\"phase\":\"commit\"}}", EFFECT_CREATED},
    {"{\"replay\":{\"produced\":0,\"settled\":true,\"complete\":true}}", EFFECT_ALREADY_DONE},
    {"{\"replay\":{\"produced\":0,\"settled\":true},\"error\":{\"phase\":\"produce\"}}", EFFECT_FAILED},
    {"{\"replay\":{\"produced\":3,\"settled\":false}}", EFFECT_UNKNOWN},
    {"{\"replay\":{\"produced\":3}}", EFFECT_UNKNOWN},
    {"{\"error\":{\"phase\":\"connect\"}}", EFFECT_FAILED},
    {"{\"error\":{\"phase\":\"child\"}}", EFFECT_UNKNOWN},
    {"{}", EFFECT_FAILED},
};

static void a_replay_claims_no_more_than_was_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(results); i++) {
        json_auto_t *result = parsed(results[i].result);
        assert_int_equal(kafka_replay_effect(result), results[i].wanted);
    }
}

static void metrics_are_asked_for_what_is_known(void **state)
{
    (void)state;
    struct kafka_metrics m;
    json_auto_t *none = kafka_metrics_input(NULL, NULL, "g", "t", 1000000000, &m);
    json_auto_t *function = kafka_metrics_input("f", NULL, NULL, NULL, 1000000000, &m);
    json_auto_t *all = kafka_metrics_input("f", "c", "g", "t", 1000000000, &m);
    assert_null(none);
    assert_int_equal(json_array_size(json_arr(function, "MetricDataQueries")), 4);
    assert_int_equal(json_array_size(json_arr(all, "MetricDataQueries")), METRIC_COUNT);
    assert_int_equal(m.to_ms % 300000, 0);
    json_auto_t *page = parsed("{\"MetricDataResults\":[{\"Id\":\"errors\",\"Values\":[1,2],\"Timestamps\":[10,310]},"
                               "{\"Id\":\"strange\",\"Values\":[9]}]}");
    kafka_metrics_take(&m, page);
    assert_int_equal(m.series[METRIC_ERRORS].points, 2);
    assert_int_equal((int)m.series[METRIC_ERRORS].sum, 3);
    assert_int_equal(m.series[METRIC_ERRORS].last_ms, 310000);
    assert_int_equal(m.series[METRIC_OFFSET_LAG].points, 0);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_taken_apart),
        cmocka_unit_test(mappings_are_read),
        cmocka_unit_test(the_best_door_is_chosen),
        cmocka_unit_test(own_brokers_are_entered_as_the_mapping_does),
        cmocka_unit_test(security_holds_what_its_door_needs),
        cmocka_unit_test(a_replay_claims_no_more_than_was_counted),
        cmocka_unit_test(metrics_are_asked_for_what_is_known),
    };
    return cmocka_run_group_tests_name("kafka_consumer", tests, NULL, NULL);
}
