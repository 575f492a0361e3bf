/* What must hold before a Glue run is retried; all of it read from AWS just now. */
#include "tools/glue/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/glue/arguments.h"

#include <string.h>

static int cannot_read(struct glue_retry *r, struct tool_answer *out, const struct aws_operation *op,
                       const struct aws_fault *f, const char *what)
{
    auto_free char *whole = xasprintf("%s of the Glue job \"%s\" in %s, so nothing was started", what, r->job_name,
                                      aws_session_region(r->session));
    return failure_aws(out, op, f, whole, "Check job name (case matters), run id and region.");
}

static void find_node(struct glue_retry *r)
{
    size_t i, j;
    json_t *node, *run;
    json_array_foreach(json_arr(json_obj(r->workflow_view, "Graph"), "Nodes"), i, node) {
        json_array_foreach(json_arr(json_obj(node, "JobDetails"), "JobRuns"), j, run) {
            if (!strcmp(glue_run_id(run), glue_run_id(r->run)))
                r->workflow_node = json_str(node, "UniqueId", NULL);
        }
    }
}

static void read_workflow(struct glue_retry *r)
{
    const json_t *args = json_obj(r->run, "Arguments");
    r->workflow = json_str(args, "--WORKFLOW_NAME", NULL);
    r->workflow_run = json_str(args, "--WORKFLOW_RUN_ID", NULL);
    if (!r->workflow || !r->workflow_run) {
        r->workflow = r->workflow_run = NULL;
        return;
    }
    json_t *source = coverage_source(envelope_sources(&r->answer), "glue:GetWorkflowRun");
    json_auto_t *in = json_pack("{s:s, s:s, s:b}", "Name", r->workflow, "RunId", r->workflow_run, "IncludeGraph", true);
    json_auto_t *reply = NULL;
    if (aws_invoke(r->session, &aws_glue_get_workflow_run, in, &reply, &r->workflow_fault)) {
        coverage_fault(source, &r->workflow_fault);
        return;
    }
    coverage_read(source, 1, 1, 0, true);
    r->workflow_view = json_incref(json_obj(reply, "Run"));
    find_node(r);
}

int glue_retry_read(struct glue_retry *r, const char *run_id, struct tool_answer *out)
{
    struct glue_view *g = &r->view;
    glue_read(r->session, r->job_name, run_id, envelope_sources(&r->answer), g);
    if (!g->job)
        return cannot_read(r, out, &aws_glue_get_job, &g->job_fault, "read the definition");
    if (!g->runs)
        return cannot_read(r, out, &aws_glue_get_job_runs, &g->runs_fault, "read the other runs");
    if (run_id && !g->run)
        return cannot_read(r, out, &aws_glue_get_job_run, &g->run_fault, "read that run");
    r->run = run_id ? g->run : json_array_get(g->runs, 0);
    if (!r->run) {
        return failure_say(out, "The Glue job \"%s\" has never run: there is nothing to retry.", r->job_name);
    }
    glue_context_of(g, r->run, r->now_ms, &r->context);
    read_workflow(r);
    return 0;
}

static void check_others(struct glue_retry *r)
{
    struct gate *g = &r->gate;
    const struct glue_context *c = &r->context;
    if (c->newer_in_flight) {
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
        r->other = c->newer_in_flight;
    } else if (c->newer_success) {
        g->effect = EFFECT_ALREADY_DONE;
        r->other = c->newer_success;
    }
    gate_hold(g, "nothing_in_flight", !c->newer_in_flight,
              c->newer_in_flight ? "run %s is %s" : "no newer run is in flight",
              c->newer_in_flight ? glue_run_id(c->newer_in_flight) : "",
              c->newer_in_flight ? glue_run_state(c->newer_in_flight) : "");
}

static void check_run(struct glue_retry *r)
{
    struct gate *g = &r->gate;
    bool stopped = !strcmp(glue_run_state(r->run), "STOPPED");
    bool wanted = stopped && json_flag(r->call->arguments, "include_stopped", false);
    gate_hold(g, "run_failed", glue_run_failed(r->run) || wanted, "run %s is %s%s", glue_run_id(r->run), glue_run_state(r->run),
              stopped && !wanted ? ": somebody stopped it; include_stopped retries it all the same" : "");
}

static void check_workflow(struct glue_retry *r)
{
    if (!r->workflow)
        return;
    struct gate *g = &r->gate;
    const char *status = json_str(r->workflow_view, "Status", "unknown");
    bool running = !strcmp(status, "RUNNING") || !strcmp(status, "STOPPING");
    if (!r->workflow_view)
        gate_hold(g, "workflow_known", false, "it belongs to workflow %s, which could not be read: %s", r->workflow,
                  r->workflow_fault.err.text);
    else
        gate_hold(g, "workflow_known", r->workflow_node != NULL, "run %s of workflow %s %s this run", r->workflow_run,
                  r->workflow, r->workflow_node ? "holds" : "does not hold");
    gate_hold(g, "workflow_ended", r->workflow_view && !running, "the workflow's run is %s", status);
}

/* What Glue's lists may not show yet. */
static void check_memory(struct glue_retry *r)
{
    int64_t age_ms = 0;
    auto_free char *outcome = r->gate.effect == EFFECT_OPEN ? gate_recall(&r->gate, glue_run_id(r->run), &age_ms) : NULL;
    if (outcome)
        gate_hold(&r->gate, "not_started_already", false,
                  "%s %d s ago: look at the job's runs; a new start is possible %d minutes after that one", outcome,
                  (int)(age_ms / 1000), CLAIMS_MEMORY_MS / 60000);
}

void glue_retry_check(struct glue_retry *r)
{
    struct gate *g = &r->gate;
    const struct glue_context *c = &r->context;
    if (glue_run_in_flight(r->run)) {
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
        r->other = r->run;
    } else {
        check_others(r);
    }
    check_run(r);
    gate_hold(g, "nothing_newer_succeeded", !c->newer_success, "%s",
              c->newer_success ? glue_run_id(c->newer_success) : "no newer run succeeded");
    gate_hold(g, "newest_attempt", !c->newer_failed, "%s%s",
              c->newer_failed ? glue_run_id(c->newer_failed) : "no newer run ended otherwise",
              c->newer_failed ? " is newer and ended without success: look at that one" : "");
    gate_hold(g, "native_retries_exhausted", !c->native_retry_pending, "attempt %d of MaxRetries %d%s",
              (int)json_int(r->run, "Attempt", 0), (int)json_int(r->view.job, "MaxRetries", 0),
              c->native_retry_pending ? ": Glue is about to retry it by itself" : "");
    gate_hold(g, "attempts_left", c->retries_24h < ADVICE_ATTEMPTS_MAX, "%d of %d retries within 24 hours", c->retries_24h,
              ADVICE_ATTEMPTS_MAX);
    int room = (int)json_int(json_obj(r->view.job, "ExecutionProperty"), "MaxConcurrentRuns", 1);
    bool queued = json_flag(r->view.job, "JobRunQueuingEnabled", false);
    gate_hold(g, "room_to_run", c->in_flight < room || queued, "%d in flight, MaxConcurrentRuns %d%s", c->in_flight, room,
              queued ? ", the job queues runs" : "");
    const char *code = glue_run_code_argument(r->view.job, r->run);
    gate_hold(g, "no_code_arguments", !code, "%s%s", code ? code : "the run has no arguments that load code",
              code ? " was set for that run alone and loads code: not passed on, and without it the run would be another" : "");
    check_workflow(r);
    check_memory(r);
}
