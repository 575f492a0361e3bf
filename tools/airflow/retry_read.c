/* Reading all that a retry of a DAG run depends on, and building its request. */
#include "tools/airflow/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/failure.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 60 * 60 * 1000)
#define TRIES_MAX 1000000    /* a number beyond it is none */
#define CONF_MAX (64 * 1024) /* bytes; Airflow 2 takes no body over 1 MB */

static const char prefix[] = "retry__";

static int cannot_read(struct airflow_retry *r, struct tool_answer *out, const struct rest_fault *f, const char *what)
{
    auto_free char *whole = xasprintf("%s \"%s\" in %s, so nothing was changed", what, r->dag_id, r->airflow.rest.environment);
    return rest_failure(out, f, whole, "Check environment, DAG id (case matters) and run id.");
}

/* A DAG that Airflow does not know may be one whose file it cannot read. */
static int missing_dag(struct airflow_retry *r, struct tool_answer *out)
{
    size_t n = json_array_size(r->view.import_errors);
    if (!n)
        return cannot_read(r, out, &r->view.dag_fault, "find the DAG");
    const char *file = json_str(json_array_get(r->view.import_errors, 0), "filename", "?");
    return failure_say(
        out,
        "Nothing was changed: Airflow does not know the DAG \"%s\" now, and files it cannot read: %zu, "
        "the first %s. get_mwaa_logs environment_name=%s shows them.",
        r->dag_id, n, file, r->airflow.rest.environment);
}

static int choose_run(struct airflow_retry *r, struct tool_answer *out)
{
    const char *id = json_str(r->call->arguments, "dag_run_id", NULL);
    const char *date = json_str(r->call->arguments, "execution_date", NULL);
    struct rest_fault f = {0};
    if (id || date)
        r->run = dag_find_run(&r->airflow, &r->view, id, date, &f);
    else
        r->run = json_incref((json_t *)(uintptr_t)dag_newest_run(r->view.runs, NULL));
    if (r->run)
        return 0;
    if (f.by != REST_FINE)
        return cannot_read(r, out, &f, "read that run of the DAG");
    if (id || date)
        return failure_say(out, "Nothing was changed: the DAG \"%s\" has no run %s%s.", r->dag_id, id ? "" : "of ",
                           id ? id : date);
    return failure_say(out, "Nothing was changed: the DAG \"%s\" has never run, so there is nothing to retry.", r->dag_id);
}

/* What is cleared: what failed in this run, and what did not run because of it. `reset_dag_runs` is sent because Airflow 2 would
   otherwise leave the run failed and never look at it again. */
static json_t *clear_body(const struct airflow_retry *r, bool dry_run)
{
    json_t *body = json_object();
    json_put_flag(body, "dry_run", dry_run);
    json_put_str(body, "dag_run_id", dag_run_id(r->run));
    json_put_flag(body, "only_failed", true);
    json_put_flag(body, "only_running", false);
    json_put_flag(body, "include_downstream", true);
    json_put_flag(body, "reset_dag_runs", true);
    return body;
}

static char *dag_path(const struct airflow_retry *r, const char *what)
{
    auto_free char *part = rest_part(r->dag_id);
    return xasprintf("/dags/%s/%s", part, what);
}

/* How often this run was cleared lately. Each clear gives the task as many tries as it had, so tries are a multiple of them.
   Needs the DAG's tasks; -1 when they are not known. */
static int count_clears(const struct airflow_retry *r, const json_t *tasks)
{
    const json_t *root = tasks_root(&r->tasks);
    int64_t ended = dag_time_ms(root, "end_date");
    if (!tasks || !root)
        return -1;
    if (ended >= 0 && ended + DAY_MS < r->now_ms)
        return 0;
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (strcmp(json_str(task, "task_id", ""), json_str(root, "task_id", "?")))
            continue;
        int64_t retries = json_int(task, "retries", 0), tries = json_int(root, "try_number", 0);
        if (retries < 0 || retries > TRIES_MAX || tries > TRIES_MAX)
            return -1;
        return tries > retries + 1 ? (int)((tries - 1) / (retries + 1)) : 0;
    }
    return -1;
}

/* A DAG whose id makes that path too long is not asked about: how often it was cleared is then not known. */
static void read_clears(struct airflow_retry *r)
{
    auto_rest_call struct rest_call c;
    rest_get(&c, dag_path(r, "tasks"), NULL);
    r->retries_24h = -1;
    if (strlen(c.path) > REST_PATH_MAX)
        return;
    rest_send(&r->airflow.rest, r->session, &c, 1);
    const json_t *tasks = json_arr(c.reply, "tasks");
    rest_cover(envelope_sources(&r->answer), "tasks", &c, json_array_size(tasks), true);
    r->retries_24h = count_clears(r, tasks);
}

void airflow_retry_try(struct airflow_retry *r, struct aws_session *s)
{
    rest_post(&r->trial, dag_path(r, "clearTaskInstances"), clear_body(r, true));
    rest_send(&r->airflow.rest, s, &r->trial, 1);
    if (r->trial.reply || !airflow_retry_may_not_try(r))
        rest_cover(envelope_sources(&r->answer), "clearTaskInstances (dry run)", &r->trial,
                   json_array_size(json_arr(r->trial.reply, "task_instances")), true);
}

