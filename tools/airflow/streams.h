/* What the log streams of Airflow's tasks are called in CloudWatch Logs:
   dag_id=D/run_id=R/task_id=T/[map_index=I/]attempt=N.log, with "_" for every ":". */
#ifndef LW_TOOLS_AIRFLOW_STREAMS_H
#define LW_TOOLS_AIRFLOW_STREAMS_H

#include "aws/aws.h"

#include <jansson.h>
#include <stdbool.h>

/* What the streams of one task (of one of its instances, unless `map_index` is -1) begin with. Free with free(). */
char *stream_prefix(const char *dag_id, const char *run_id, const char *task_id, int map_index);

/* As stream_prefix for as many of the three as are known: a run or task that is NULL ends it. */
char *stream_search_prefix(const char *dag_id, const char *run_id, const char *task_id);

/* The stream of an attempt. Free with free(). */
char *stream_name(const char *prefix, int attempt);

/* The attempt a stream is of, when it is that of a task itself and has that prefix; else 0. */
int stream_attempt(const char *stream, const char *prefix);

/* Takes a name apart; both strings are replaced. The run's id has its "_" where it had ":". False when it is no task's. */
bool stream_parse(const char *stream, char **run_id, char **task_id, int *map_index, int *attempt);

/* Adds the names of the streams DescribeLogStreams gives for `input` to `names`; counts in `source`. Returns 0, or -1 and `f`. */
int streams_list(struct aws_session *s, const json_t *input, json_t *names, json_t *source, struct aws_fault *f);

#endif
