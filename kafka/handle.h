/* A librdkafka handle with our settings, and patience with brokers: every wait is cut into slices, because a blocking call
   of librdkafka does not end when the broker will never let us in. */
#ifndef LW_KAFKA_HANDLE_H
#define LW_KAFKA_HANDLE_H

#include "kafka/fault.h"
#include "kafka/job.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct handle {
    rd_kafka_t *rk;
    bool consumes;
    const struct job *job;
    bool connected;           /* a broker has answered */
    int32_t broker;           /* that one */
    bool all_down;            /* every broker that is known failed */
    rd_kafka_resp_err_t door; /* why no broker will ever let us in; _AUTHENTICATION or _SSL */
    char trouble[320];        /* the last thing that went wrong with a connection */
    rd_kafka_resp_err_t undelivered; /* producer: the first record of this transaction that failed, and what with */
};

/* A setting of librdkafka. */
struct handle_setting {
    const char *name, *value;
};

/* Opens one. Connects nobody yet. The struct must stay where it is until handle_close. Returns 0, or -1 and `f`. */
int handle_open(struct handle *h, const struct job *job, rd_kafka_type_t type, const struct handle_setting *settings, size_t n,
                struct fault *f);

/* Ends it without waiting for brokers. Safe on a zeroed struct. */
void handle_close(struct handle *h);

/* How long one step has been waited for. */
struct patience {
    struct handle *h;
    const char *phase;
    int64_t begun_mono_ms, until_mono_ms;
    int slice_ms; /* for the next call of librdkafka */
};

/* Starts to wait for `phase`: at most `most_ms`, and never past the job's deadline. */
struct patience patience_start(struct handle *h, const char *phase, int64_t most_ms);

/* After a call failed with `err`: serves the handle's callbacks and says whether to call once more (0) with p->slice_ms, or
   that it is over (-1) with the true reason in `f`. */
int patience_again(struct patience *p, rd_kafka_resp_err_t err, struct fault *f);

/* Lets the handle work for `ms`, less when the parent wants the end or its deadline is near. */
void handle_rest(struct handle *h, int64_t ms);

#endif
