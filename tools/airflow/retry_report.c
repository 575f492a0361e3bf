/* What retry_airflow_dag tells about a retry: the facts, and the digest. */
#include "tools/airflow/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/clean.h"

#include <string.h>

#define TASKS_SHOWN 50
#define TASKS_TOLD 10

json_t *airflow_retry_request_shown(const struct airflow_retry *r)
{
    json_auto_t *input = rest_input(&r->airflow.rest, &r->request);
    const struct aws_operation *op = rest_operation(&r->request);
    json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "service", aws_operation_service(op), "operation", aws_operation_name(op),
                          "input", clean_json(input, true), "sent", gate_was_sent(&r->gate));
    if (r->gate.dry_run)
        json_put_flag(o, "would_send", r->gate.effect == EFFECT_DRY_RUN);
    return o;
}

static json_t *run_facts(const json_t *run)
{
    json_auto_t *one = json_pack("[O]", run);
    json_auto_t *list = dag_history(one, 1, false);
    return json_incref(json_array_get(list, 0));
}

void airflow_retry_after(struct airflow_retry *r, const char *run_id, const json_t *run)
{
    json_t *arguments = json_object();
    json_put_str(arguments, "environment_name", r->airflow.rest.environment);
    json_put_str(arguments, "dag_id", r->dag_id);
    json_put_str(arguments, "dag_run_id", run_id);
    tool_where_on(r->call, arguments);
    envelope_put(&r->answer, "follow_up", json_pack("{s:s, s:o}", "tool", "get_mwaa_logs", "arguments", arguments));
    if (!run)
        return;
    envelope_put(&r->answer, "after", run_facts(run));
    envelope_state(&r->answer, dag_state(run), !dag_run_in_flight(run), dag_state_is(run, "failed"));
}

/* The tasks cleared, or that would be: Airflow 2 names them without index and state. */
static json_t *cleared_tasks(const struct airflow_retry *r)
{
    json_auto_t *listed = airflow_retry_list(r);
    json_t *list = json_array();
    size_t i;
    json_t *task;
    json_array_foreach(listed, i, task) {
        if (i == TASKS_SHOWN)
            break;
        json_t *o = json_object();
        json_put_str(o, "task_id", json_str(task, "task_id", NULL));
        if (task_map_index(task) >= 0)
            json_put_int(o, "map_index", task_map_index(task));
        json_array_append_new(list, o);
    }
    return list;
}

static void describe(struct airflow_retry *r)
{
    json_t *resource = envelope_resource(&r->answer, "airflow_dag", r->dag_id, aws_session_region(r->session));
    json_put_str(resource, "environment", r->airflow.rest.environment);
    json_t *before = run_facts(r->run);
    json_put(before, "task_states", tasks_states(&r->tasks));
    envelope_put(&r->answer, "before", before);
    envelope_put(&r->answer, "mode", json_string(r->trigger ? "trigger" : "clear"));
    envelope_put(&r->answer, "api", json_string(r->airflow.rest.api == 1 ? "v1" : "v2"));
    if (!r->trigger)
        envelope_put(&r->answer, "cleared_tasks", cleared_tasks(r));
    if (r->gate.dry_run || gate_was_sent(&r->gate))
        envelope_put(&r->answer, "request", airflow_retry_request_shown(r));
    gate_put(&r->gate, &r->answer);
    if (r->other && !json_obj(r->answer.root, "after"))
        airflow_retry_after(r, dag_run_id(r->other), r->other);
    if (!json_obj(r->answer.root, "state"))
        envelope_state(&r->answer, dag_state(r->run), !dag_run_in_flight(r->run), dag_state_is(r->run, "failed"));
}

static void tell_tasks(struct airflow_retry *r)
{
    const json_t *list = json_arr(r->answer.root, "cleared_tasks");
    auto_buf struct buf names = BUF_INIT(4096);
    size_t i;
    json_t *task;
    json_array_foreach(list, i, task) {
        if (i < TASKS_TOLD)
            buf_addf(&names, "%s%s", i ? ", " : "", json_str(task, "task_id", "?"));
    }
    size_t n = json_array_size(list);
    if (n)
        digest_line(&r->answer.digest, "%s: %s%s.", r->gate.effect == EFFECT_CREATED ? "Cleared" : "A clear takes",
                    buf_text(&names), n > TASKS_TOLD ? ", ..." : "");
}

/* The conf in it may be a stranger's: data, like a log line. */
static void tell_request(struct airflow_retry *r)
{
    const char *verb = gate_was_sent(&r->gate) ? "Sent" : r->gate.effect == EFFECT_DRY_RUN ? "Would send" : "Would not send";
    auto_free char *label = xasprintf("%s mwaa:InvokeRestApi", verb);
    auto_free char *input = json_text(json_obj(json_obj(r->answer.root, "request"), "input"), NULL);
    digest_data(&r->answer.digest, label, input, 1500);
}

void airflow_retry_report(struct airflow_retry *r)
{
    static const struct gate_words cleared = {{
        [EFFECT_CREATED] = "Cleared: Airflow runs these tasks again. It is not done yet; follow it.",
        [EFFECT_ALREADY_IN_FLIGHT] = "Nothing was changed: the run, or one that stands for it, is in flight already.",
        [EFFECT_ALREADY_DONE] = "Nothing was changed: a run that stands for it has succeeded.",
    }};
    static const struct gate_words triggered = {{
        [EFFECT_CREATED] = "Triggered: a new run exists. It is not done yet; follow it.",
        [EFFECT_ALREADY_IN_FLIGHT] = "Nothing was changed: a run that stands for it is in flight already.",
        [EFFECT_ALREADY_DONE] = "Nothing was changed: a run that stands for it has succeeded.",
    }};
    struct digest *d = &r->answer.digest;
    r->gate.words = r->trigger ? &triggered : &cleared;
    describe(r);
    gate_tell_effect(&r->gate, &r->answer);
    digest_line(d, "DAG %s in %s (Airflow %s), run %s: %s.", r->dag_id, r->airflow.rest.environment, airflow_version(&r->airflow),
                dag_run_id(r->run), dag_state(r->run));
    tell_tasks(r);
    const json_t *after = json_obj(r->answer.root, "after");
    if (after)
        digest_line(d, "Now: run %s is %s.", json_str(after, "run_id", ""), json_str(after, "state", ""));
    gate_tell_conditions(&r->gate, &r->answer);
    if (json_obj(r->answer.root, "request"))
        tell_request(r);
    envelope_tell_rest(&r->answer);
}