bool airflow_retry_may_not_try(const struct airflow_retry *r)
{
    return r->trial.fault.aws.err.kind == ERR_DENIED;
}

/* "retry__X__2" is a retry of X: its own retry is retry__X__3, not a retry of a retry. Free with free(). */
static char *original_id(const char *run_id)
{
    if (!text_starts(run_id, prefix))
        return xstrdup(run_id);
    const char *inside = run_id + sizeof prefix - 1;
    const char *mark = NULL;
    for (const char *p = inside; (p = strstr(p, "__")); p += 2)
        mark = p;
    if (!mark || !mark[2] || mark[2 + strspn(mark + 2, "0123456789")])
        return xstrdup(run_id);
    return xstrndup(inside, (size_t)(mark - inside));
}

/* Airflow takes letters, digits and _.~:+- (v2 says so, v1 fails with a page of HTML). */
static void make_valid(char *id)
{
    for (char *p = id; *p; p++) {
        bool fine = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("_.~:+-", *p);
        if (!fine)
            *p = '_';
    }
}

/* The id a new run gets: the same for the same retry, so that asking twice meets the first (409). */
static void name_new_run(struct airflow_retry *r)
{
    auto_free char *original = original_id(dag_run_id(r->run));
    make_valid(original);
    auto_free char *family = xasprintf("%s%.200s__", prefix, original);
    int64_t last = 0;
    r->retries_24h = 0;
    size_t i;
    json_t *run;
    json_array_foreach(r->view.runs, i, run) {
        int64_t n;
        if (!text_starts(dag_run_id(run), family) || text_to_range(dag_run_id(run) + strlen(family), 1, 100000, &n))
            continue;
        last = n > last && dag_state_is(run, "failed") ? n : last;
        r->retries_24h += dag_run_moment_ms(run) + DAY_MS > r->now_ms;
    }
    r->new_run_id = xasprintf("%s%d", family, (int)last + 1);
}

int airflow_retry_read(struct airflow_retry *r, struct tool_answer *out)
{
    dag_read(&r->airflow, r->dag_id, &r->view);
    if (r->view.dag_fault.status == 404)
        return missing_dag(r, out);
    if (!r->view.dag)
        return cannot_read(r, out, &r->view.dag_fault, "read the DAG");
    if (!r->view.runs)
        return cannot_read(r, out, &r->view.runs_fault, "read the runs of the DAG");
    if (choose_run(r, out))
        return -1;
    tasks_read(&r->airflow, r->dag_id, dag_run_id(r->run), &r->tasks);
    if (!r->tasks.items)
        return cannot_read(r, out, &r->tasks.fault, "read the tasks of the DAG");
    if (r->trigger)
        name_new_run(r);
    else if (dag_state_is(r->run, "failed"))
        read_clears(r);
    if (!r->trigger && r->gate.dry_run && dag_state_is(r->run, "failed"))
        airflow_retry_try(r, r->session);
    return 0;
}

/* The tasks that failed, and those that did not run because of them. */
static json_t *failed_tasks(const struct airflow_retry *r)
{
    json_t *list = json_array();
    size_t i;
    json_t *task;
    json_array_foreach(r->tasks.items, i, task) {
        if (dag_state_is(task, "failed") || dag_state_is(task, "upstream_failed"))
            json_array_append(list, task);
    }
    return list;
}

json_t *airflow_retry_list(const struct airflow_retry *r)
{
    json_t *said = json_arr(r->request.reply, "task_instances");
    if (!said)
        said = json_arr(r->trial.reply, "task_instances");
    return said ? json_incref(said) : failed_tasks(r);
}

static int build_trigger(struct airflow_retry *r, struct err *e)
{
    const json_t *conf = json_obj(r->call->arguments, "conf");
    if (!json_object_size(conf))
        conf = json_obj(r->run, "conf");
    json_t *body = json_object();
    json_put_str(body, "dag_run_id", r->new_run_id);
    json_put(body, "conf", conf ? json_deep_copy(conf) : json_object());
    auto_free char *note = xasprintf("Retry of %s", dag_run_id(r->run));
    json_put_str(body, "note", note);
    if (r->airflow.rest.api == 2)
        json_put(body, "logical_date", json_null()); /* must be there, and may be null */
    rest_post(&r->request, dag_path(r, "dagRuns"), body);
    size_t n;
    free(json_text(json_obj(body, "conf"), &n));
    return n > CONF_MAX ? err_set(e, ERR_INVALID, "/conf: %zu bytes, and at most %d go to a run", n, CONF_MAX) : 0;
}

int airflow_retry_build(struct airflow_retry *r, struct err *e)
{
    if (r->trigger) {
        if (build_trigger(r, e))
            return -1;
    } else {
        rest_post(&r->request, dag_path(r, "clearTaskInstances"), clear_body(r, false));
    }
    r->request.writes = true;
    return 0;
}
