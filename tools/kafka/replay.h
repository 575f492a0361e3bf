/* One replay, while retry_kafka decides on it and carries it out. */
#ifndef LW_TOOLS_KAFKA_REPLAY_H
#define LW_TOOLS_KAFKA_REPLAY_H

#include "tools/kafka/brokers.h"
#include "tools/kafka/inquiry.h"

#define REPLAY_BYTES_MAX (50 * 1024 * 1024) /* of records in one replay */
#define REPLAYS_MAX 3                       /* a record replayed as often is a poison pill, and left where it is */

struct kafka_replaying {
    struct kafka_inquiry *q;
    const char *source; /* the topic that is read; NULL when nobody says; borrowed */
    const char *target; /* NULL: each record's own, from its headers; borrowed */
    char *group;        /* of the replay; NULL without a source */
    struct kafka_door door;
    const char *why_not; /* no door: what is missing; may be NULL */
    json_t *result;      /* of the worker */
};

/* Files all that must hold. */
void kafka_replay_check(struct kafka_replaying *r);

/* The job, without bootstrap and security. New reference. */
json_t *kafka_replay_job(const struct kafka_replaying *r, bool dry_run);

/* What the worker's result says was done. Only what it counted is believed; where it could not find out, nobody knows. */
enum effect kafka_replay_effect(const json_t *result);

/* What is asked of the worker, {service, operation, input, sent}. New reference. */
json_t *kafka_replay_request_shown(const struct kafka_replaying *r);

/* Sets request, replay, effect, follow_up and retry, and tells the digest. */
void kafka_replay_report(struct kafka_replaying *r);

#endif
