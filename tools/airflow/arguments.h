/* The arguments that both Airflow tools take, beyond what their schemas can say. */
#ifndef LW_TOOLS_AIRFLOW_ARGUMENTS_H
#define LW_TOOLS_AIRFLOW_ARGUMENTS_H

#include "base/err.h"

#include <jansson.h>

/* Checks ids (no longer than Airflow allows, nothing in them that means something in a path) and dates, and that what is below a
   DAG comes with one. Returns 0, or -1 and ERR_INVALID naming the argument. */
int airflow_arguments_check(const json_t *arguments, struct err *e);

/* Takes `task_id` apart: "load[2]" is instance 2 of the mapped task load. `*task_id` (free it) is NULL when there is none,
   `*map_index` -1. Returns 0, or -1 and ERR_INVALID. */
int airflow_task_argument(const json_t *arguments, char **task_id, int *map_index, struct err *e);

#endif
