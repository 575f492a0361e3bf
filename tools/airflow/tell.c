/* The digest of get_mwaa_logs, in the order a person asks. */
#include "tools/airflow/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DIGEST_LINES 8 /* evidence lines in the digest; the structured answer has all */

/* "load[2]" for an instance of a mapped task. Free with free(). */
static char *task_name(const char *task_id, int map_index)
{
    return map_index < 0 ? xstrdup(task_id) : xasprintf("%s[%d]", task_id, map_index);
}

static void tell_environment(struct airflow_inquiry *q)
{
    size_t imports = json_array_size(q->view.import_errors);
    auto_buf struct buf parts = BUF_INIT(512);
    const char *name;
    json_t *part;
    json_object_foreach(q->view.health, name, part) {
        const char *status = json_str(part, "status", NULL);
        if (status)
            buf_addf(&parts, ", %s %s", name, status);
    }
    digest_line(&q->answer.digest, "MWAA environment %s: %s, Airflow %s%s.", q->airflow.rest.environment,
                airflow_status(&q->airflow), airflow_version(&q->airflow), buf_text(&parts));
    if (q->view.import_errors)
        digest_line(&q->answer.digest, "Files that Airflow cannot read: %zu.", imports);
    size_t i;
    json_t *run;
    json_array_foreach(q->view.runs, i, run) {
        if (i < 5)
            digest_line(&q->answer.digest, "Failed: DAG %s, run %s, ended %.19s.", json_str(run, "dag_id", "?"), dag_run_id(run),
                        json_str(run, "end_date", "at an unknown time"));
    }
    if (q->view.runs && !json_array_size(q->view.runs))
        digest_line(&q->answer.digest, "No run of any DAG is failed.");
}

static void tell_run(struct airflow_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    const char *at = json_str(q->run, "end_date", json_str(q->run, "start_date", NULL));
    digest_line(d, "DAG %s in %s (Airflow %s): run %s is %s%s%.19s.", q->dag_id, q->airflow.rest.environment,
                airflow_version(&q->airflow), dag_run_id(q->run), dag_state(q->run), at ? ", " : "", at ? at : "");
    if (!q->task) {
        if (q->tasks.items)
            digest_line(d, "None of its %d tasks failed.", q->tasks.total);
        return;
    }
    auto_free char *name = task_name(json_str(q->task, "task_id", "?"), task_map_index(q->task));
    digest_line(d, "Task %s (%s) is %s, try %lld of %lld.", name, json_str(q->task, "operator", "unknown operator"),
                dag_state(q->task), task_try(q->task), task_tries(q->task));
    int failed = tasks_count(&q->tasks, "failed"), behind = tasks_count(&q->tasks, "upstream_failed");
    if (failed > 1 || behind)
        digest_line(d, "%d task instance%s failed, this one first; %d did not run because of it.", failed, failed == 1 ? "" : "s",
                    behind);
}

/* A DAG of which no run is looked at. */
static void tell_dag(struct airflow_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    size_t n = json_array_size(q->view.runs);
    const json_t *newest = dag_newest_run(q->view.runs, NULL);
    if (q->searched) {
        auto_free char *name = task_name(q->log_task ? q->log_task : "?", q->log_map_index);
        if (q->source_count)
            digest_line(d, "DAG %s in %s: Airflow could not be asked. The last error in its logs is of task %s, try %d, run %s.",
                        q->dag_id, q->airflow.rest.environment, name, q->log_attempt, q->run_id);
        else
            digest_line(d, "DAG %s in %s: Airflow could not be asked, and its logs show no error in that time.", q->dag_id,
                        q->airflow.rest.environment);
    } else if (!n) {
        digest_line(d, "DAG %s in %s%s.", q->dag_id, q->airflow.rest.environment,
                    q->view.dag ? " has never run" : ": Airflow does not know it, and there are files it cannot read");
    } else {
        digest_line(d, "DAG %s in %s: none of its last %zu runs failed; the newest, %s, is %s.%s", q->dag_id,
                    q->airflow.rest.environment, n, dag_run_id(newest), dag_state(newest),
                    q->diagnosis.cause == CAUSE_UNKNOWN ? " Nothing to diagnose." : "");
    }
}

static void tell_cause(struct airflow_inquiry *q)
{
    bool elsewhere = json_array_size(json_arr(q->answer.root, "children")) > 0;
    diagnosis_tell(&q->diagnosis, elsewhere ? "Airflow only waited, and what it waited for has logs of its own" : NULL,
                   &q->answer);
    log_exception_tell(json_obj(q->answer.root, "exception"), &q->answer.digest);
}

static void tell_history(struct airflow_inquiry *q)
{
    if (!q->dag_id || json_array_size(q->view.runs) < 2)
        return;
    auto_buf struct buf strip = BUF_INIT(1024);
    size_t i;
    json_t *run;
    json_array_foreach(q->view.runs, i, run) {
        if (i < AIRFLOW_HISTORY)
            buf_addf(&strip, "%s%s", i ? " " : "", dag_state_is(run, "success") ? "ok" : dag_state(run));
    }
    digest_line(&q->answer.digest, "Runs, newest first: %s", buf_text(&strip));
}

static void tell_streams(struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->source_count; i++) {
        const struct log_source *s = &q->sources[i];
        if (s->found)
            digest_line(&q->answer.digest, "Looked at: %s/%s, %zu lines%s", s->group, s->stream, s->lines.count,
                        s->complete ? "" : " (the newest; there are older ones)");
        else if (!s->failed)
            digest_line(&q->answer.digest, "No such log: %s/%s", s->group, s->stream);
    }
}

void airflow_tell(struct airflow_inquiry *q)
{
    if (q->run)
        tell_run(q);
    else if (q->dag_id)
        tell_dag(q);
    else
        tell_environment(q);
    if (json_flag(q->view.dag, "is_paused", false))
        digest_line(&q->answer.digest, "The DAG is paused.");
    if (json_obj(q->answer.root, "diagnosis"))
        tell_cause(q);
    envelope_tell_evidence(&q->answer, DIGEST_LINES);
    tell_history(q);
    envelope_tell_rest(&q->answer);
    tell_streams(q);
}
