/* Asking Airflow about a DAG and its newest runs. */
#include "tools/airflow/dag_lists.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

static int newer_first(const json_t *a, const json_t *b)
{
    int64_t x = dag_run_moment_ms(a), y = dag_run_moment_ms(b);
    return (x < y) - (x > y);
}

const json_t *dag_run_of_id(const json_t *runs, const char *dag_id, const char *run_id)
{
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run) {
        if (!strcmp(dag_run_id(run), run_id) && !strcmp(json_str(run, "dag_id", dag_id), dag_id))
            return run;
    }
    return NULL;
}

json_t *dag_runs_merged(const json_t *some, const json_t *others)
{
    json_auto_t *all = json_array();
    size_t i;
    json_t *run;
    json_array_extend(all, (json_t *)(uintptr_t)some);
    json_array_foreach(others, i, run) {
        if (!dag_run_of_id(some, json_str(run, "dag_id", ""), dag_run_id(run)))
            json_array_append(all, run);
    }
    return json_sorted(all, newer_first);
}

json_t *dag_runs_body(const char *dag_id, json_t *states, int offset)
{
    json_t *body = json_object();
    if (dag_id)
        json_put(body, "dag_ids", json_pack("[s]", dag_id));
    json_put(body, "states", states);
    json_put_str(body, "order_by", "-start_date");
    json_put_int(body, "page_limit", REST_PAGE);
    json_put_int(body, "page_offset", offset);
    return body;
}

char *dag_runs_path(void)
{
    return xstrdup("/dags/~/dagRuns/list");
}

/* An id too long for a path of its own is looked up in the list of DAGs. */
static void ask_dag(const struct airflow *a, const char *dag_id, struct rest_call *c)
{
    auto_free char *part = rest_part(dag_id);
    auto_free char *path = xasprintf("/dags/%s", part);
    if (strlen(path) <= REST_PATH_MAX) {
        rest_get(c, steal(&path), NULL);
        return;
    }
    json_t *query = json_pack("{s:s, s:i}", "dag_id_pattern", dag_id, "limit", REST_PAGE);
    json_put_flag(query, a->rest.api == 1 ? "only_active" : "exclude_stale", false);
    rest_get(c, xstrdup("/dags"), query);
}

static void take_dag(struct airflow *a, struct rest_call *c, struct dag_view *v)
{
    json_t *dag = c->reply;
    size_t i;
    json_t *o;
    if (json_arr(c->reply, "dags")) {
        dag = NULL;
        json_array_foreach(json_arr(c->reply, "dags"), i, o) {
            if (!strcmp(json_str(o, "dag_id", ""), v->dag_id))
                dag = o;
        }
        if (!dag)
            v->dag_fault = (struct rest_fault){.by = REST_BY_AIRFLOW, .status = 404};
    } else {
        v->dag_fault = c->fault;
    }
    v->dag = json_incref(dag);
    rest_cover(a->sources, "dag", c, dag != NULL, true);
}

json_t *dag_take_list(struct airflow *a, struct rest_call *c, const char *what, const char *member, struct rest_fault *f)
{
    const json_t *list = json_arr(c->reply, member);
    size_t n = json_array_size(list);
    rest_cover(a->sources, what, c, n, n >= (size_t)json_int(c->reply, "total_entries", 0));
    *f = c->fault;
    return c->reply ? list ? json_incref((json_t *)(uintptr_t)list) : json_array() : NULL;
}

enum { CALL_RUNS, CALL_IMPORTS, CALL_HEALTH, CALL_DAG, CALL_FLYING, CALL_COUNT };

void dag_read(struct airflow *a, const char *dag_id, struct dag_view *v)
{
    *v = (struct dag_view){.dag_id = dag_id};
    struct rest_call calls[CALL_COUNT] = {0};
    rest_post(&calls[CALL_RUNS], dag_runs_path(), dag_runs_body(dag_id, dag_id ? NULL : json_pack("[s]", "failed"), 0));
    rest_get(&calls[CALL_IMPORTS], xstrdup("/importErrors"), json_pack("{s:i}", "limit", REST_PAGE));
    rest_get(&calls[CALL_HEALTH], xstrdup(a->rest.api == 1 ? "/health" : "/monitor/health"), NULL);
    if (dag_id) {
        ask_dag(a, dag_id, &calls[CALL_DAG]);
        rest_post(&calls[CALL_FLYING], dag_runs_path(), dag_runs_body(dag_id, json_pack("[s, s]", "queued", "running"), 0));
    }
    rest_send(&a->rest, a->session, calls, dag_id ? CALL_COUNT : CALL_DAG);

    struct rest_fault flying_fault = {0};
    json_auto_t *runs = dag_take_list(a, &calls[CALL_RUNS], "runs", "dag_runs", &v->runs_fault);
    v->import_errors = dag_take_list(a, &calls[CALL_IMPORTS], "importErrors", "import_errors", &v->imports_fault);
    rest_cover(a->sources, "health", &calls[CALL_HEALTH], 1, true);
    v->health = json_incref(calls[CALL_HEALTH].reply);
    v->health_fault = calls[CALL_HEALTH].fault;
    json_auto_t *flying = NULL;
    if (dag_id) {
        take_dag(a, &calls[CALL_DAG], v);
        flying = dag_take_list(a, &calls[CALL_FLYING], "runs in flight", "dag_runs", &flying_fault);
        if (!flying && runs)
            v->runs_fault = flying_fault;
    }
    if (runs && (flying || !dag_id))
        v->runs = dag_runs_merged(runs, flying);
    for (size_t i = 0; i < CALL_COUNT; i++)
        rest_call_done(&calls[i]);
}

void dag_view_done(struct dag_view *v)
{
    json_decref(v->dag);
    json_decref(v->runs);
    json_decref(v->import_errors);
    json_decref(v->health);
    *v = (struct dag_view){0};
}
