/* The numbers of a replay: what was read, what became of it, and how far each partition is. They are kept as values, so
   that a batch counts on a copy, which becomes the truth when its transaction is committed. */
#ifndef LW_KAFKA_TALLY_H
#define LW_KAFKA_TALLY_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOPIC_MAX 250 /* a topic's name (249 at most) and its NUL */
#define TALLY_TARGETS_MAX 16

/* Why a record is not replayed. */
enum skip {
    SKIP_NOT,
    SKIP_FILTER,    /* the filter wants others */
    SKIP_REPLAYS,   /* replayed often enough: it comes back every time */
    SKIP_NO_TARGET, /* says no topic of origin, or one that cannot be written to */
    SKIP_SIZE,      /* larger than the target topic takes */
    SKIP_TIME,      /* older or newer than the target topic takes */
    SKIP_COUNT
};

/* A share of one partition of the source: [start, next) is done, `next` to `end` is to do. */
struct range {
    int32_t partition;
    int64_t start, next, end;
};

struct tally {
    int64_t read, eligible, produced, bytes;
    int64_t skipped[SKIP_COUNT];
    char first_skipped[SKIP_COUNT][TOPIC_MAX + 32]; /* "topic/partition/offset" */
    char targets[TALLY_TARGETS_MAX][TOPIC_MAX];
    int64_t target_records[TALLY_TARGETS_MAX];
    size_t target_count;
};

/* Counts a record that was not replayed. */
void tally_skip(struct tally *t, enum skip why, const char *topic, int32_t partition, int64_t offset);

/* Counts a record for target number `target` (the caller's numbering, below TALLY_TARGETS_MAX). */
void tally_produce(struct tally *t, size_t target, const char *topic, int64_t bytes);

/* As JSON, {"read", ..., "skipped", "targets", "ranges"}, and back. `ranges` has `n` entries. */
json_t *tally_json(const struct tally *t, const struct range *ranges, size_t n);

/* Returns 0, or -1 when it is not what tally_json makes. `ranges` (free it) and `n` are set on success. */
int tally_read(const json_t *o, struct tally *t, struct range **ranges, size_t *n, struct err *e);

#endif
