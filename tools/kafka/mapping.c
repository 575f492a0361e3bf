#include "tools/kafka/mapping.h"

#include "aws/aws.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/kafka/names.h"

#include <string.h>

#define ENDPOINTS_MAX 4096

static const json_t *endpoints(const json_t *m)
{
    return json_arr(json_obj(json_obj(m, "SelfManagedEventSource"), "Endpoints"), "KAFKA_BOOTSTRAP_SERVERS");
}

bool mapping_is_kafka(const json_t *m)
{
    return endpoints(m) || kafka_is_cluster_arn(json_str(m, "EventSourceArn", ""));
}

const char *mapping_state(const json_t *m)
{
    return json_str(m, "State", "unknown");
}

enum mapping_phase mapping_phase(const json_t *m)
{
    static const struct {
        const char *state;
        enum mapping_phase phase;
    } phases[] = {
        {"Enabled", MAPPING_ENABLED},     {"Disabled", MAPPING_DISABLED}, {"Creating", MAPPING_ENABLING},
        {"Enabling", MAPPING_ENABLING},   {"Updating", MAPPING_UPDATING}, {"Disabling", MAPPING_DISABLING},
        {"Deleting", MAPPING_DELETING},
    };
    for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
        if (!strcmp(phases[i].state, mapping_state(m)))
            return phases[i].phase;
    }
    return MAPPING_STRANGE;
}

bool mapping_changed_by_user(const json_t *m)
{
    const char *reason = json_str(m, "StateTransitionReason", "");
    return text_istarts(reason, "USER_INITIATED") || text_istarts(reason, "User action") ||
           text_istarts(reason, "User initiated");
}

const char *mapping_uuid(const json_t *m)
{
    return json_str(m, "UUID", "");
}

const char *mapping_topic(const json_t *m)
{
    const char *topic = json_string_value(json_array_get(json_arr(m, "Topics"), 0));
    return topic ? topic : "";
}

const char *mapping_group(const json_t *m)
{
    const char *managed = json_str(json_obj(m, "AmazonManagedKafkaEventSourceConfig"), "ConsumerGroupId", NULL);
    const char *own = json_str(json_obj(m, "SelfManagedKafkaEventSourceConfig"), "ConsumerGroupId", managed);
    return own ? own : mapping_uuid(m);
}

/* Whether `text` is "arn:PARTITION:SERVICE:...". */
static bool is_arn_of(const char *text, const char *service)
{
    const char *partition = text_starts(text, "arn:") ? text + strlen("arn:") : NULL;
    const char *at = partition ? strchr(partition, ':') : NULL;
    return at && text_starts(at + 1, service) && at[1 + strlen(service)] == ':';
}

enum mapping_failures mapping_failures(const json_t *m, const char **target)
{
    const char *to = json_str(json_obj(json_obj(m, "DestinationConfig"), "OnFailure"), "Destination", "");
    *target = to;
    if (text_starts(to, "kafka://")) {
        *target = to + strlen("kafka://");
        return FAILURES_KAFKA;
    }
    for (enum mapping_failures f = FAILURES_S3; f <= FAILURES_SNS; f++) {
        if (is_arn_of(to, mapping_failures_name(f)))
            return f;
    }
    *target = "";
    return FAILURES_NOWHERE;
}

const char *mapping_failures_name(enum mapping_failures f)
{
    static const char *const names[] = {NULL, "kafka", "s3", "sqs", "sns"};
    return names[f];
}

int mapping_retries(const json_t *m)
{
    const char *target;
    int64_t n = json_int(m, "MaximumRetryAttempts", -1);
    if (n < 0 && mapping_failures(m, &target) != FAILURES_NOWHERE)
        return 10;
    return n < 0 ? -1 : (int)n;
}

bool mapping_has_problem(const json_t *m)
{
    return text_istarts(json_str(m, "LastProcessingResult", ""), "PROBLEM");
}

char *mapping_endpoints(const json_t *m)
{
    const json_t *list = endpoints(m);
    if (!list)
        return NULL;
    auto_buf struct buf out = BUF_INIT(ENDPOINTS_MAX);
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
        buf_addf(&out, "%s%s", i ? "," : "", json_string_value(one) ? json_string_value(one) : "");
    return xstrdup(buf_text(&out));
}

/* How many filters, and the first as it stands: a filter that fits no record looks like a consumer that stands still. */
static void show_filters(const json_t *m, json_t *o)
{
    const json_t *filters = json_arr(json_obj(m, "FilterCriteria"), "Filters");
    if (json_array_size(filters))
        json_put(o, "filters", json_incref((json_t *)(uintptr_t)filters));
    const json_t *error = json_obj(m, "FilterCriteriaError");
    if (error)
        json_put_str(o, "filter_error", json_str(error, "Message", json_str(error, "ErrorCode", "")));
}

json_t *mapping_shown(const json_t *m)
{
    json_t *o = json_object();
    json_put_str(o, "uuid", mapping_uuid(m));
    json_put_str(o, "state", mapping_state(m));
    json_put_str(o, "state_reason", json_str(m, "StateTransitionReason", NULL));
    json_put_str(o, "last_result", json_str(m, "LastProcessingResult", NULL));
    json_put_time(o, "last_modified", aws_time_ms(m, "LastModified"));
    json_put_str(o, "function_arn", json_str(m, "FunctionArn", NULL));
    json_put_str(o, "cluster_arn", json_str(m, "EventSourceArn", NULL));
    auto_free char *own = mapping_endpoints(m);
    json_put_str(o, "bootstrap", own);
    json_put_str(o, "topic", mapping_topic(m));
    json_put_str(o, "group", mapping_group(m));
    json_put_int(o, "batch_size", json_int(m, "BatchSize", 0));
    json_put_int(o, "retries", mapping_retries(m));
    if (json_int(m, "MaximumRecordAgeInSeconds", -1) > 0)
        json_put_int(o, "record_age_max_s", json_int(m, "MaximumRecordAgeInSeconds", -1));
    json_put_flag(o, "bisect", json_flag(m, "BisectBatchOnFunctionError", false));
    const char *target;
    enum mapping_failures f = mapping_failures(m, &target);
    if (f != FAILURES_NOWHERE)
        json_put(o, "on_failure", json_pack("{s:s, s:s}", "kind", mapping_failures_name(f), "target", target));
    show_filters(m, o);
    const json_t *pollers = json_obj(m, "ProvisionedPollerConfig");
    if (pollers)
        json_put(o, "pollers", json_pack("{s:I, s:I}", "min", (json_int_t)json_int(pollers, "MinimumPollers", 0), "max",
                                         (json_int_t)json_int(pollers, "MaximumPollers", 0)));
    return o;
}
