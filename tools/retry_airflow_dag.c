/* The tool retry_airflow_dag: run what failed in a DAG run again, at most once. */
#include "tools/airflow/retry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/arguments.h"
#include "tools/begin.h"
#include "tools/failure.h"
#include "tools/retry_airflow_dag.json.h"

#include <stdlib.h>
#include <string.h>

static void retry_done(struct airflow_retry *r)
{
    gate_leave(&r->gate);
    rest_call_done(&r->trial);
    rest_call_done(&r->request);
    free(r->new_run_id);
    json_decref(r->run);
    task_list_done(&r->tasks);
    dag_view_done(&r->view);
    airflow_done(&r->airflow);
    envelope_done(&r->answer);
    aws_session_free(r->session);
}

/* Clearing is the rule. A conf can only be given to a new run, so it asks for one. */
static int choose_mode(struct airflow_retry *r, struct err *e)
{
    const char *mode = json_str(r->call->arguments, "mode", NULL);
    bool conf = json_object_size(json_obj(r->call->arguments, "conf")) > 0;
    r->trigger = mode ? !strcmp(mode, "trigger") : conf;
    if (conf && !r->trigger)
        return err_set(e, ERR_INVALID, "/conf: a cleared run keeps the conf it has; mode trigger starts a new run with another");
    return 0;
}

/* Names what is asked for: the same run retried in the same way has the same key. */
static void put_key(struct airflow_retry *r)
{
    json_auto_t *o = json_pack("{s:s, s:s, s:s, s:b, s:O*}", "environment_name", r->airflow.rest.environment, "dag_id", r->dag_id,
                               "dag_run_id", dag_run_id(r->run), "trigger", r->trigger, "conf",
                               json_obj(r->call->arguments, "conf"));
    gate_put_key(o, &r->answer);
}

/* From the first read to the settled request; nobody else in this process is at the DAG meanwhile, but for dry runs. */
static int look_and_send(struct airflow_retry *r, struct tool_answer *out, struct err *e)
{
    r->now_ms = clock_wall_ms();
    r->call->progress(r->call, 1, 3, "reading the DAG, its runs and that run's tasks");
    if (airflow_retry_read(r, out))
        return -1;
    if (airflow_retry_build(r, e))
        return failure_err(out, e);
    put_key(r);
    airflow_retry_check(r);
    if (r->gate.effect == EFFECT_OPEN && r->gate.dry_run) {
        r->gate.effect = EFFECT_DRY_RUN;
    } else if (r->gate.effect == EFFECT_OPEN) {
        r->call->progress(r->call, 2, 3, "everything holds");
        if (airflow_retry_send(r, out))
            return -1;
    }
    airflow_retry_report(r);
    return envelope_answer(&r->answer, r->session, out);
}

static int carry_out(struct airflow_retry *r, struct tool_answer *out, struct err *e)
{
    const char *name = json_str(r->call->arguments, "environment_name", "");
    if (airflow_arguments_check(r->call->arguments, e) || choose_mode(r, e))
        return failure_err(out, e);
    auto_free char *resource = xasprintf("mwaa/%s/%s/%s", aws_session_region(r->session), name, r->dag_id);
    if (gate_enter(&r->gate, r->call, resource, r->dag_id, out))
        return -1;
    if (airflow_open(&r->airflow, r->session, name, envelope_sources(&r->answer), out))
        return -1;
    if (!airflow_is_there(&r->airflow))
        return failure_say(out, "Nothing was changed: the MWAA environment \"%s\" is %s, so there is no Airflow to ask.", name,
                           airflow_status(&r->airflow));
    return look_and_send(r, out, e);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    struct airflow_retry r = {
        .call = call,
        .gate.consent = consent,
        .dag_id = json_str(call->arguments, "dag_id", ""),
    };
    int rc = tool_begin(call, "retry_airflow_dag", &r.session, &r.answer, out) ? -1 : carry_out(&r, out, e);
    retry_done(&r);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_retry_airflow_dag = {
    .name = "retry_airflow_dag",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
