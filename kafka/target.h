/* The topics a replay writes to: looked up once each, with the limits that their brokers would refuse a record by. */
#ifndef LW_KAFKA_TARGET_H
#define LW_KAFKA_TARGET_H

#include "kafka/handle.h"
#include "kafka/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target {
    char topic[TOPIC_MAX];
    rd_kafka_resp_err_t err; /* why it cannot be written to */
    int32_t partitions;
    int64_t record_max;             /* bytes; INT64_MAX when not told */
    int64_t past_max, future_max;   /* milliseconds; INT64_MAX when not told */
};

struct targets {
    struct target list[TALLY_TARGETS_MAX];
    size_t count;
};

/* The number of a topic in the list, looked up with `producer` where it is new (before the first record goes there: a
   topic that librdkafka does not know yet costs a second). Returns -1 and `f` when the cluster did not answer, or -1 with
   no fault when the list is full. */
int target_of(struct targets *t, struct handle *producer, const char *topic, struct fault *f);

/* Whether the topic takes a record of that size and time (milliseconds since 1970; -1: it has none). */
enum skip target_takes(const struct target *t, int64_t bytes, int64_t timestamp_ms, int64_t now_ms);

#endif
