/* One question about an environment, a DAG, a run or a task, while get_mwaa_logs answers it. */
#ifndef LW_TOOLS_AIRFLOW_INQUIRY_H
#define LW_TOOLS_AIRFLOW_INQUIRY_H

#include "tools/advice.h"
#include "tools/airflow/dag.h"
#include "tools/airflow/tasks.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/logs/findings.h"
#include "tools/logs/read.h"

#define AIRFLOW_HISTORY 20
#define AIRFLOW_STREAMS_MAX 4 /* of one attempt: the task's own, and its triggerers' */

struct airflow_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    const char *dag_id;     /* borrowed from the arguments; NULL where not given */
    char *task_id;          /* NULL where not given */
    int map_index, attempt; /* -1 where not given */
    size_t max_lines;
    int64_t now_ms;

    struct airflow airflow;
    struct dag_view view;
    json_t *run; /* the run looked at */
    struct task_list tasks;
    const json_t *task; /* the task looked at; borrowed from `tasks` */

    /* Which log: of the task, or found by searching when Airflow could not be asked. */
    char *group, *run_id, *log_task;
    int log_map_index, log_attempt;
    bool searched;
    char *streams[AIRFLOW_STREAMS_MAX];
    struct log_source sources[AIRFLOW_STREAMS_MAX];
    size_t source_count;
    struct log_lines scheduler; /* what the scheduler says about the task */
    json_t *scheduler_streams;

    struct findings findings;
    struct diagnosis diagnosis;
};

/* Airflow could be asked about runs. */
bool airflow_answered(const struct airflow_inquiry *q);

/* Names the log of q->task. Returns false when there cannot be one: it never ran, or its logs are not kept. */
bool airflow_log_name(struct airflow_inquiry *q);

/* Reads it from its end; where it is not, the last attempt that there is. */
void airflow_log_read(struct airflow_inquiry *q);

/* Looks through the logs of the DAG for the last error, without Airflow's help; then reads the log it stands in. */
void airflow_log_search(struct airflow_inquiry *q);

/* Reads what the scheduler said about q->task around its end. */
void airflow_log_read_scheduler(struct airflow_inquiry *q);

/* Goes on through the raw log from a cursor's position, and offers the next step. Returns 0, or -1 and ERR_INVALID. */
int airflow_log_walk(struct airflow_inquiry *q, const json_t *position, struct err *e);

/* Offers to walk the log that was read. */
void airflow_log_offer_walk(struct airflow_inquiry *q);

/* For the files that judge: files as evidence what Airflow or MWAA says (`where` is taken over; returns its id), and takes a clue
   in that rests on it. */
const char *airflow_file_fact(struct airflow_inquiry *q, const char *source, json_t *where, int64_t ts_ms, bool bad,
                              const char *text);
void airflow_add_clue(struct airflow_inquiry *q, enum cause cause, const char *rule, int weight, const char *id);

/* Files what Airflow says about run and task, and the findings of the logs, as evidence, and settles the diagnosis. */
void airflow_judge_task(struct airflow_inquiry *q);

/* The same for environment and DAG: status, health, import errors. */
void airflow_judge_environment(struct airflow_inquiry *q);
void airflow_judge_imports(struct airflow_inquiry *q);

/* Sets `retry` and `links`. Needs the diagnosis. */
void airflow_advise(struct airflow_inquiry *q);

/* Files `children`: the Glue runs, EMR steps, queries and paths the log names, each with a link. */
void airflow_children(struct airflow_inquiry *q);

/* Sets resource, state, environment, health, import errors, runs, tasks. */
void airflow_describe(struct airflow_inquiry *q);

/* The digest. */
void airflow_tell(struct airflow_inquiry *q);

#endif
