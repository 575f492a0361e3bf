/* The tool get_mwaa_logs: why did this DAG fail? */
#include "tools/airflow/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/airflow/arguments.h"
#include "tools/begin.h"
#include "tools/cursor.h"
#include "tools/failure.h"
#include "tools/get_mwaa_logs.json.h"

#include <stdlib.h>
#include <string.h>

#define LINES_SHOWN 20

static void inquiry_done(struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->source_count; i++) {
        log_source_done(&q->sources[i]);
        free(q->streams[i]);
    }
    log_lines_done(&q->scheduler);
    json_decref(q->scheduler_streams);
    free(q->group);
    free(q->run_id);
    free(q->log_task);
    free(q->task_id);
    json_decref(q->run);
    task_list_done(&q->tasks);
    dag_view_done(&q->view);
    airflow_done(&q->airflow);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int finish(struct airflow_inquiry *q, struct tool_answer *out)
{
    if (!q->run && q->diagnosis.cause != CAUSE_UNKNOWN) /* of the environment, or of a file */
        diagnosis_put(&q->diagnosis, &q->answer);
    airflow_describe(q);
    airflow_children(q);
    airflow_advise(q);
    airflow_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int missing_dag(const struct airflow_inquiry *q, struct tool_answer *out)
{
    auto_free char *what =
        xasprintf("find the DAG \"%s\" in the MWAA environment \"%s\"", q->dag_id, q->airflow.rest.environment);
    return rest_failure(out, &q->view.dag_fault, what,
                        "Airflow has no such DAG, and no file that it cannot read: check the id (case matters).");
}

static int missing_run(const struct airflow_inquiry *q, const struct rest_fault *f, struct tool_answer *out)
{
    const char *id = json_str(q->call->arguments, "dag_run_id", NULL);
    const char *date = json_str(q->call->arguments, "execution_date", "");
    if (f->by == REST_FINE)
        return failure_say(out,
                           "The DAG \"%s\" has no run %s%s: leave dag_run_id and execution_date out to get the latest failed "
                           "one.",
                           q->dag_id, id ? "" : "of ", id ? id : date);
    auto_free char *what = xasprintf("read that run of the DAG \"%s\"", q->dag_id);
    return rest_failure(out, f, what, "Check its id.");
}

/* The run to look at: the one asked for, else the latest that failed, else one in flight, whose tasks may be failing. Returns 0
   (also without a run: the DAG is healthy), -1 when `out` has the error answer. */
static int choose_run(struct airflow_inquiry *q, struct tool_answer *out)
{
    const char *id = json_str(q->call->arguments, "dag_run_id", NULL);
    const char *date = json_str(q->call->arguments, "execution_date", NULL);
    if (id || date) {
        struct rest_fault f = {0};
        q->run = dag_find_run(&q->airflow, &q->view, id, date, &f);
        return q->run ? 0 : missing_run(q, &f, out);
    }
    const json_t *run = dag_newest_run(q->view.runs, "failed");
    if (!run)
        run = dag_newest_run(q->view.runs, "running");
    q->run = json_incref((json_t *)(uintptr_t)run);
    return 0;
}

static int choose_task(struct airflow_inquiry *q, struct tool_answer *out)
{
    tasks_read(&q->airflow, q->dag_id, dag_run_id(q->run), &q->tasks);
    if (!q->task_id) {
        q->task = tasks_root(&q->tasks);
        if (!q->task)
            q->task = tasks_in_state(&q->tasks, "up_for_retry");
        return 0;
    }
    q->task = tasks_find(&q->tasks, q->task_id, q->map_index);
    if (!q->task && q->tasks.items && q->tasks.complete)
        return failure_say(out, "Run %s of the DAG \"%s\" has no such task as %s: leave task_id out to get the one that failed "
                                "first.", dag_run_id(q->run), q->dag_id, q->task_id);
    return 0;
}

static void look_into_task(struct airflow_inquiry *q)
{
    bool decided = false;
    if (q->task && airflow_log_name(q)) {
        q->call->progress(q->call, 2, 3, "reading the task's log");
        airflow_log_read(q);
        const struct finding *best = findings_best(&q->findings);
        decided = best && best->signature && best->signature->cause != CAUSE_UNKNOWN;
    }
    if (!decided && dag_state_is(q->run, "failed") && (!q->task || dag_state_is(q->task, "failed")))
        airflow_log_read_scheduler(q);
    airflow_judge_task(q);
    airflow_log_offer_walk(q);
}

static int look_into_dag(struct airflow_inquiry *q, struct tool_answer *out)
{
    if (q->view.dag_fault.status == 404 && !json_array_size(q->view.runs) && !json_array_size(q->view.import_errors))
        return missing_dag(q, out);
    if (choose_run(q, out) || (q->run && choose_task(q, out)))
        return -1;
    airflow_judge_imports(q);
    if (q->run)
        look_into_task(q);
    return finish(q, out);
}

/* Airflow did not answer: its logs are in CloudWatch all the same. */
static int look_without_airflow(struct airflow_inquiry *q, struct tool_answer *out)
{
    if (q->dag_id) {
        q->call->progress(q->call, 2, 3, "Airflow does not answer; searching its logs");
        airflow_log_search(q);
        airflow_judge_task(q);
        airflow_log_offer_walk(q);
    }
    return finish(q, out);
}

static int inquire(struct airflow_inquiry *q, struct tool_answer *out, struct err *e)
{
    const char *name = json_str(q->call->arguments, "environment_name", "");
    json_auto_t *position = cursor_read("get_mwaa_logs", q->call->arguments, e);
    if (!position && e->kind)
        return failure_err(out, e);
    if (airflow_arguments_check(q->call->arguments, e) ||
        airflow_task_argument(q->call->arguments, &q->task_id, &q->map_index, e))
        return failure_err(out, e);
    q->call->progress(q->call, 0, 3, "reading the environment");
    if (airflow_open(&q->airflow, q->session, name, envelope_sources(&q->answer), out))
        return -1;
    diagnosis_init(&q->diagnosis);
    if (position) {
        if (airflow_log_walk(q, position, e))
            return failure_err(out, e);
        airflow_describe(q);
        return envelope_answer(&q->answer, q->session, out);
    }
    q->call->progress(q->call, 1, 3, "asking Airflow for runs, import errors and health");
    if (airflow_is_there(&q->airflow))
        dag_read(&q->airflow, q->dag_id, &q->view);
    airflow_judge_environment(q);
    if (!airflow_answered(q))
        return look_without_airflow(q, out);
    if (q->dag_id)
        return look_into_dag(q, out);
    airflow_judge_imports(q);
    return finish(q, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct airflow_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->dag_id = json_str(call->arguments, "dag_id", NULL);
    q->map_index = -1;
    q->attempt = (int)json_int(call->arguments, "try_number", -1);
    q->max_lines = LINES_SHOWN;
    q->now_ms = clock_wall_ms();
    int rc = tool_begin(call, "get_mwaa_logs", &q->session, &q->answer, out) ? -1 : inquire(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_mwaa_logs = {
    .name = "get_mwaa_logs",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
