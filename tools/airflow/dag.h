/* What Airflow says about a DAG, its runs and their tasks. Both APIs give the same facts under names that differ little. */
#ifndef LW_TOOLS_AIRFLOW_DAG_H
#define LW_TOOLS_AIRFLOW_DAG_H

#include "tools/airflow/environment.h"

#include <stdint.h>

/* Each part can fail by itself: then it is NULL and its fault is set. */
struct dag_view {
    const char *dag_id; /* borrowed; NULL: all DAGs */
    json_t *dag;
    json_t *runs;          /* newest first: at most REST_PAGE, and all in flight; of all DAGs the failed ones */
    json_t *import_errors; /* at most REST_PAGE */
    json_t *health;        /* per component; NULL as well when it was not asked for */
    struct rest_fault dag_fault, runs_fault, imports_fault, health_fault;
};

/* Reads all of it at once. */
void dag_read(struct airflow *a, const char *dag_id, struct dag_view *v);
void dag_view_done(struct dag_view *v);

/* A time member, in milliseconds since 1970, or -1. */
int64_t dag_time_ms(const json_t *o, const char *key);

/* "scheduled__2026-11-21T00:00:00+00:00", or "". Borrowed. */
const char *dag_run_id(const json_t *run);

/* "failed", "running", "queued", "success", or "none" (a task that never ran has none). Borrowed. */
const char *dag_state(const json_t *run_or_task);
bool dag_state_is(const json_t *run_or_task, const char *state);

/* queued or running */
bool dag_run_in_flight(const json_t *run);

/* When it started; before it did, when it was to. -1 when nobody knows. */
int64_t dag_run_moment_ms(const json_t *run);

/* The newest run in that state (NULL: in any), or NULL. Borrowed. */
const json_t *dag_newest_run(const json_t *runs, const char *state);

/* The newest run that stands for `run`: a later one for the same data, a retry of it, or one started by hand after it had ended
   that did not fail. A later run of the schedule does not: its data are others. NULL for none. Borrowed. */
const json_t *dag_replacement(const json_t *runs, const json_t *run);

/* The run asked for, by id or by date (each may be NULL, not both): first among `v->runs`, then by asking Airflow. A bare date is
   the whole day; of several runs the newest failed one counts. Returns a new reference, or NULL and `*f`; NULL with f->by
   REST_FINE: Airflow knows no such run. */
json_t *dag_find_run(struct airflow *a, const struct dag_view *v, const char *run_id, const char *date, struct rest_fault *f);

/* Reads a date argument: RFC 3339, a bare date, or a time without a zone, which is UTC. Returns 0, or -1. */
int dag_parse_date(const char *date, int64_t *ms);

/* How the run with that id stands now, asked with `s`; REST_FINE and NULL: not to be seen. New reference. */
json_t *dag_ask_run(struct airflow *a, struct aws_session *s, const char *dag_id, const char *run_id, struct rest_fault *f);

/* {run_id, state, run_type, logical_date, started_at, ended_at, dag_id?} of the newest `max` runs. New reference. */
json_t *dag_history(const json_t *runs, size_t max, bool with_dag);

/* The import errors that belong to the DAG: by the file Airflow knows it from, else by the id in file name or trace.
   `*sure` false when only the lack of the DAG points at them: then all are given. New reference to an array. */
json_t *dag_import_errors(const struct dag_view *v, bool *sure);

#endif
