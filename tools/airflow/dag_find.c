/* Finding one run of a DAG: by its id, or by its date. */
#include "tools/airflow/dag_lists.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS (24 * 60 * 60 * 1000)
#define PAGES_MAX 3 /* of runs, looking for one by its id */

/* One list of runs, asked with a session of the caller's; NULL and the fault. */
static json_t *ask_runs(struct airflow *a, struct aws_session *s, json_t *body, struct rest_fault *f)
{
    auto_rest_call struct rest_call c;
    rest_post(&c, dag_runs_path(), body);
    rest_send(&a->rest, s, &c, 1);
    return dag_take_list(a, &c, "runs (more)", "dag_runs", f);
}

/* Runs whose date, of that name, lies in the span. */
static json_t *ask_runs_between(struct airflow *a, const char *dag_id, const char *name, int64_t from_ms, int64_t to_ms,
                                struct rest_fault *f)
{
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX], gte[40], lte[40];
    clock_rfc3339_ms(from_ms, from);
    clock_rfc3339_ms(to_ms, to);
    snprintf(gte, sizeof gte, "%s_gte", name);
    snprintf(lte, sizeof lte, "%s_lte", name);
    json_t *body = dag_runs_body(dag_id, NULL, 0);
    json_put_str(body, gte, from);
    json_put_str(body, lte, to);
    return ask_runs(a, a->session, body, f);
}

static json_t *find_by_date(struct airflow *a, const struct dag_view *v, const char *date, struct rest_fault *f)
{
    static const char *const names[][2] = {{"execution_date", NULL}, {"logical_date", "run_after"}};
    int64_t from, to;
    if (dag_parse_date(date, &from))
        return NULL;
    to = strchr(date, ':') ? from + 1 : from + DAY_MS - 1; /* Airflow keeps microseconds */
    for (int i = 0; i < 2 && names[a->rest.api - 1][i]; i++) {
        json_auto_t *found = ask_runs_between(a, v->dag_id, names[a->rest.api - 1][i], from, to, f);
        if (!found)
            return NULL;
        json_auto_t *runs = dag_runs_merged(found, NULL);
        const json_t *run = dag_newest_run(runs, "failed");
        if (!run)
            run = dag_newest_run(runs, NULL);
        if (run)
            return json_incref((json_t *)(uintptr_t)run);
    }
    return NULL;
}

/* Older runs, a page at a time, and at last the run's own page, whose path is long. */
static json_t *ask_older(struct airflow *a, struct aws_session *s, const char *dag_id, const char *run_id, struct rest_fault *f)
{
    for (int page = 1; page < PAGES_MAX; page++) {
        json_auto_t *runs = ask_runs(a, s, dag_runs_body(dag_id, NULL, page * REST_PAGE), f);
        const json_t *run = dag_run_of_id(runs, dag_id, run_id);
        if (run)
            return json_incref((json_t *)(uintptr_t)run);
        if (!runs || json_array_size(runs) < REST_PAGE)
            return NULL; /* these were all */
    }
    auto_free char *dag_part = rest_part(dag_id);
    auto_free char *run_part = rest_part(run_id);
    auto_rest_call struct rest_call c;
    rest_get(&c, xasprintf("/dags/%s/dagRuns/%s", dag_part, run_part), NULL);
    rest_send(&a->rest, s, &c, 1);
    rest_cover(a->sources, "run", &c, 1, true);
    if (!c.reply && c.fault.status != 404)
        *f = c.fault;
    return json_incref(c.reply);
}

json_t *dag_ask_run(struct airflow *a, struct aws_session *s, const char *dag_id, const char *run_id, struct rest_fault *f)
{
    struct rest_call calls[2] = {0};
    struct rest_fault flying_fault = {0};
    *f = (struct rest_fault){0};
    /* a run that waits to start has no start to be sorted by */
    rest_post(&calls[0], dag_runs_path(), dag_runs_body(dag_id, NULL, 0));
    rest_post(&calls[1], dag_runs_path(), dag_runs_body(dag_id, json_pack("[s, s]", "queued", "running"), 0));
    rest_send(&a->rest, s, calls, 2);
    json_auto_t *newest = dag_take_list(a, &calls[0], "runs (again)", "dag_runs", f);
    json_auto_t *flying = dag_take_list(a, &calls[1], "runs in flight (again)", "dag_runs", &flying_fault);
    rest_call_done(&calls[0]);
    rest_call_done(&calls[1]);
    const json_t *run = dag_run_of_id(flying, dag_id, run_id);
    if (!run)
        run = dag_run_of_id(newest, dag_id, run_id);
    if (run) {
        *f = (struct rest_fault){0};
        return json_incref((json_t *)(uintptr_t)run);
    }
    if (!newest || !flying) {
        *f = newest ? flying_fault : *f;
        return NULL;
    }
    return json_array_size(newest) < REST_PAGE ? NULL : ask_older(a, s, dag_id, run_id, f);
}

json_t *dag_find_run(struct airflow *a, const struct dag_view *v, const char *run_id, const char *date, struct rest_fault *f)
{
    *f = (struct rest_fault){0};
    if (!run_id)
        return find_by_date(a, v, date, f);
    const json_t *run = dag_run_of_id(v->runs, v->dag_id, run_id);
    if (run)
        return json_incref((json_t *)(uintptr_t)run);
    if (v->runs && json_array_size(v->runs) < REST_PAGE)
        return NULL; /* those were all */
    return ask_older(a, a->session, v->dag_id, run_id, f);
}
