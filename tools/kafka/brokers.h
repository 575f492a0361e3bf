/* Jobs for the brokers, whichever way leads to them. */
#ifndef LW_TOOLS_KAFKA_BROKERS_H
#define LW_TOOLS_KAFKA_BROKERS_H

#include "tools/kafka/doors.h"
#include "tools/kafka/inquiry.h"

/* Who signs in: with which session, and in which region MSK is. */
struct kafka_caller {
    struct aws_session *session;
    struct stop *stop;
    void (*progress)(void *ctx, int64_t records, int64_t total); /* may be NULL */
    void *ctx;
};

/* The ways to the brokers of what is asked about, the best first; `why_not` as in tools/kafka/doors.h. */
size_t kafka_doors(const struct kafka_inquiry *q, struct kafka_door *out, const char **why_not);

/* Does a job ({action, group, topics, replay}; borrowed) through this door within `timeout_ms`. Returns 0 and the worker's
   result, also where Kafka said no (member "error"); or -1: no worker, no secret, no token. */
int kafka_job_run(const struct kafka_inquiry *q, const struct kafka_door *door, const json_t *job, int64_t timeout_ms,
                  const struct kafka_caller *who, json_t **result, struct err *e);

/* What stands in a result's "error", as an error of ours: where, what, and what to do about it. */
void kafka_job_error(const struct kafka_door *door, const json_t *result, struct err *e);

#endif
