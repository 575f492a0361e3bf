/* A topic's settings, by DescribeConfigs. */
#include "kafka/cluster.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define REQUEST_MS 3000

/* Clusters before 3.6 have one limit for both directions. */
static const struct {
    const char *kafka, *member, *member_too;
    bool is_text;
} settings[] = {
    {"retention.ms", "retention_ms", NULL, false},
    {"max.message.bytes", "max_message_bytes", NULL, false},
    {"message.timestamp.type", "timestamp_type", NULL, true},
    {"message.timestamp.difference.max.ms", "timestamp_before_max_ms", "timestamp_after_max_ms", false},
    {"message.timestamp.before.max.ms", "timestamp_before_max_ms", NULL, false},
    {"message.timestamp.after.max.ms", "timestamp_after_max_ms", NULL, false},
    {"cleanup.policy", "cleanup_policy", NULL, true},
};

static void put(json_t *config, size_t row, const char *value)
{
    int64_t number;
    if (settings[row].is_text) {
        json_put_str(config, settings[row].member, value);
        return;
    }
    if (text_to_i64(value, &number))
        return;
    json_put_int(config, settings[row].member, number);
    if (settings[row].member_too)
        json_put_int(config, settings[row].member_too, number);
}

static json_t *collect(const rd_kafka_ConfigResource_t *resource)
{
    json_t *config = json_object();
    size_t n = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &n);
    for (size_t row = 0; row < ARRAY_LEN(settings); row++) {
        for (size_t i = 0; i < n; i++) {
            const char *value = rd_kafka_ConfigEntry_value(entries[i]);
            if (value && strcmp(rd_kafka_ConfigEntry_name(entries[i]), settings[row].kafka) == 0)
                put(config, row, value);
        }
    }
    return config;
}

static int take(rd_kafka_event_t *event, json_t **config, struct fault *f)
{
    rd_kafka_resp_err_t err = rd_kafka_event_error(event);
    if (err)
        return fault_set(f, "config", err, "%s", rd_kafka_event_error_string(event));
    size_t n = 0;
    const rd_kafka_ConfigResource_t **resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &n);
    if (n != 1)
        return fault_set(f, "config", RD_KAFKA_RESP_ERR__BAD_MSG, "the broker described %zu topics instead of one", n);
    err = rd_kafka_ConfigResource_error(resources[0]);
    if (err)
        return fault_set(f, "config", err, "%s", rd_kafka_ConfigResource_error_string(resources[0]));
    *config = collect(resources[0]);
    return 0;
}

/* The request has a timeout of its own; it is always waited out, so that no answer comes to a queue that is gone. */
static rd_kafka_event_t *wait_for(struct handle *h, rd_kafka_queue_t *queue)
{
    int64_t until = clock_mono_ms() + REQUEST_MS + 1000;
    rd_kafka_event_t *event = NULL;
    while (!event && clock_mono_ms() < until) {
        event = rd_kafka_queue_poll(queue, 200);
        rd_kafka_poll(h->rk, 0);
    }
    return event;
}

int cluster_config(struct handle *h, const char *topic, json_t **config, struct fault *f)
{
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(h->rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    char why[256];
    rd_kafka_AdminOptions_set_request_timeout(options, REQUEST_MS, why, sizeof why);
    rd_kafka_AdminOptions_set_broker(options, h->broker, why, sizeof why); /* each knows, not only the controller */
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(h->rk);
    rd_kafka_DescribeConfigs(h->rk, &resource, 1, options, queue);
    rd_kafka_event_t *event = wait_for(h, queue);
    int result = event ? take(event, config, f)
                       : fault_set(f, "config", RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer about the settings of %s", topic);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy(resource);
    rd_kafka_AdminOptions_destroy(options);
    return result;
}
