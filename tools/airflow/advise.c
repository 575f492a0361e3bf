/* Whether this run should be retried, and what to look at first. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"

#include <string.h>

#define COOLDOWN_MS (5 * 60 * 1000) /* after a failure for want of rate or room */
#define RUNS_LINKED 3
#define TASKS_LINKED 2

static void block_by_others(struct airflow_inquiry *q, const json_t *other, struct advice *a)
{
    if (dag_run_in_flight(q->run) || (other && dag_run_in_flight(other)))
        advice_block(a, "in_flight_duplicate");
    if (other && dag_state_is(other, "success"))
        advice_block(a, "newer_success");
    if (other && dag_state_is(other, "failed"))
        advice_block(a, "newer_attempt");
    if (tasks_count(&q->tasks, "up_for_retry"))
        advice_block(a, "native_retry_pending");
    if (json_flag(q->view.dag, "is_paused", false))
        advice_block(a, "dag_paused");
    if (json_flag(q->view.dag, "has_import_errors", false))
        advice_block(a, "import_errors");
    if (!airflow_is_usable(&q->airflow))
        advice_block(a, "cluster_not_accepting");
}

static bool has_children(const struct airflow_inquiry *q)
{
    return json_array_size(json_arr(q->answer.root, "children")) > 0;
}

static void reason_by_cause(const struct airflow_inquiry *q, struct advice *a)
{
    const struct diagnosis *d = &q->diagnosis;
    if (cause_is_of_data(d->cause))
        advice_reason(a, "Its input was not usable. Retry once verify_source_data says available.");
    else if (d->cause == CAUSE_UNKNOWN && has_children(q))
        advice_reason(a, "What the task started elsewhere has to be looked at first.");
    else if (d->cause == CAUSE_UNKNOWN)
        advice_reason(a, "The cause is not known.");
    else if (cause_wants_resize(d->cause) && d->class == CLASS_TRANSIENT)
        advice_reason(a, "It had been enough at least five times running: worth one more try as it is.");
    else if (cause_wants_resize(d->cause))
        advice_reason(a, "As it is it will likely fail again: %s.", cause_phrase(d->cause));
    else if (d->class == CLASS_TRANSIENT)
        advice_reason(a, "The cause passes by itself: %s. Clearing runs the failed tasks and what follows them again.",
                      cause_phrase(d->cause));
    else
        advice_reason(a, "It will fail again until somebody changes something: %s.", cause_phrase(d->cause));
}

static void reason(const struct airflow_inquiry *q, const json_t *other, struct advice *a)
{
    if (tasks_count(&q->tasks, "up_for_retry"))
        advice_reason(a, "Airflow will retry the task by itself.");
    else if (dag_run_in_flight(q->run))
        advice_reason(a, "The run is still in flight.");
    else if (!dag_state_is(q->run, "failed"))
        advice_reason(a, "The run did not fail.");
    else if (other)
        advice_reason(a, "Run %s stands for it already: it is %s.", dag_run_id(other), dag_state(other));
    else if (json_flag(q->view.dag, "is_paused", false))
        advice_reason(a, "The DAG is paused: whatever is cleared would wait until somebody unpauses it.");
    else if (json_flag(q->view.dag, "has_import_errors", false))
        advice_reason(a, "The DAG's file cannot be read by Airflow: mend it first.");
    else if (!airflow_is_usable(&q->airflow))
        advice_reason(a, "The environment is %s.", airflow_status(&q->airflow));
    else
        reason_by_cause(q, a);
}

static json_t *run_arguments(const struct airflow_inquiry *q, const char *dag_id, const char *run_id)
{
    json_t *o = json_object();
    json_put_str(o, "environment_name", q->airflow.rest.environment);
    json_put_str(o, "dag_id", dag_id);
    json_put_str(o, "dag_run_id", run_id);
    tool_where_on(q->call, o);
    return o;
}

static void advise_run(struct airflow_inquiry *q, struct advice *a)
{
    const json_t *other = dag_replacement(q->view.runs, q->run);
    bool failed = dag_state_is(q->run, "failed");
    if (!failed)
        advice_block(a, "not_failed");
    block_by_others(q, other, a);
    if (failed && q->diagnosis.class != CLASS_TRANSIENT)
        advice_block(a, "class_not_transient");
    if (failed) {
        a->tool = "retry_airflow_dag";
        a->arguments = run_arguments(q, q->dag_id, dag_run_id(q->run));
    }
    advice_rest(a, q->diagnosis.cause, dag_time_ms(q->run, "end_date"), COOLDOWN_MS, q->now_ms);
    reason(q, other, a);
}

/* Nothing to retry, or nobody could say what: of the environment, of a DAG that never failed, of a log without its run. */
static void advise_without_run(struct airflow_inquiry *q, struct advice *a)
{
    if (q->searched) {
        advice_block(a, "side_effects_unknown");
        advice_reason(a, "Airflow could not be asked, so nobody knows how the run stands.");
    } else if (q->diagnosis.cause != CAUSE_UNKNOWN) {
        advice_block(a, "not_failed");
        advice_reason(a, "There is no run to retry, but something to mend.");
    } else {
        advice_block(a, "not_failed");
        advice_reason(a, q->dag_id ? "No run failed." : "Name a DAG to see whether a run of it should be retried.");
    }
}

/* From the environment on to the runs that failed lately, one of each DAG. */
static void link_runs(struct airflow_inquiry *q)
{
    const char *seen[RUNS_LINKED];
    size_t n = 0, i;
    json_t *run;
    json_array_foreach(q->view.runs, i, run) {
        const char *dag = json_str(run, "dag_id", "");
        bool known = n == RUNS_LINKED;
        for (size_t k = 0; k < n && !known; k++)
            known = !strcmp(seen[k], dag);
        if (known)
            continue;
        seen[n++] = dag;
        envelope_link(&q->answer, "get_mwaa_logs", run_arguments(q, dag, dag_run_id(run)), "a run that failed lately");
    }
}

/* From the task that failed first on to others that failed in the same run, each of another name. */
static void link_tasks(struct airflow_inquiry *q)
{
    const char *before = json_str(q->task, "task_id", "");
    int n = 0;
    size_t i;
    json_t *task;
    json_array_foreach(q->tasks.items, i, task) {
        const char *id = json_str(task, "task_id", "");
        if (!dag_state_is(task, "failed") || !strcmp(id, before) || !strcmp(id, json_str(q->task, "task_id", "")) ||
            n == TASKS_LINKED)
            continue;
        before = id;
        n++;
        json_t *arguments = run_arguments(q, q->dag_id, dag_run_id(q->run));
        json_put_str(arguments, "task_id", id);
        envelope_link(&q->answer, "get_mwaa_logs", arguments, "another task of the run that failed");
    }
}

void airflow_advise(struct airflow_inquiry *q)
{
    struct advice a;
    advice_init(&a);
    if (q->run)
        advise_run(q, &a);
    else
        advise_without_run(q, &a);
    advice_warn_denied(&a, q->call->env, &q->answer);
    advice_put(&a, &q->answer);
    if (!q->dag_id)
        link_runs(q);
    else if (q->run && q->task)
        link_tasks(q);
}
