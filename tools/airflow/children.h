/* What a task started or waited for elsewhere. */
#ifndef LW_TOOLS_AIRFLOW_CHILDREN_H
#define LW_TOOLS_AIRFLOW_CHILDREN_H

#include "tools/logs/text.h"

#include <jansson.h>

/* The latest of each that was seen; NULL where none was. */
struct children {
    char *glue_job, *glue_run;
    char *cluster, *step;
    char *application, *serverless_run;
    char *virtual_cluster, *eks_run;
    char *query;
    char *dag;
    char *path;
    char *database, *table;
};

void children_done(struct children *c);

/* Looks through what the task logged. */
void children_in_lines(const struct log_lines *lines, struct children *c);

/* Takes from the operator's fields, as Airflow shows them (rendered_fields), what the log did not say. */
void children_in_fields(const json_t *fields, struct children *c);

/* Replaces one of them, unless `value` is NULL; takes it over. */
void children_set(char **where, char *value);

#endif
