/* What get_mwaa_logs tells as JSON. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define TASKS_SHOWN 50
#define IMPORTS_SHOWN 10
#define TRACE_MAX 1500 /* bytes of a stack trace: its end */

static void describe_environment(struct airflow_inquiry *q)
{
    const json_t *e = q->airflow.environment;
    const json_t *update = json_obj(e, "LastUpdate");
    json_t *o = json_object();
    json_put_str(o, "status", airflow_status(&q->airflow));
    json_put_str(o, "airflow_version", airflow_version(&q->airflow));
    json_put_str(o, "api", q->airflow.rest.api == 1 ? "v1" : "v2");
    json_put_str(o, "class", json_str(e, "EnvironmentClass", NULL));
    if (update) {
        json_t *last = json_object();
        json_put_str(last, "status", json_str(update, "Status", NULL));
        json_put_time(last, "at", aws_time_ms(update, "CreatedAt"));
        json_put_str(last, "error_code", json_str(json_obj(update, "Error"), "ErrorCode", NULL));
        json_put_str(last, "error_message", json_str(json_obj(update, "Error"), "ErrorMessage", NULL));
        json_put(o, "last_update", last);
    }
    envelope_put(&q->answer, "environment", o);
}

static void describe_health(struct airflow_inquiry *q)
{
    if (!q->view.health)
        return;
    json_t *o = json_object();
    const char *name;
    json_t *part;
    json_object_foreach(q->view.health, name, part)
        json_put_str(o, name, json_str(part, "status", NULL));
    envelope_put(&q->answer, "health", o);
}

static void describe_imports(struct airflow_inquiry *q)
{
    if (!q->view.import_errors)
        return;
    bool sure;
    json_auto_t *ours = dag_import_errors(&q->view, &sure);
    json_t *list = json_array();
    size_t i;
    json_t *e;
    json_array_foreach(ours, i, e) {
        if (i == IMPORTS_SHOWN)
            break;
        const char *trace = json_str(e, "stack_trace", "");
        size_t n = strlen(trace);
        const char *end = n > TRACE_MAX ? trace + text_utf8_floor(trace, n - TRACE_MAX) : trace;
        json_t *o = json_object();
        json_put_str(o, "file", json_str(e, "filename", NULL));
        json_put_time(o, "at", dag_time_ms(e, "timestamp"));
        json_put_str(o, "stack_trace", end);
        json_array_append_new(list, o);
    }
    envelope_put(&q->answer, "import_errors", list);
}

static void describe_dag(struct airflow_inquiry *q)
{
    const json_t *d = q->view.dag;
    if (!d)
        return;
    json_t *o = json_object();
    json_put_str(o, "dag_id", q->dag_id);
    json_put_flag(o, "paused", json_flag(d, "is_paused", false));
    json_put_flag(o, "gone", json_flag(d, "is_stale", !json_flag(d, "is_active", true)));
    json_put_flag(o, "has_import_errors", json_flag(d, "has_import_errors", false));
    json_put_str(o, "file", json_str(d, "fileloc", NULL));
    envelope_put(&q->answer, "dag", o);
}

static void describe_run(struct airflow_inquiry *q)
{
    json_auto_t *one = json_pack("[O]", q->run);
    json_auto_t *list = dag_history(one, 1, false);
    json_t *o = json_incref(json_array_get(list, 0));
    json_put_str(o, "note", json_str(q->run, "note", NULL));
    json_put_str(o, "triggered_by", json_str(q->run, "triggered_by", NULL));
    envelope_put(&q->answer, "run", o);
    if (q->tasks.items) {
        json_put_int(o, "tasks", q->tasks.total);
        json_put(o, "task_states", tasks_states(&q->tasks));
        envelope_put(&q->answer, "tasks", tasks_shown(&q->tasks, q->task, TASKS_SHOWN));
    }
    int64_t from = dag_time_ms(q->run, "start_date");
    int64_t to = dag_time_ms(q->run, "end_date");
    envelope_window(&q->answer, from, to < 0 ? q->now_ms : to, "run");
}

static void describe_streams(struct airflow_inquiry *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < q->source_count; i++) {
        const struct log_source *s = &q->sources[i];
        if (s->found)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "group", s->group, "stream", s->stream, "lines",
                                                  (json_int_t)s->lines.count, "complete", s->complete));
    }
    envelope_put(&q->answer, "streams", list);
}

static void describe_state(struct airflow_inquiry *q)
{
    if (q->run) {
        json_t *state = envelope_state(&q->answer, dag_state(q->run), !dag_run_in_flight(q->run), dag_state_is(q->run, "failed"));
        json_put_time(state, "started_at", dag_time_ms(q->run, "start_date"));
        json_put_time(state, "ended_at", dag_time_ms(q->run, "end_date"));
        if (q->task)
            json_put_int(state, "attempt", json_int(q->task, "try_number", 0));
    } else if (q->dag_id) {
        envelope_state(&q->answer, "unknown", false, false);
    } else {
        bool fine = airflow_is_usable(&q->airflow);
        envelope_state(&q->answer, airflow_status(&q->airflow), !airflow_is_changing(&q->airflow),
                       !fine && !airflow_is_changing(&q->airflow));
    }
}

void airflow_describe(struct airflow_inquiry *q)
{
    const char *id = q->dag_id ? q->dag_id : q->airflow.rest.environment;
    json_t *resource = envelope_resource(&q->answer, q->dag_id ? "airflow_dag" : "mwaa_environment", id,
                                         aws_session_region(q->session));
    json_put_str(resource, "environment", q->airflow.rest.environment);
    json_put_str(resource, "arn", json_str(q->airflow.environment, "Arn", NULL));
    describe_environment(q);
    describe_state(q);
    describe_health(q);
    describe_imports(q);
    describe_dag(q);
    if (q->view.runs)
        envelope_put(&q->answer, "dag_runs", dag_history(q->view.runs, AIRFLOW_HISTORY, !q->dag_id));
    if (q->run)
        describe_run(q);
    if (q->source_count)
        describe_streams(q);
}
