/* What Airflow's tasks log, in the forms it comes in: the text of Airflow 2 with and without "[time] {file:line} LEVEL - ", and
   the JSON objects of Airflow 3, cut ones too. All become the same kind of lines. */
#ifndef LW_TOOLS_AIRFLOW_LINES_H
#define LW_TOOLS_AIRFLOW_LINES_H

#include "tools/logs/text.h"

/* What Python says between an exception and one that was thrown while the first was being handled. */
#define AIRFLOW_WHILE_HANDLING "During handling of the above exception"

/* A log_form_fn. Output that a task's own processes wrote (print, bash, containers) loses Airflow's level: that is INFO whatever
   they say. The exceptions of a JSON object (error_detail) follow it as Python prints them, the cause first. */
void airflow_lines_add(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message, size_t n);

#endif
