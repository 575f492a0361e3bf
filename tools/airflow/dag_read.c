/* Asking Airflow about a DAG and its runs. */
#include "tools/airflow/dag.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 60 * 60 * 1000)
#define PAGES_MAX 3 /* of runs, looking for one by its id */

static int newer_first(const void *a, const void *b)
{
    int64_t x = dag_run_moment_ms(*(json_t *const *)a), y = dag_run_moment_ms(*(json_t *const *)b);
    return (x < y) - (x > y);
}

static const json_t *run_of_id(const json_t *runs, const char *dag_id, const char *run_id)
{
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run) {
        if (!strcmp(dag_run_id(run), run_id) && !strcmp(json_str(run, "dag_id", dag_id), dag_id))
            return run;
    }
    return NULL;
}

/* Both lists as one, newest first, each run once. Airflow's lists are in no useful order where a run has not started. */
static json_t *merged(const json_t *some, const json_t *others)
{
    json_auto_t *all = json_array();
    size_t i;
    json_t *run;
    json_array_extend(all, (json_t *)(uintptr_t)some);
    json_array_foreach(others, i, run) {
        if (!run_of_id(some, json_str(run, "dag_id", ""), dag_run_id(run)))
            json_array_append(all, run);
    }
    size_t n = json_array_size(all);
    auto_free json_t **list = xcalloc(n + 1, sizeof *list);
    for (i = 0; i < n; i++)
        list[i] = json_array_get(all, i);
    qsort(list, n, sizeof *list, newer_first);
    json_t *out = json_array();
    for (i = 0; i < n; i++)
        json_array_append(out, list[i]);
    return out;
}

/* The body of a list of runs; `states` (taken over) may be NULL. */
static json_t *runs_body(const char *dag_id, json_t *states, int offset)
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

static char *runs_path(void)
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

static json_t *take_list(struct airflow *a, struct rest_call *c, const char *what, const char *member, struct rest_fault *f)
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
    rest_post(&calls[CALL_RUNS], runs_path(), runs_body(dag_id, dag_id ? NULL : json_pack("[s]", "failed"), 0));
    rest_get(&calls[CALL_IMPORTS], xstrdup("/importErrors"), json_pack("{s:i}", "limit", REST_PAGE));
    rest_get(&calls[CALL_HEALTH], xstrdup(a->rest.api == 1 ? "/health" : "/monitor/health"), NULL);
    if (dag_id) {
        ask_dag(a, dag_id, &calls[CALL_DAG]);
        rest_post(&calls[CALL_FLYING], runs_path(), runs_body(dag_id, json_pack("[s, s]", "queued", "running"), 0));
    }
    rest_send(&a->rest, a->session, calls, dag_id ? CALL_COUNT : CALL_DAG);

    struct rest_fault flying_fault = {0};
    json_auto_t *runs = take_list(a, &calls[CALL_RUNS], "runs", "dag_runs", &v->runs_fault);
    v->import_errors = take_list(a, &calls[CALL_IMPORTS], "importErrors", "import_errors", &v->imports_fault);
    rest_cover(a->sources, "health", &calls[CALL_HEALTH], 1, true);
    v->health = json_incref(calls[CALL_HEALTH].reply);
    v->health_fault = calls[CALL_HEALTH].fault;
    json_auto_t *flying = NULL;
    if (dag_id) {
        take_dag(a, &calls[CALL_DAG], v);
        flying = take_list(a, &calls[CALL_FLYING], "runs in flight", "dag_runs", &flying_fault);
        if (!flying && runs)
            v->runs_fault = flying_fault;
    }
    if (runs && (flying || !dag_id))
        v->runs = merged(runs, flying);
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

/* One list of runs, asked with a session of the caller's; NULL and the fault. */
static json_t *ask_runs(struct airflow *a, struct aws_session *s, json_t *body, struct rest_fault *f)
{
    auto_rest_call struct rest_call c;
    rest_post(&c, runs_path(), body);
    rest_send(&a->rest, s, &c, 1);
    return take_list(a, &c, "runs (more)", "dag_runs", f);
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
    json_t *body = runs_body(dag_id, NULL, 0);
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
        json_auto_t *runs = merged(found, NULL);
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
        json_auto_t *runs = ask_runs(a, s, runs_body(dag_id, NULL, page * REST_PAGE), f);
        const json_t *run = run_of_id(runs, dag_id, run_id);
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
    rest_post(&calls[0], runs_path(), runs_body(dag_id, NULL, 0));
    rest_post(&calls[1], runs_path(), runs_body(dag_id, json_pack("[s, s]", "queued", "running"), 0));
    rest_send(&a->rest, s, calls, 2);
    json_auto_t *newest = take_list(a, &calls[0], "runs (again)", "dag_runs", f);
    json_auto_t *flying = take_list(a, &calls[1], "runs in flight (again)", "dag_runs", &flying_fault);
    rest_call_done(&calls[0]);
    rest_call_done(&calls[1]);
    const json_t *run = run_of_id(flying, dag_id, run_id);
    if (!run)
        run = run_of_id(newest, dag_id, run_id);
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
    const json_t *run = run_of_id(v->runs, v->dag_id, run_id);
    if (run)
        return json_incref((json_t *)(uintptr_t)run);
    if (v->runs && json_array_size(v->runs) < REST_PAGE)
        return NULL; /* those were all */
    return ask_older(a, a->session, v->dag_id, run_id, f);
}
