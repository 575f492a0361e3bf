#include "tools/glue/run.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

/* AWS gives the newest first, but does not promise it. */
static int newer_first(const json_t *a, const json_t *b)
{
    int64_t x = aws_time_ms(a, "StartedOn"), y = aws_time_ms(b, "StartedOn");
    return (x < y) - (x > y);
}

static void file_source(json_t *sources, const char *name, const struct aws_item *item, const json_t *found, bool more)
{
    json_t *source = coverage_source(sources, name);
    if (item->output)
        coverage_read(source, 1, json_is_array(found) ? (int64_t)json_array_size(found) : found != NULL, 0, !more);
    else
        coverage_fault(source, &item->fault);
}

void glue_read(struct aws_session *s, const char *job_name, const char *run_id, json_t *sources, struct glue_view *g)
{
    json_auto_t *job_in = json_pack("{s:s}", "JobName", job_name);
    json_auto_t *runs_in = json_pack("{s:s, s:i}", "JobName", job_name, "MaxResults", GLUE_RUNS_READ);
    json_auto_t *run_in = json_pack("{s:s, s:s}", "JobName", job_name, "RunId", run_id ? run_id : "");
    struct aws_item items[] = {
        {.op = &aws_glue_get_job, .input = job_in},
        {.op = &aws_glue_get_job_runs, .input = runs_in},
        {.op = &aws_glue_get_job_run, .input = run_in},
    };
    aws_invoke_all(s, items, run_id ? 3 : 2);

    *g = (struct glue_view){.job_name = job_name, .job_fault = items[0].fault, .runs_fault = items[1].fault,
                            .run_fault = items[2].fault};
    g->job = json_incref(json_obj(items[0].output, "Job"));
    const json_t *runs = json_arr(items[1].output, "JobRuns");
    g->runs = runs ? json_sorted(runs, newer_first) : items[1].output ? json_array() : NULL;
    g->run = json_incref(json_obj(items[2].output, "JobRun"));

    file_source(sources, "glue:GetJob", &items[0], g->job, false);
    file_source(sources, "glue:GetJobRuns", &items[1], g->runs, json_str(items[1].output, "NextToken", NULL) != NULL);
    if (run_id)
        file_source(sources, "glue:GetJobRun", &items[2], g->run, false);
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        json_decref(items[i].output);
}

void glue_view_done(struct glue_view *g)
{
    json_decref(g->job);
    json_decref(g->runs);
    json_decref(g->run);
    *g = (struct glue_view){0};
}

const char *glue_run_id(const json_t *run)
{
    return json_str(run, "Id", "");
}

const char *glue_run_state(const json_t *run)
{
    return json_str(run, "JobRunState", "UNKNOWN");
}

static bool state_among(const json_t *run, const char *const *states, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(glue_run_state(run), states[i]))
            return true;
    }
    return false;
}

bool glue_run_failed(const json_t *run)
{
    static const char *const states[] = {"FAILED", "TIMEOUT", "ERROR", "EXPIRED"};
    return state_among(run, states, ARRAY_LEN(states));
}

bool glue_run_in_flight(const json_t *run)
{
    static const char *const states[] = {"STARTING", "RUNNING", "STOPPING", "WAITING"};
    return state_among(run, states, ARRAY_LEN(states));
}

const char *glue_argument(const json_t *job, const json_t *run, const char *key)
{
    const char *fixed = json_str(json_obj(job, "NonOverridableArguments"), key, NULL);
    if (fixed)
        return fixed;
    return json_str(json_obj(run, "Arguments"), key, json_str(json_obj(job, "DefaultArguments"), key, NULL));
}

static bool succeeded(const json_t *run)
{
    return !strcmp(glue_run_state(run), "SUCCEEDED");
}

static bool same_config(const json_t *a, const json_t *b)
{
    return !strcmp(json_str(a, "WorkerType", ""), json_str(b, "WorkerType", "")) &&
           json_int(a, "NumberOfWorkers", 0) == json_int(b, "NumberOfWorkers", 0) &&
           json_int(a, "Timeout", 0) == json_int(b, "Timeout", 0);
}

static int64_t median_success_ms(const json_t *runs)
{
    int64_t list[GLUE_RUNS_READ];
    size_t n = 0, i;
    json_t *r;
    json_array_foreach(runs, i, r) {
        if (succeeded(r) && n < GLUE_RUNS_READ && json_int(r, "ExecutionTime", 0) > 0)
            list[n++] = json_int(r, "ExecutionTime", 0) * 1000;
    }
    return history_median(list, n);
}

