/* What CloudWatch says of a consumer and its cluster over the last hours. */
#ifndef LW_TOOLS_KAFKA_METRICS_H
#define LW_TOOLS_KAFKA_METRICS_H

#include "aws/aws.h"

#include <jansson.h>
#include <stdint.h>

enum kafka_metric {
    /* of the function (AWS/Lambda) */
    METRIC_OFFSET_LAG,
    METRIC_INVOCATIONS,
    METRIC_ERRORS,
    METRIC_THROTTLES,
    /* of the consumer group (AWS/Kafka) */
    METRIC_SUM_OFFSET_LAG,
    METRIC_MAX_TIME_LAG,
    /* of the cluster (AWS/Kafka) */
    METRIC_OFFLINE_PARTITIONS,
    METRIC_UNDER_REPLICATED,
    METRIC_COUNT
};

struct kafka_series {
    int points;
    double first, last, max, sum; /* in order of time; 0 without points */
    int64_t last_ms;              /* of the newest point; -1 without */
};

struct kafka_metrics {
    bool read; /* CloudWatch answered; without points then means that nobody reported */
    int64_t from_ms, to_ms;
    struct kafka_series series[METRIC_COUNT];
};

#define METRICS_BACK_MS ((int64_t)3 * 3600 * 1000)

/* The input of GetMetricData for what is known; each may be NULL. NULL when nothing is to be asked. New reference. */
json_t *kafka_metrics_input(const char *function, const char *cluster, const char *group, const char *topic, int64_t now_ms,
                            struct kafka_metrics *m);

/* Takes a page of the answer in. */
void kafka_metrics_take(struct kafka_metrics *m, const json_t *page);

/* {window_s, offset_lag: {last, first, max}, errors: {sum}, ...}: series without points are left out. New reference, or NULL when
   nothing was read. */
json_t *kafka_metrics_shown(const struct kafka_metrics *m);

#endif
