/* One retry of a DAG run, while retry_airflow_dag decides and carries it out. */
#ifndef LW_TOOLS_AIRFLOW_RETRY_H
#define LW_TOOLS_AIRFLOW_RETRY_H

#include "tools/advice.h"
#include "tools/airflow/dag.h"
#include "tools/airflow/tasks.h"
#include "tools/envelope.h"
#include "tools/gate.h"

struct airflow_retry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    const char *dag_id;
    bool trigger; /* a new run with the old one's conf; else the failed tasks are cleared */
    int64_t now_ms;
    struct gate gate;

    struct airflow airflow;
    struct dag_view view;
    json_t *run; /* the one to retry */
    struct task_list tasks;
    int retries_24h; /* of this run, as far as Airflow shows it; -1 when it does not */

    struct rest_call trial; /* the same clear as a dry run of Airflow's own; zeroed until it was asked */
    struct rest_call request;
    char *new_run_id; /* of a triggered run */

    const json_t *other; /* the run that makes this retry needless; borrowed */
};

/* Reads environment, DAG, runs and tasks afresh; for a dry run also what Airflow would clear. Returns 0, or -1 when `out`
   has the error answer. */
int airflow_retry_read(struct airflow_retry *r, struct tool_answer *out);

/* Builds the request that clears, or triggers. Returns 0, or -1 and ERR_INVALID when `conf` cannot be honoured. */
int airflow_retry_build(struct airflow_retry *r, struct err *e);

/* Asks Airflow what the clear would clear, with a session that may: a role that only reads need not. Fills r->trial. */
void airflow_retry_try(struct airflow_retry *r, struct aws_session *s);

/* Whether that was refused for want of a permission. */
bool airflow_retry_may_not_try(const struct airflow_retry *r);

/* What was cleared, or would be: as Airflow says, or as the tasks' states do where it was not asked. New reference. */
json_t *airflow_retry_list(const struct airflow_retry *r);

/* Checks everything that must hold, files it in the gate, and sets its effect to what speaks against the retry (already in
   flight, already done, refused) or leaves it open. */
void airflow_retry_check(struct airflow_retry *r);

/* Sends it, once, and finds out what came of it; sets the effect. Returns 0, or -1 when `out` has the error answer. */
int airflow_retry_send(struct airflow_retry *r, struct tool_answer *out);

/* The request as it goes out, {service, operation, input, sent}; of a conf, values under a secret's name are not shown. New
   reference. */
json_t *airflow_retry_request_shown(const struct airflow_retry *r);

/* Sets what the answer says of request, before, tasks and retry advice, and tells the digest. */
void airflow_retry_report(struct airflow_retry *r);

/* Files the run as it is now as `after`, `state` and `follow_up`; `run` NULL when nothing is known but its id. */
void airflow_retry_after(struct airflow_retry *r, const char *run_id, const json_t *run);

#endif
