/* Sending the one request that retries a DAG run, and finding out what came of it, whatever the network did. */
#include "tools/airflow/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/failure.h"

#include <string.h>

static const char *run_after(const struct airflow_retry *r)
{
    return r->trigger ? r->new_run_id : dag_run_id(r->run);
}

/* The run that is to be seen now; NULL when it is not, or not yet another. A cleared run is another once it has left its
   state. */
static json_t *look(struct airflow_retry *r, struct aws_session *s)
{
    struct rest_fault f = {0};
    json_auto_t *run = dag_ask_run(&r->airflow, s, r->dag_id, run_after(r), &f);
    bool started_anew = run && dag_time_ms(run, "start_date") > dag_time_ms(r->run, "end_date");
    bool moved = r->trigger || (run && (!dag_state_is(run, "failed") || started_anew));
    return run && moved ? json_incref(run) : NULL;
}

static json_t *look_until(struct airflow_retry *r, struct aws_session *s, struct stop *stop)
{
    json_t *run = NULL;
    for (int looks = 0; !run && gate_look(stop, &looks);)
        run = look(r, s);
    return run;
}

/* Nobody knows whether the request was carried out. It is never sent again; the run itself tells. */
static void reconcile(struct airflow_retry *r, struct aws_session *s, struct stop *stop)
{
    auto_free char *why = rest_explain(&r->request.fault);
    json_auto_t *run = look_until(r, s, stop);
    if (run) {
        r->gate.effect = EFFECT_CREATED;
        envelope_warn(&r->answer, "reconciled", "The request got no clear answer (%s); what it did was found by reading back",
                      why);
    } else {
        r->gate.effect = EFFECT_UNKNOWN;
        gate_remember(&r->gate, dag_run_id(r->run), "this server sent a retry of it and got no clear answer");
        envelope_warn(&r->answer, "effect_unknown",
                      "The request got no clear answer (%s), and reading the run back has not shown it. Do not "
                      "send it again: look at the run with get_mwaa_logs in a minute",
                      why);
    }
    airflow_retry_after(r, run_after(r), run);
}

static void carried_out(struct airflow_retry *r, struct aws_session *s, struct stop *stop)
{
    const json_t *cleared = json_arr(r->request.reply, "task_instances");
    r->gate.effect = EFFECT_CREATED;
    json_auto_t *run = look_until(r, s, stop);
    if (!r->trigger && !json_array_size(cleared) && !run) {
        r->gate.effect = EFFECT_FAILED;
        gate_hold(&r->gate, "something_to_clear", false, "Airflow found nothing left to clear");
    } else if (!r->trigger && !json_array_size(cleared)) {
        r->gate.effect = EFFECT_ALREADY_IN_FLIGHT; /* somebody else was quicker */
    } else if (!run) {
        gate_remember(&r->gate, dag_run_id(r->run), "this server retried it");
        envelope_warn(
            &r->answer, "not_seen_yet",
            "Airflow took the request, but the run does not show it yet; look at it in a minute. If a cleared run stays "
            "failed, set its state to queued in Airflow");
    }
    airflow_retry_after(r, run_after(r), run);
}

/* The same retry was triggered before: its run is there. */
static void exists_already(struct airflow_retry *r, struct aws_session *s)
{
    struct rest_fault f = {0};
    json_auto_t *run = dag_ask_run(&r->airflow, s, r->dag_id, r->new_run_id, &f);
    if (run && dag_state_is(run, "success"))
        r->gate.effect = EFFECT_ALREADY_DONE;
    else
        r->gate.effect = EFFECT_ALREADY_IN_FLIGHT;
    gate_hold(&r->gate, "nothing_in_flight", false, "run %s exists already", r->new_run_id);
    airflow_retry_after(r, r->new_run_id, run);
}

/* No answer to be had: nothing was sent, or what was sent was refused. Returns 0, or -1 when `out` has the error answer. */
static int refused(struct airflow_retry *r, const struct rest_fault *f, struct tool_answer *out)
{
    if (f->by != REST_BY_AIRFLOW) {
        auto_free char *whole = xasprintf("%s \"%s\" (nothing was changed)",
                                          r->trigger ? "trigger the DAG" : "clear that run of the DAG", r->dag_id);
        return rest_failure(out, f, whole, "The environment vanished since it was read.");
    }
    auto_free char *why = rest_explain(f);
    if (f == &r->request.fault)
        r->gate.effect = EFFECT_FAILED;
    gate_hold(&r->gate, "accepted", false, "%s", why);
    return 0;
}

/* Airflow's own dry run comes first, with the role that writes. Returns whether to go on. */
static bool try_first(struct airflow_retry *r, struct aws_session *s)
{
    airflow_retry_try(r, s);
    json_auto_t *list = airflow_retry_list(r);
    if (r->trial.reply && !json_array_size(list))
        gate_hold(&r->gate, "something_to_clear", false, "Airflow found nothing to clear");
    return r->trial.reply && json_array_size(list);
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct airflow_retry *r = ctx;
    if (!r->trigger && !try_first(r, s))
        return r->trial.reply ? 0 : refused(r, &r->trial.fault, out);
    rest_send(&r->airflow.rest, s, &r->request, 1);
    const struct rest_fault *f = &r->request.fault;
    const char *what = r->trigger ? "dagRuns (trigger)" : "clearTaskInstances";
    rest_cover(envelope_sources(&r->answer), what, &r->request, 1, true);
    if (r->request.reply) {
        carried_out(r, s, stop);
    } else if (f->unclear) {
        reconcile(r, s, stop);
    } else if (f->status == 409 && r->trigger) {
        exists_already(r, s);
    } else {
        return refused(r, f, out);
    }
    return 0;
}

int airflow_retry_send(struct airflow_retry *r, struct tool_answer *out)
{
    auto_free char *act = gate_act(airflow_retry_request_shown(r),
                                   r->trigger ? "Trigger a new run of DAG %s in %s, with the conf of %s?"
                                              : "Clear what failed in DAG %s in %s, run %s, so that Airflow runs it again?",
                                   r->dag_id, r->airflow.rest.environment, dag_run_id(r->run));
    return gate_send(&r->gate, act, send, r, &r->answer, out);
}
