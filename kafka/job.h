/* What the worker is asked to do: one line of JSON on stdin, checked whole before anything is opened.
   Its members are described in tools/kafka/worker.h; what the parent adds to them stands here:

     "timeout_ms"   from now, for this child
     "token"        {"value", "expires_ms"}: for AWS_MSK_IAM
     "resume"       {"ranges", "done", "intent"?, "settle_only"?}: goes on where a child died; see replay.h
     "crash_file", "batch_records"   only in the tests' build; see crash.h */
#ifndef LW_KAFKA_JOB_H
#define LW_KAFKA_JOB_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOB_TOPICS_MAX 20
#define JOB_LINE_MAX ((size_t)1 << 20)

struct job_security {
    const char *protocol;
    const char *mechanism; /* NULL without SASL */
    const char *user, *password;
    const char *ca_file, *certificate_file, *key_file;
    const char *token; /* with AWS_MSK_IAM */
    int64_t token_expires_wall_ms;
};

struct job_replay {
    const char *source, *target, *group; /* target NULL: from the headers */
    const json_t *partitions;            /* array or NULL */
    int64_t max_records, max_bytes, rate_per_s, max_replays;
    const char *filter_header, *filter_value;
    bool dry_run;
    const json_t *resume; /* object or NULL */
};

/* Strings are borrowed from `root`. */
struct job {
    json_t *root;
    bool replays;
    const char *bootstrap;
    struct job_security security;
    const char *group;    /* the production group, or NULL */
    const json_t *topics; /* array or NULL */
    struct job_replay replay;
    int64_t deadline_mono_ms;
    int64_t batch_records; /* most of one transaction */
    const char *crash_file;
};

/* Reads and checks. ERR_INVALID names the member. Returns 0 with `job` to be freed by job_done, or -1. */
int job_read(struct job *job, const char *text, size_t n, struct err *e);

/* Overwrites what is secret, and frees. Safe on a zeroed struct. */
void job_done(struct job *job);

#endif
