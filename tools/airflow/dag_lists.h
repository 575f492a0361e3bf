/* Lists of runs, as the files ask for them that read a DAG. */
#ifndef LW_TOOLS_AIRFLOW_DAG_LISTS_H
#define LW_TOOLS_AIRFLOW_DAG_LISTS_H

#include "tools/airflow/dag.h"

/* The path of lists of runs. Free with free(). */
char *dag_runs_path(void);

/* The body that asks for one: `dag_id` NULL for all DAGs; `states` (taken over) NULL for all states. New reference. */
json_t *dag_runs_body(const char *dag_id, json_t *states, int offset);

/* The list called `member` in a call's answer, filed in the coverage; NULL and the fault. New reference. */
json_t *dag_take_list(struct airflow *a, struct rest_call *c, const char *what, const char *member, struct rest_fault *f);

/* Both lists as one, newest first, each run once; `others` may be NULL. Airflow's own order says nothing of runs that have not
   started. New reference. */
json_t *dag_runs_merged(const json_t *some, const json_t *others);

/* The run of that id, or NULL. Borrowed. */
const json_t *dag_run_of_id(const json_t *runs, const char *dag_id, const char *run_id);

#endif
