/* What retry_kafka says of a consumer, as JSON. */
#include "tools/kafka/judge.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define TOPICS_SHOWN 50
#define PARTITIONS_SHOWN 100

static void describe_subject(struct kafka_inquiry *q)
{
    const char *name = q->ask.function.name;
    const char *region = aws_session_region(q->session);
    if (name[0]) {
        json_t *o = envelope_resource(&q->answer, "lambda_function", name, region);
        json_put_str(o, "arn", json_str(q->function, "FunctionArn", NULL));
    } else {
        json_t *o = envelope_resource(&q->answer, q->group ? "kafka_consumer_group" : "msk_cluster",
                                      q->group ? q->group : q->cluster_name.name, region);
        json_put_str(o, "arn", q->cluster_arn);
    }
    const char *group = json_str(json_obj(q->broker_view, "group"), "state", NULL);
    const char *value = q->mapping                        ? mapping_state(q->mapping)
                        : json_array_size(q->mappings) > 1 ? "several"
                        : name[0]                          ? "none"
                        : group                            ? group
                                                           : json_str(q->cluster, "State", "unknown");
    enum mapping_phase phase = q->mapping ? mapping_phase(q->mapping) : MAPPING_STRANGE;
    bool failed = q->diagnosis.cause != CAUSE_UNKNOWN || (q->mapping && mapping_has_problem(q->mapping));
    envelope_state(&q->answer, value, phase == MAPPING_ENABLED || phase == MAPPING_DISABLED, failed);
}

static void describe_function(struct kafka_inquiry *q)
{
    if (!q->function)
        return;
    static const char *const copied[][2] = {
        {"FunctionName", "name"}, {"Runtime", "runtime"}, {"State", "state"}, {"StateReason", "state_reason"},
        {"StateReasonCode", "state_reason_code"}, {"LastUpdateStatus", "last_update"}, {"LastModified", "last_modified"},
        {"Version", "version"},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < ARRAY_LEN(copied); i++)
        json_put_str(o, copied[i][1], json_str(q->function, copied[i][0], NULL));
    json_put_int(o, "timeout_s", json_int(q->function, "Timeout", 0));
    json_put_int(o, "memory_mb", json_int(q->function, "MemorySize", 0));
    if (q->reserved >= 0)
        json_put_int(o, "reserved_concurrency", q->reserved);
    json_put_str(o, "log_group", q->log_group);
    envelope_put(&q->answer, "function", o);
}

static void describe_mappings(struct kafka_inquiry *q)
{
    if (!q->mappings)
        return;
    json_t *list = json_array();
    size_t i;
    json_t *m;
    json_array_foreach(q->mappings, i, m) {
        json_t *o = mapping_shown(m);
        if (m == q->mapping && q->disabled_by)
            json_put(o, "disabled_by", json_incref(q->disabled_by));
        json_array_append_new(list, o);
    }
    envelope_put(&q->answer, "mappings", list);
}

/* Topics that lack replicas first: they are why one looks. */
static json_t *topics_shown(const struct kafka_inquiry *q)
{
    json_t *list = json_array();
    for (int pass = 0; pass < 2; pass++) {
        size_t i;
        json_t *t;
        json_array_foreach(q->topics, i, t) {
            int64_t behind = json_int(t, "OutOfSyncReplicaCount", 0);
            if ((behind > 0) != (pass == 0) || json_array_size(list) == TOPICS_SHOWN)
                continue;
            json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "name", json_str(t, "TopicName", ""), "partitions",
                                                  (json_int_t)json_int(t, "PartitionCount", 0), "out_of_sync_replicas",
                                                  (json_int_t)behind));
        }
    }
    return list;
}

static void describe_cluster(struct kafka_inquiry *q)
{
    json_t *o = json_object();
    const json_t *provisioned = json_obj(q->cluster, "Provisioned");
    json_put_str(o, "arn", q->cluster_arn);
    json_put_str(o, "name", json_str(q->cluster, "ClusterName", q->cluster_arn ? q->cluster_name.name : NULL));
    json_put_str(o, "type", json_str(q->cluster, "ClusterType", NULL));
    json_put_str(o, "state", json_str(q->cluster, "State", NULL));
    json_put_str(o, "state_message", json_str(json_obj(q->cluster, "StateInfo"), "Message", NULL));
    json_put_str(o, "kafka_version", json_str(json_obj(provisioned, "CurrentBrokerSoftwareInfo"), "KafkaVersion", NULL));
    if (provisioned)
        json_put_int(o, "brokers", json_int(provisioned, "NumberOfBrokerNodes", 0));
    json_put_str(o, "reached_by", q->door);
    if (q->topics) {
        json_put(o, "topics", topics_shown(q));
        json_put_int(o, "topic_count", (int64_t)json_array_size(q->topics));
    }
    if (q->partitions && q->topic)
        json_put(o, "topic", json_pack("{s:s, s:I, s:i, s:i}", "name", q->topic, "partitions",
                                       (json_int_t)json_array_size(q->partitions), "leaderless", kafka_leaderless(q),
                                       "out_of_sync", kafka_out_of_sync(q)));
    if (json_object_size(o))
        envelope_put(&q->answer, "cluster", o);
    else
        json_decref(o);
}

static void describe_lag(struct kafka_inquiry *q)
{
    const char *source = NULL;
    int64_t backlog = kafka_backlog(q, &source);
    json_t *o = json_object();
    json_put_str(o, "topic", q->topic);
    json_put_str(o, "group", q->group);
    if (backlog >= 0) {
        json_put_int(o, "records", backlog);
        json_put_str(o, "source", source);
        json_put_flag(o, "rising", kafka_lag_rises(q));
        if (q->broker_view)
            json_put_int(o, "partitions_uncommitted", kafka_uncommitted(q));
    }
    json_put(o, "metrics", kafka_metrics_shown(&q->metrics));
    json_put(o, "group_state", json_incref(json_obj(q->broker_view, "group")));
    json_t *partitions = json_arr(q->broker_view, "lag");
    if (json_array_size(partitions) <= PARTITIONS_SHOWN)
        json_put(o, "partitions", json_incref(partitions));
    envelope_put(&q->answer, "lag", o);
}

void kafka_describe(struct kafka_inquiry *q)
{
    describe_subject(q);
    describe_function(q);
    describe_mappings(q);
    describe_cluster(q);
    describe_lag(q);
}
