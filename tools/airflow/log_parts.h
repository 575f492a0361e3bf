/* What the files share that read the logs of Airflow's tasks. */
#ifndef LW_TOOLS_AIRFLOW_LOG_PARTS_H
#define LW_TOOLS_AIRFLOW_LOG_PARTS_H

#include "tools/airflow/inquiry.h"

/* How much is read of each stream, in the span of time (-1: open), and in which form. */
struct log_limits airflow_log_limits(int64_t from_ms, int64_t to_ms);

/* Files a stream, or a pattern of streams, in the coverage. Borrowed. */
json_t *airflow_log_source(struct airflow_inquiry *q, const char *group, const char *stream);

/* Sets the group of the tasks' logs; warns where nothing is written to it. False when there is none. */
bool airflow_log_locate(struct airflow_inquiry *q);

/* Adds a stream of that group to those to be read; takes the name over. Beyond AIRFLOW_STREAMS_MAX it is dropped. */
void airflow_log_add(struct airflow_inquiry *q, char *stream);

/* Reads the ends of the streams from number `from` on, and what they say. */
void airflow_log_read_added(struct airflow_inquiry *q, size_t from);

#endif
