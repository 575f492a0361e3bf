/* The task instances of one run, and which of them the run failed for. */
#ifndef LW_TOOLS_AIRFLOW_TASKS_H
#define LW_TOOLS_AIRFLOW_TASKS_H

#include "tools/airflow/dag.h"

#define TASKS_MAX 1000 /* task instances read of one run; failed ones are read apart */

struct task_list {
    json_t *items; /* task instances, failed ones first; NULL and the fault */
    int total;     /* how many the run has */
    bool complete;
    struct rest_fault fault;
};

/* Reads the task instances of a run. */
void tasks_read(struct airflow *a, const char *dag_id, const char *run_id, struct task_list *t);
void task_list_done(struct task_list *t);

/* Which of several instances of a task: -1 when it is not mapped. */
int task_map_index(const json_t *task);

/* Which try it was in, and how many it may have in all. */
long long task_try(const json_t *task);
long long task_tries(const json_t *task);

/* The task the run failed for: of those that failed the first to end. What merely follows it (upstream_failed) is not among
   them. NULL when none failed. Borrowed. */
const json_t *tasks_root(const struct task_list *t);

/* The first in that state, or NULL. Borrowed. */
const json_t *tasks_in_state(const struct task_list *t, const char *state);

/* The instance of that task (map_index -1: the failed one of several, else the first), or NULL. Borrowed. */
const json_t *tasks_find(const struct task_list *t, const char *task_id, int map_index);

/* How many are in that state. */
int tasks_count(const struct task_list *t, const char *state);

/* {"success": 3, "failed": 1, ...}. New reference. */
json_t *tasks_states(const struct task_list *t);

/* The ones worth showing, at most `max`: all but those that succeeded, were skipped or never ran, and `always`. New reference. */
json_t *tasks_shown(const struct task_list *t, const json_t *always, size_t max);

#endif
