#include "tools/kafka/metrics.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define PERIOD_S 300

enum about { ABOUT_FUNCTION, ABOUT_GROUP, ABOUT_CLUSTER };

/* OffsetLag: AWS Lambda Developer Guide, "Types of metrics"; the others of AWS/Kafka: Amazon MSK Developer Guide, "Monitor
   consumer lags" and "DEFAULT level monitoring". */
static const struct {
    const char *id, *name, *stat;
    enum about about;
} metrics[METRIC_COUNT] = {
    [METRIC_OFFSET_LAG] = {"offset_lag", "OffsetLag", "Maximum", ABOUT_FUNCTION},
    [METRIC_INVOCATIONS] = {"invocations", "Invocations", "Sum", ABOUT_FUNCTION},
    [METRIC_ERRORS] = {"errors", "Errors", "Sum", ABOUT_FUNCTION},
    [METRIC_THROTTLES] = {"throttles", "Throttles", "Sum", ABOUT_FUNCTION},
    [METRIC_SUM_OFFSET_LAG] = {"sum_offset_lag", "SumOffsetLag", "Maximum", ABOUT_GROUP},
    [METRIC_MAX_TIME_LAG] = {"max_time_lag_s", "EstimatedMaxTimeLag", "Maximum", ABOUT_GROUP},
    [METRIC_OFFLINE_PARTITIONS] = {"offline_partitions", "OfflinePartitionsCount", "Maximum", ABOUT_CLUSTER},
    [METRIC_UNDER_REPLICATED] = {"under_replicated", "UnderReplicatedPartitions", "Maximum", ABOUT_CLUSTER},
};

static void add_dimension(json_t *list, const char *name, const char *value)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "Name", name, "Value", value));
}

static void add_query(json_t *queries, size_t i, const json_t *dimensions)
{
    const char *space = metrics[i].about == ABOUT_FUNCTION ? "AWS/Lambda" : "AWS/Kafka";
    json_t *metric = json_pack("{s:s, s:s, s:O}", "Namespace", space, "MetricName", metrics[i].name, "Dimensions", dimensions);
    json_t *stat = json_pack("{s:o, s:i, s:s}", "Metric", metric, "Period", PERIOD_S, "Stat", metrics[i].stat);
    json_array_append_new(queries, json_pack("{s:s, s:o}", "Id", metrics[i].id, "MetricStat", stat));
}

/* What a metric is kept under, or NULL where that is not known. */
static json_t *dimensions_of(enum about about, const char *function, const char *cluster, const char *group, const char *topic)
{
    bool known = about == ABOUT_FUNCTION  ? function != NULL
                 : about == ABOUT_CLUSTER ? cluster != NULL
                                          : cluster && group && topic;
    if (!known)
        return NULL;
    json_t *out = json_array();
    if (about == ABOUT_FUNCTION) {
        add_dimension(out, "FunctionName", function);
        return out;
    }
    add_dimension(out, "Cluster Name", cluster);
    if (about == ABOUT_GROUP) {
        add_dimension(out, "Consumer Group", group);
        add_dimension(out, "Topic", topic);
    }
    return out;
}

json_t *kafka_metrics_input(const char *function, const char *cluster, const char *group, const char *topic, int64_t now_ms,
                            struct kafka_metrics *m)
{
    *m = (struct kafka_metrics){.to_ms = now_ms - now_ms % (PERIOD_S * 1000) + PERIOD_S * 1000};
    m->from_ms = m->to_ms - METRICS_BACK_MS;
    for (size_t i = 0; i < METRIC_COUNT; i++)
        m->series[i].last_ms = -1;
    json_auto_t *queries = json_array();
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        json_auto_t *dimensions = dimensions_of(metrics[i].about, function, cluster, group, topic);
        if (dimensions)
            add_query(queries, i, dimensions);
    }
    if (!json_array_size(queries))
        return NULL;
    return json_pack("{s:O, s:f, s:f, s:s}", "MetricDataQueries", queries, "StartTime", (double)(m->from_ms / 1000), "EndTime",
                     (double)(m->to_ms / 1000), "ScanBy", "TimestampAscending");
}

static void take_series(struct kafka_series *s, const json_t *result)
{
    const json_t *values = json_arr(result, "Values"), *times = json_arr(result, "Timestamps");
    size_t i;
    json_t *v;
    json_array_foreach(values, i, v) {
        double x = json_number_value(v);
        s->first = s->points ? s->first : x;
        s->last = x;
        s->max = !s->points || x > s->max ? x : s->max;
        s->sum += x;
        s->points++;
        json_t *at = json_array_get(times, i);
        if (json_is_number(at))
            s->last_ms = (int64_t)(json_number_value(at) * 1000 + 0.5);
    }
}

void kafka_metrics_take(struct kafka_metrics *m, const json_t *page)
{
    m->read = true;
    size_t i;
    json_t *result;
    json_array_foreach(json_arr(page, "MetricDataResults"), i, result) {
        for (size_t k = 0; k < METRIC_COUNT; k++) {
            if (!strcmp(metrics[k].id, json_str(result, "Id", "")))
                take_series(&m->series[k], result);
        }
    }
}

json_t *kafka_metrics_shown(const struct kafka_metrics *m)
{
    if (!m->read)
        return NULL;
    json_t *out = json_object();
    json_put_int(out, "window_s", (m->to_ms - m->from_ms) / 1000);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct kafka_series *s = &m->series[i];
        if (!s->points)
            continue;
        json_t *o = json_object();
        if (!strcmp(metrics[i].stat, "Sum")) {
            json_put(o, "sum", json_real(s->sum));
        } else {
            json_put(o, "first", json_real(s->first));
            json_put(o, "last", json_real(s->last));
            json_put(o, "max", json_real(s->max));
        }
        json_put_time(o, "last_at", s->last_ms);
        json_put(out, metrics[i].id, o);
    }
    return out;
}