/* Runs that started before this one, newest first: how did it go until then? */
static void look_back(const json_t *runs, const json_t *run, int64_t started, struct glue_context *c)
{
    bool streak_open = true, same = true;
    c->past.failures_in_row = glue_run_failed(run) ? 1 : 0;
    size_t i;
    json_t *r;
    json_array_foreach(runs, i, r) {
        if (aws_time_ms(r, "StartedOn") >= started || glue_run_in_flight(r))
            continue;
        if (streak_open && !c->past.successes_before && glue_run_failed(r)) {
            c->past.failures_in_row++;
        } else if (streak_open && succeeded(r)) {
            c->past.successes_before++;
            same = same && same_config(r, run);
            c->same_config_successes += same;
        } else {
            streak_open = false;
        }
    }
}

/* A job that may run several times at once usually does so with different arguments: only runs with the same ones, or
   retries of this run, are about the same work. */
static bool other_work(const struct glue_view *g, const json_t *a, const json_t *b)
{
    if (json_int(json_obj(g->job, "ExecutionProperty"), "MaxConcurrentRuns", 1) <= 1)
        return false;
    json_auto_t *none = json_object();
    const json_t *x = json_obj(a, "Arguments"), *y = json_obj(b, "Arguments");
    return !json_equal(x ? x : none, y ? y : none);
}

static void look_forward(const struct glue_view *g, const json_t *run, int64_t started, struct glue_context *c)
{
    size_t i;
    json_t *r;
    json_array_foreach(g->runs, i, r) {
        if (!strcmp(glue_run_id(r), glue_run_id(run)))
            continue;
        bool retry_of_it = !strcmp(json_str(r, "PreviousRunId", ""), glue_run_id(run));
        if (retry_of_it && !c->successor)
            c->successor = r;
        if (!retry_of_it && (aws_time_ms(r, "StartedOn") <= started || other_work(g, r, run)))
            continue;
        if (glue_run_in_flight(r) && !c->newer_in_flight)
            c->newer_in_flight = r;
        else if (succeeded(r) && !c->newer_success)
            c->newer_success = r;
        else if (!glue_run_in_flight(r) && !succeeded(r) && !c->newer_failed)
            c->newer_failed = r;
    }
}

/* Glue starts its own retry soon after a failure; when none has come for ten minutes none will. */
static bool native_retry_pending(const struct glue_view *g, const json_t *run, int64_t now_ms)
{
    const int64_t patience_ms = 10 * 60 * 1000;
    int64_t ended = aws_time_ms(run, "CompletedOn");
    return g->job && glue_run_failed(run) && json_int(run, "Attempt", 0) < json_int(g->job, "MaxRetries", 0) && ended >= 0 &&
           now_ms - ended < patience_ms;
}

void glue_context_of(const struct glue_view *g, const json_t *run, int64_t now_ms, struct glue_context *c)
{
    *c = (struct glue_context){.past.usual_ms = median_success_ms(g->runs)};
    int64_t started = aws_time_ms(run, "StartedOn");
    look_back(g->runs, run, started, c);
    look_forward(g, run, started, c);
    size_t i;
    json_t *r;
    json_array_foreach(g->runs, i, r) {
        c->in_flight += glue_run_in_flight(r);
        bool retry = json_str(r, "PreviousRunId", "")[0] || json_int(r, "Attempt", 0) > 0;
        c->retries_24h += retry && now_ms - aws_time_ms(r, "StartedOn") < (int64_t)24 * 3600 * 1000;
    }
    c->native_retry_pending = !c->successor && !c->newer_in_flight && !c->newer_success && !c->newer_failed &&
                              native_retry_pending(g, run, now_ms);
}

const json_t *glue_latest_failed(const json_t *runs)
{
    size_t i;
    json_t *r;
    json_array_foreach(runs, i, r) {
        if (glue_run_failed(r))
            return r;
    }
    return NULL;
}

json_t *glue_history(const json_t *runs, size_t max)
{
    json_t *out = json_array();
    size_t i;
    json_t *r;
    json_array_foreach(runs, i, r) {
        if (i >= max)
            break;
        json_t *o = json_object();
        json_put_str(o, "id", glue_run_id(r));
        json_put_str(o, "state", glue_run_state(r));
        json_put_time(o, "started_at", aws_time_ms(r, "StartedOn"));
        json_put_time(o, "ended_at", aws_time_ms(r, "CompletedOn"));
        json_put_int(o, "duration_s", json_int(r, "ExecutionTime", 0));
        if (json_int(r, "Attempt", 0))
            json_put_int(o, "attempt", json_int(r, "Attempt", 0));
        if (json_str(r, "PreviousRunId", "")[0])
            json_put_str(o, "previous_id", json_str(r, "PreviousRunId", ""));
        if (json_object_get(r, "DPUSeconds"))
            json_put(o, "dpu_seconds", json_real(json_num(r, "DPUSeconds", 0)));
        json_array_append_new(out, o);
    }
    return out;
}

json_t *glue_arguments_shown(const json_t *arguments)
{
    json_t *out = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)arguments, key, value) {
        if (redact_key_is_secret(key))
            json_put_str(out, key, "[redacted]");
        else
            json_put(out, key, json_incref(value));
    }
    return out;
}
