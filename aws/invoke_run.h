/* Between the files that send: a job on its way, and what becomes of an attempt. */
#ifndef LW_AWS_INVOKE_RUN_H
#define LW_AWS_INVOKE_RUN_H

#include "aws/aws_private.h"
#include "aws/invoke.h"
#include "aws/invoke_request.h"

#define INVOKE_REPLY_MAX ((size_t)8 * 1024 * 1024)

/* Everything that lives from one attempt to the next. */
struct run {
    struct invoke_job *job;
    struct wire_request wire;
    struct endpoint endpoint;
    struct signed_request request;
    char region[REGION_MAX];
    char id[37];
    int attempts;
    int attempts_max;
    unsigned remedies; /* bits of enum retry_kind that were tried */
    int cost;          /* what the last retry took from the quota */
    int64_t started_mono_ms;
    int64_t ready_mono_ms; /* not to be sent before */
    bool admitted;         /* may be sent then: its turn has been taken */
    bool done;
};

/* Whether an attempt may go out now: 0. 1: later, at its ready_mono_ms. -1: never, the run has ended. */
int run_admit(const struct invoke_site *site, struct run *r);

/* Tells breaker and pace what came of an attempt. */
void run_learn(const struct invoke_site *site, const struct run *r, const struct http_reply *reply,
               bool throttled);

/* Ends a run that goes no further because of `e`. What an attempt before said stays, if there was one; but a
   cancel is a cancel. */
void run_stop(const struct invoke_site *site, struct run *r, const struct err *e);

/* Ends a run: its job has its output or its fault. Adds it to the log if anything was sent. */
void run_end(const struct invoke_site *site, struct run *r);

/* Looks at what came back for an attempt signed by `who`, and ends the run or plans its next attempt. */
void run_settle(const struct invoke_site *site, struct run *r, struct http_reply *reply,
                const struct aws_credentials *who);

#endif
