/* What must hold before a DAG run is retried; all of it read from Airflow just now. */
#include "tools/airflow/retry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

static void check_others(struct airflow_retry *r)
{
    struct gate *g = &r->gate;
    const json_t *other = dag_run_in_flight(r->run) ? r->run : dag_replacement(r->view.runs, r->run);
    bool flying = other && dag_run_in_flight(other);
    bool done = other && dag_state_is(other, "success");
    if (flying)
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
    else if (done)
        g->effect = EFFECT_ALREADY_DONE;
    r->other = flying || done ? other : NULL;
    gate_hold(g, "nothing_in_flight", !flying, flying ? "run %s is %s" : "no run that stands for it is in flight",
              other ? dag_run_id(other) : "", other ? dag_state(other) : "");
    gate_hold(g, "nothing_newer_succeeded", !done,
              done ? "run %s has succeeded since" : "no run that stands for it has succeeded",
              other ? dag_run_id(other) : "");
    bool failed = other && !flying && !done;
    gate_hold(g, "newest_attempt", !failed, failed ? "run %s is newer and %s: look at that one" : "no newer run stands for it",
              other ? dag_run_id(other) : "", other ? dag_state(other) : "");
}

static void check_dag(struct airflow_retry *r)
{
    struct gate *g = &r->gate;
    const json_t *d = r->view.dag;
    bool usable = airflow_is_usable(&r->airflow);
    gate_hold(g, "environment_available", usable, "the environment is %s%s", airflow_status(&r->airflow),
              !usable && airflow_is_changing(&r->airflow) ? ": that passes by itself" : "");
    bool gone = json_flag(d, "is_stale", !json_flag(d, "is_active", true));
    gate_hold(g, "dag_present", !gone, gone ? "Airflow finds the DAG in no file any more" : "the DAG's file is there");
    bool paused = json_flag(d, "is_paused", false);
    gate_hold(g, "not_paused", !paused,
              paused ? "the DAG is paused: whatever is cleared or triggered would wait until somebody unpauses it"
                     : "the DAG is not paused");
    bool sure = false;
    json_auto_t *errors = dag_import_errors(&r->view, &sure);
    bool broken = json_flag(d, "has_import_errors", false) || sure;
    const char *file = json_str(json_array_get(errors, 0), "filename", "its file");
    gate_hold(g, "no_import_errors", !broken, broken ? "Airflow cannot read %s: mend it first" : "Airflow can read its file%s",
              broken ? file : "");
}

static void check_tasks(struct airflow_retry *r)
{
    if (r->trial.path && !r->trial.reply && !airflow_retry_may_not_try(r)) {
        auto_free char *why = rest_explain(&r->trial.fault);
        gate_hold(&r->gate, "something_to_clear", false, "Airflow could not say what would be cleared: %s", why);
        return;
    }
    if (r->trial.path && !r->trial.reply)
        envelope_warn(&r->answer, "not_tried",
                      "Airflow does not let the role that reads ask what would be cleared: what is shown is "
                      "taken from the tasks' states");
    json_auto_t *list = airflow_retry_list(r);
    gate_hold(&r->gate, "something_to_clear", json_array_size(list) > 0, "%zu task instances failed or were held up",
              json_array_size(list));
}

/* What Airflow may not show yet. */
static void check_memory(struct airflow_retry *r)
{
    int64_t age_ms = 0;
    auto_free char *outcome = r->gate.effect == EFFECT_OPEN ? gate_recall(&r->gate, dag_run_id(r->run), &age_ms) : NULL;
    if (outcome)
        gate_hold(&r->gate, "not_started_already", false,
                  "%s %d s ago: look at the run; another try is possible %d minutes after "
                  "that one",
                  outcome, (int)(age_ms / 1000), CLAIMS_MEMORY_MS / 60000);
}

void airflow_retry_check(struct airflow_retry *r)
{
    struct gate *g = &r->gate;
    check_others(r);
    gate_hold(g, "run_failed", dag_state_is(r->run, "failed"), "run %s is %s", dag_run_id(r->run), dag_state(r->run));
    check_dag(r);
    int waiting = tasks_count(&r->tasks, "up_for_retry");
    gate_hold(g, "native_retries_exhausted", !waiting,
              waiting ? "%d task instances are about to be retried by Airflow itself" : "Airflow itself will retry none (%d)",
              waiting);
    if (!r->trigger)
        check_tasks(r);
    gate_hold(g, "attempts_left", r->retries_24h < ADVICE_ATTEMPTS_MAX,
              r->retries_24h < 0 ? "how often it was retried is not to be seen" : "%d of %d retries within 24 hours",
              r->retries_24h, ADVICE_ATTEMPTS_MAX);
    check_memory(r);
}
