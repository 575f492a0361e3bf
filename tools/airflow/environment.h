/* An environment of Amazon MWAA: how it stands, which Airflow it runs, and where its logs are. */
#ifndef LW_TOOLS_AIRFLOW_ENVIRONMENT_H
#define LW_TOOLS_AIRFLOW_ENVIRONMENT_H

#include "aws/aws.h"
#include "tools/airflow/rest.h"
#include "tools/tool.h"

#include <jansson.h>
#include <stdbool.h>

struct airflow {
    struct aws_session *session; /* borrowed */
    json_t *sources;             /* coverage of the answer; borrowed */
    json_t *environment;         /* Environment of GetEnvironment */
    struct rest rest;
};

/* Reads the environment. `name` is borrowed. Returns 0, or -1 when `out` has the error answer. */
int airflow_open(struct airflow *a, struct aws_session *s, const char *name, json_t *sources, struct tool_answer *out);
void airflow_done(struct airflow *a);

/* "AVAILABLE", "UPDATING", ... or "UNKNOWN". Borrowed. */
const char *airflow_status(const struct airflow *a);

/* The version of Airflow, "2.10.3", or "unknown". Borrowed. */
const char *airflow_version(const struct airflow *a);

/* Whether Airflow may be asked to change something: AVAILABLE, or UPDATE_FAILED, which goes on with what it had. */
bool airflow_is_usable(const struct airflow *a);

/* Whether it is on its way to another status by itself: UPDATING, MAINTENANCE, CREATING_SNAPSHOT, ... */
bool airflow_is_changing(const struct airflow *a);

/* Whether there is a web server to ask: not while it is created, deleted or gone. */
bool airflow_is_there(const struct airflow *a);

/* The name of a log group out of LoggingConfiguration ("TaskLogs", "SchedulerLogs"); `*enabled` says whether it is written to.
   NULL when there is none. Free with free(). */
char *airflow_log_group(const struct airflow *a, const char *kind, bool *enabled);

#endif
