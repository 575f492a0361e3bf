/* A query execution of Athena and what stands around it, as the tools around Athena read them. */
#ifndef LW_TOOLS_ATHENA_QUERY_H
#define LW_TOOLS_ATHENA_QUERY_H

#include "aws/aws.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define ATHENA_PAGE 50 /* executions of one list page and of one batch (Athena API, both limits) */

struct athena_view {
    json_t *query;     /* QueryExecution */
    json_t *workgroup; /* WorkGroup, or NULL and workgroup_fault */
    json_t *same; /* other executions of the same statement, newest first; NULL when they could not be read */
    bool reaches_back; /* `same` holds all that were submitted since this one */
    struct aws_fault query_fault, workgroup_fault;
};

/* Reads the execution. Returns 0, or -1 with `query_fault`; one that does not exist is ERR_NOT_FOUND, which Athena itself only
   says in words. */
int athena_read_query(struct aws_session *s, const char *id, json_t *sources, struct athena_view *v);

/* Reads its work group, and of the work group's newest executions, `max_pages` of ATHENA_PAGE, those of the same statement.
   Needs the query. */
void athena_read_around(struct aws_session *s, int max_pages, json_t *sources, struct athena_view *v);

/* The newest executions of a work group, newest first, at most one page. New reference, or NULL and `f`. */
json_t *athena_read_newest(struct aws_session *s, const char *workgroup, json_t *sources,
                           struct aws_fault *f);

void athena_view_done(struct athena_view *v);

/* "FAILED", "RUNNING", ... or "UNKNOWN". Borrowed. */
const char *athena_state(const json_t *query);
bool athena_failed(const json_t *query);    /* FAILED: CANCELLED is not among them */
bool athena_cancelled(const json_t *query); /* CANCELLED, by a person or by a limit */
bool athena_in_flight(const json_t *query); /* QUEUED, RUNNING */

/* Members of the execution, borrowed; "" where there is none. */
const char *athena_id(const json_t *query);
const char *athena_sql(const json_t *query);
const char *athena_workgroup(const json_t *query);
const char *athena_reason(const json_t *query); /* StateChangeReason, else AthenaError's message */

/* When it was submitted and when it ended, in ms since 1970; -1 for not. */
int64_t athena_submitted_ms(const json_t *query);
int64_t athena_ended_ms(const json_t *query);

/* A number among its Statistics, or -1. */
int64_t athena_number(const json_t *query, const char *name);

/* Whether a limit on the bytes that one query may read ended it. */
bool athena_hit_cutoff(const json_t *query);

/* How an execution stands among the others of the same statement. */
struct athena_context {
    const json_t *newer_in_flight, *newer_success,
        *newer_failed;       /* the newest of each; borrowed; NULL for none */
    const json_t *in_flight; /* any, older ones too */
    int failures_24h;        /* others that failed, submitted within 24 hours before now */
    int successes_before;    /* in a row, right before this one */
};
void athena_context_of(const struct athena_view *v, int64_t now_ms, struct athena_context *c);

#endif
