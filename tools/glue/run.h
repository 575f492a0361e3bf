/* A Glue job and its runs, as the tools around Glue read them. */
#ifndef LW_TOOLS_GLUE_RUN_H
#define LW_TOOLS_GLUE_RUN_H

#include "aws/aws.h"
#include "tools/history.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define GLUE_RUNS_READ 50 /* newest runs looked at */

/* What AWS says about a job; each part can fail by itself. */
struct glue_view {
    const char *job_name; /* borrowed */
    json_t *job;          /* Job of GetJob, or NULL and job_fault */
    json_t *runs;         /* array of JobRun, newest first, at most GLUE_RUNS_READ, or NULL and runs_fault */
    json_t *run;          /* JobRun of GetJobRun for the run asked for, or NULL (and run_fault if one was asked for) */
    struct aws_fault job_fault, runs_fault, run_fault;
};

/* Reads job, newest runs and (unless `run_id` is NULL) that run, at once; files the three in `sources`. */
void glue_read(struct aws_session *s, const char *job_name, const char *run_id, json_t *sources, struct glue_view *g);
void glue_view_done(struct glue_view *g);
#define auto_glue_view __attribute__((cleanup(glue_view_done)))

/* "jr_...", or "". Borrowed. */
const char *glue_run_id(const json_t *run);

/* "FAILED", "RUNNING", ... or "UNKNOWN". Borrowed. */
const char *glue_run_state(const json_t *run);

/* FAILED, TIMEOUT, ERROR, EXPIRED: it ended, and not well. STOPPED is not among them: somebody wanted that. */
bool glue_run_failed(const json_t *run);

/* STARTING, RUNNING, STOPPING, WAITING. */
bool glue_run_in_flight(const json_t *run);

/* An argument as the run saw it: non-overridable first, then the run's own, then the job's default. NULL when none.
   `job` may be NULL. Borrowed. */
const char *glue_argument(const json_t *job, const json_t *run, const char *key);

/* How a run stands among the others. */
struct glue_context {
    const json_t *newer_in_flight; /* the newest of each; borrowed from the view; NULL for none */
    const json_t *newer_success;
    const json_t *newer_failed;
    const json_t *successor; /* a newer run whose PreviousRunId is this run */
    int in_flight;           /* runs in flight, older ones too */
    struct history past;
    int same_config_successes; /* those right before it, while worker type, number and timeout were this run's */
    int retries_24h;           /* retries started within 24 hours before `now_ms` */
    bool native_retry_pending; /* Glue's own MaxRetries is about to start another attempt */
};

/* `g->runs` must be there. `now_ms` is wall-clock time. */
void glue_context_of(const struct glue_view *g, const json_t *run, int64_t now_ms, struct glue_context *c);

/* The newest failed run, or NULL. Borrowed. */
const json_t *glue_latest_failed(const json_t *runs);

/* {id, state, started_at, ended_at?, duration_s, attempt?, previous_id?, dpu_seconds?} of the newest `max` runs. New
   reference. */
json_t *glue_history(const json_t *runs, size_t max);

/* A map of arguments fit to show: values of secret keys replaced. New reference. */
json_t *glue_arguments_shown(const json_t *arguments);

#endif
