#include "tools/airflow/dag.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int64_t dag_time_ms(const json_t *o, const char *key)
{
    int64_t ms;
    return clock_parse(json_str(o, key, ""), &ms) ? -1 : ms;
}

int dag_parse_date(const char *date, int64_t *ms)
{
    auto_free char *utc = xasprintf("%sZ", date);
    return clock_parse(date, ms) && clock_parse(utc, ms) ? -1 : 0;
}

const char *dag_run_id(const json_t *run)
{
    return json_str(run, "dag_run_id", "");
}

const char *dag_state(const json_t *run_or_task)
{
    return json_str(run_or_task, "state", "none");
}

bool dag_state_is(const json_t *run_or_task, const char *state)
{
    return !strcmp(dag_state(run_or_task), state);
}

bool dag_run_in_flight(const json_t *run)
{
    return dag_state_is(run, "queued") || dag_state_is(run, "running");
}

/* The date a run is for, as Airflow writes it, or NULL. Borrowed. */
static const char *date_of(const json_t *run)
{
    return json_str(run, "logical_date", json_str(run, "execution_date", json_str(run, "run_after", NULL)));
}

int64_t dag_run_moment_ms(const json_t *run)
{
    static const char *const keys[] = {"start_date", "queued_at", "run_after", "logical_date", "execution_date"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int64_t ms = dag_time_ms(run, keys[i]);
        if (ms >= 0)
            return ms;
    }
    return -1;
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
    const char *x = json_str(a, key, NULL), *y = json_str(b, key, NULL);
    return x && y && !strcmp(x, y);
}

static bool is_manual(const json_t *run)
{
    return !strcmp(json_str(run, "run_type", ""), "manual");
}

/* Started by hand, and not failed: for a run of the schedule, or with the conf of the run that somebody had started by hand. */
static bool done_by_hand(const json_t *other, const json_t *run)
{
    bool same_work = !is_manual(run) || json_equal(json_object_get(other, "conf"), json_object_get(run, "conf"));
    return is_manual(other) && !dag_state_is(other, "failed") && same_work;
}

/* A later run for the same data, a retry of this one, or one that somebody started by hand since and that did not fail. */
static bool replaces(const json_t *other, const json_t *run)
{
    if (!strcmp(dag_run_id(other), dag_run_id(run)))
        return false;
    auto_free char *retry = xasprintf("retry__%s__", dag_run_id(run));
    if (text_starts(dag_run_id(other), retry))
        return true;
    int64_t ended = dag_time_ms(run, "end_date");
    bool later = dag_run_moment_ms(other) >= (ended >= 0 ? ended : dag_run_moment_ms(run));
    bool same_data = same_text(run, other, "data_interval_start") && same_text(run, other, "data_interval_end") &&
                     strcmp(json_str(run, "data_interval_start", ""), json_str(run, "data_interval_end", ""));
    return later && (same_data || done_by_hand(other, run));
}

const json_t *dag_replacement(const json_t *runs, const json_t *run)
{
    size_t i;
    json_t *other;
    json_array_foreach(runs, i, other) {
        if (replaces(other, run))
            return other;
    }
    return NULL;
}

const json_t *dag_newest_run(const json_t *runs, const char *state)
{
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run) {
        if (!state || dag_state_is(run, state))
            return run;
    }
    return NULL;
}

json_t *dag_history(const json_t *runs, size_t max, bool with_dag)
{
    json_t *list = json_array();
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run) {
        if (i == max)
            break;
        json_t *o = json_object();
        if (with_dag)
            json_put_str(o, "dag_id", json_str(run, "dag_id", NULL));
        json_put_str(o, "run_id", dag_run_id(run));
        json_put_str(o, "state", dag_state(run));
        json_put_str(o, "run_type", json_str(run, "run_type", NULL));
        json_put_str(o, "logical_date", date_of(run));
        json_put_time(o, "started_at", dag_time_ms(run, "start_date"));
        json_put_time(o, "ended_at", dag_time_ms(run, "end_date"));
        json_array_append_new(list, o);
    }
    return list;
}

/* The path of one file is often given from another root: the scheduler's, the bundle's. */
static bool same_file(const char *a, const char *b)
{
    return a[0] && b[0] && (text_ends(a, b) || text_ends(b, a));
}

json_t *dag_import_errors(const struct dag_view *v, bool *sure)
{
    const char *file = json_str(v->dag, "fileloc", json_str(v->dag, "relative_fileloc", ""));
    json_t *ours = json_array();
    size_t i;
    json_t *o;
    json_array_foreach(v->import_errors, i, o) {
        const char *name = json_str(o, "filename", "");
        bool by_file = same_file(file, name);
        bool by_name = v->dag_id && !v->dag && (strstr(name, v->dag_id) || strstr(json_str(o, "stack_trace", ""), v->dag_id));
        if (by_file || by_name || !v->dag_id)
            json_array_append(ours, o);
    }
    *sure = json_array_size(ours) > 0;
    bool broken = v->dag ? json_flag(v->dag, "has_import_errors", false) : v->dag_fault.status == 404;
    if (*sure || !v->dag_id || !broken)
        return ours;
    json_decref(ours);
    return v->import_errors ? json_incref(v->import_errors) : json_array();
}
