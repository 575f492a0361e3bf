/* What a record's headers say: where it came from before it was dead-lettered, and how often it was replayed. */
#ifndef LW_KAFKA_ORIGIN_H
#define LW_KAFKA_ORIGIN_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#define HEADER_REPLAY_OF "x-replay-of"       /* "topic/partition/offset" of the record it was copied from */
#define HEADER_REPLAY_COUNT "x-replay-count" /* how often it has been replayed, in decimal */

struct origin {
    char topic[250];   /* "" when no header tells */
    int32_t partition; /* -1 when no header tells */
    int64_t replays;   /* 0 when it has not been replayed */
};

/* Reads what dead-lettering consumers write: Spring for Apache Kafka (kafka_dlt-original-topic, -partition as four bytes),
   Spring Cloud Stream (x-original-topic, -partition likewise) and Kafka Connect (__connect.errors.topic, .partition as text).
   A name no topic can have, or one of Kafka's own topics, counts as none. */
struct origin origin_of(const rd_kafka_headers_t *headers);

/* Whether a header of that name is there, and of this value where one is given: the last one counts. */
bool origin_header_is(const rd_kafka_headers_t *headers, const char *name, const char *value);

#endif
