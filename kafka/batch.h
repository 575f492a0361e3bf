/* The records of one transaction, in memory until it is committed: an aborted one is written again without reading anew. */
#ifndef LW_KAFKA_BATCH_H
#define LW_KAFKA_BATCH_H

#include "kafka/tally.h"

#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_BYTES ((int64_t)4 << 20)

struct batch_record {
    rd_kafka_message_t *message; /* the batch's own */
    const char *topic;           /* of the target; borrowed */
    int32_t partition;           /* RD_KAFKA_PARTITION_UA: by its key */
    int64_t replays;             /* that it will have had then */
};

struct batch {
    struct batch_record *records;
    size_t count, capacity;
    int64_t bytes;
    int64_t passed;     /* records read, skipped ones too */
    struct tally tally; /* as it will be when this is committed */
};

/* Adds a record; takes the message over. */
void batch_add(struct batch *b, const struct batch_record *record, int64_t bytes);

/* Frees the messages and starts anew from `tally`. */
void batch_clear(struct batch *b, const struct tally *tally);
void batch_done(struct batch *b);

/* Hands one record to a producer: key, value, timestamp and headers as they are, and the two headers that tell of the
   replay. Returns librdkafka's error, which is RD_KAFKA_RESP_ERR__QUEUE_FULL when it should be handed in again. */
rd_kafka_resp_err_t batch_produce(rd_kafka_t *producer, const struct batch_record *record);

/* Bytes of a record as limits count them: key, value and headers, and some for the frame. */
int64_t batch_record_bytes(const rd_kafka_message_t *message);

#endif
