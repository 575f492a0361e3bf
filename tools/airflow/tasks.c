#include "tools/airflow/tasks.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX 1e12 /* a duration beyond it is none */

static void list_call(struct rest_call *c, const char *dag_id, const char *run_id, const char *state, int offset)
{
    json_t *body = json_pack("{s:[s], s:[s], s:i, s:i}", "dag_ids", dag_id, "dag_run_ids", run_id, "page_limit", REST_PAGE,
                             "page_offset", offset);
    if (state)
        json_put(body, "state", json_pack("[s]", state));
    rest_post(c, xstrdup("/dags/~/dagRuns/~/taskInstances/list"), body);
}

int task_map_index(const json_t *task)
{
    return (int)json_int(task, "map_index", -1);
}

long long task_try(const json_t *task)
{
    return json_int(task, "try_number", 0);
}

long long task_tries(const json_t *task)
{
    int64_t max = json_int(task, "max_tries", 0);
    return max < INT64_MAX ? max + 1 : max;
}

static bool same_task(const json_t *a, const json_t *b)
{
    return !strcmp(json_str(a, "task_id", ""), json_str(b, "task_id", "")) && task_map_index(a) == task_map_index(b);
}

static void add_new(json_t *list, const json_t *more)
{
    size_t known = json_array_size(list), i, j;
    json_t *task;
    json_array_foreach(more, i, task) {
        bool there = false;
        for (j = 0; j < known && !there; j++)
            there = same_task(json_array_get(list, j), task);
        if (!there)
            json_array_append(list, task);
    }
}

/* The pages behind the first, until the end or TASKS_MAX. Returns -1 and the fault when one fails. */
static int read_more(struct airflow *a, const char *dag_id, const char *run_id, struct task_list *t, int *read)
{
    while (*read < t->total && *read < TASKS_MAX) {
        struct rest_call c;
        list_call(&c, dag_id, run_id, NULL, *read);
        rest_send(&a->rest, a->session, &c, 1);
        const json_t *page = json_arr(c.reply, "task_instances");
        rest_cover(a->sources, "taskInstances (more)", &c, json_array_size(page), true);
        t->fault = c.fault;
        add_new(t->items, page);
        *read += (int)json_array_size(page);
        bool end = !json_array_size(page);
        rest_call_done(&c);
        if (end)
            return t->fault.by == REST_FINE ? 0 : -1;
    }
    return 0;
}

void tasks_read(struct airflow *a, const char *dag_id, const char *run_id, struct task_list *t)
{
    *t = (struct task_list){0};
    struct rest_call calls[2] = {0};
    list_call(&calls[0], dag_id, run_id, "failed", 0);
    list_call(&calls[1], dag_id, run_id, NULL, 0);
    rest_send(&a->rest, a->session, calls, 2);
    const json_t *failed = json_arr(calls[0].reply, "task_instances");
    const json_t *all = json_arr(calls[1].reply, "task_instances");
    int read = (int)json_array_size(all);
    t->total = (int)json_int(calls[1].reply, "total_entries", read);
    rest_cover(a->sources, "taskInstances (failed)", &calls[0], json_array_size(failed),
               json_array_size(failed) >= (size_t)json_int(calls[0].reply, "total_entries", 0));
    json_t *source = rest_cover(a->sources, "taskInstances", &calls[1], (size_t)read, read >= t->total);
    t->fault = calls[0].reply ? calls[1].fault : calls[0].fault;
    if (calls[0].reply && calls[1].reply) {
        t->items = failed ? json_copy((json_t *)(uintptr_t)failed) : json_array();
        add_new(t->items, all);
        t->complete = !read_more(a, dag_id, run_id, t, &read) && read >= t->total;
        json_put_flag(source, "complete", t->complete);
    }
    rest_call_done(&calls[0]);
    rest_call_done(&calls[1]);
}

void task_list_done(struct task_list *t)
{
    json_decref(t->items);
    *t = (struct task_list){0};
}

/* Ended first, and known to have ended. */
static bool sooner(const json_t *a, const json_t *b)
{
    int64_t x = dag_time_ms(a, "end_date"), y = dag_time_ms(b, "end_date");
    return x >= 0 && (y < 0 || x < y);
}

const json_t *tasks_root(const struct task_list *t)
{
    const json_t *root = NULL;
    size_t i;
    json_t *task;
    json_array_foreach(t->items, i, task) {
        if (dag_state_is(task, "failed") && (!root || sooner(task, root)))
            root = task;
    }
    return root;
}

const json_t *tasks_in_state(const struct task_list *t, const char *state)
{
    size_t i;
    json_t *task;
    json_array_foreach(t->items, i, task) {
        if (dag_state_is(task, state))
            return task;
    }
    return NULL;
}

const json_t *tasks_find(const struct task_list *t, const char *task_id, int map_index)
{
    const json_t *found = NULL;
    size_t i;
    json_t *task;
    json_array_foreach(t->items, i, task) {
        if (strcmp(json_str(task, "task_id", ""), task_id) || (map_index >= 0 && task_map_index(task) != map_index))
            continue;
        if (!found || (dag_state_is(task, "failed") && (!dag_state_is(found, "failed") || sooner(task, found))))
            found = task;
    }
    return found;
}

int tasks_count(const struct task_list *t, const char *state)
{
    int n = 0;
    size_t i;
    json_t *task;
    json_array_foreach(t->items, i, task)
        n += dag_state_is(task, state);
    return n;
}

json_t *tasks_states(const struct task_list *t)
{
    json_t *o = json_object();
    size_t i;
    json_t *task;
    json_array_foreach(t->items, i, task)
        json_put_int(o, dag_state(task), json_int(o, dag_state(task), 0) + 1);
    return o;
}

static json_t *shown(const json_t *task)
{
    json_t *o = json_object();
    json_put_str(o, "task_id", json_str(task, "task_id", NULL));
    if (task_map_index(task) >= 0)
        json_put_int(o, "map_index", task_map_index(task));
    json_put_str(o, "state", dag_state(task));
    json_put_int(o, "try_number", json_int(task, "try_number", 0));
    json_put_int(o, "max_tries", json_int(task, "max_tries", 0));
    json_put_str(o, "operator", json_str(task, "operator", json_str(task, "operator_name", NULL)));
    json_put_time(o, "started_at", dag_time_ms(task, "start_date"));
    json_put_time(o, "ended_at", dag_time_ms(task, "end_date"));
    double duration = json_num(task, "duration", -1);
    if (duration >= 0 && duration < SECONDS_MAX)
        json_put(o, "duration_s", json_real((double)(int64_t)(duration * 10) / 10));
    json_put_str(o, "hostname", json_str(task, "hostname", ""));
    return o;
}

static bool is_dull(const json_t *task)
{
    return dag_state_is(task, "success") || dag_state_is(task, "skipped") || dag_state_is(task, "none") ||
           dag_state_is(task, "removed");
}

json_t *tasks_shown(const struct task_list *t, const json_t *always, size_t max)
{
    json_t *list = json_array();
    size_t i;
    json_t *task;
    if (always)
        json_array_append_new(list, shown(always));
    json_array_foreach(t->items, i, task) {
        if (task != always && !is_dull(task) && json_array_size(list) < max)
            json_array_append_new(list, shown(task));
    }
    return list;
}
