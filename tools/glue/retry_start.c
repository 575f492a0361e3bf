/* Sending the one request that starts a Glue run, and finding out what came of it, whatever the network did. */
#include "tools/glue/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

#define WAIT_FOR_ROOM_MS (5 * 60 * 1000)

/* A start that Glue does not show yet is known here: otherwise the next call would find nothing and start the run once more. */
static void remember(struct glue_retry *r, const char *outcome)
{
    gate_remember(&r->gate, glue_run_id(r->run), outcome);
}

static bool known_before(const struct glue_retry *r, const char *id)
{
    size_t i;
    json_t *run;
    json_array_foreach(r->view.runs, i, run) {
        if (!strcmp(glue_run_id(run), id))
            return true;
    }
    return false;
}

/* The runs as they are now; the newest that was not there before, preferring one linked to the run retried.
   Returns 0 and a new reference (NULL when there is none), or -1 when they could not be read. */
static int find_new_run(struct glue_retry *r, struct aws_session *s, json_t **found)
{
    json_auto_t *in = json_pack("{s:s, s:i}", "JobName", r->job_name, "MaxResults", GLUE_RUNS_READ);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    json_t *source = coverage_source(envelope_sources(&r->answer), "glue:GetJobRuns (again)");
    if (aws_invoke(s, &aws_glue_get_job_runs, in, &reply, &f)) {
        coverage_fault(source, &f);
        return -1;
    }
    const json_t *runs = json_arr(reply, "JobRuns");
    coverage_read(source, 1, (int64_t)json_array_size(runs), 0, !json_str(reply, "NextToken", NULL));
    const json_t *best = NULL;
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run) {
        if (known_before(r, glue_run_id(run)))
            continue;
        bool linked = !strcmp(json_str(run, "PreviousRunId", ""), glue_run_id(r->run));
        if (!best || linked)
            best = run;
    }
    *found = json_incref((json_t *)(uintptr_t)best);
    return 0;
}

/* Whether a run is the one we asked for, not one that a schedule or somebody else started meanwhile. Glue says so
   (PreviousRunId); of runs that a workflow resumed it does not. */
static bool is_ours(const struct glue_retry *r, const json_t *run)
{
    return r->workflow || !strcmp(json_str(run, "PreviousRunId", ""), glue_run_id(r->run));
}

/* Nobody knows whether the request was executed. It is never sent again; the runs themselves tell. */
static void reconcile(struct glue_retry *r, struct aws_session *s, struct stop *stop, const struct aws_fault *f)
{
    r->gate.effect = EFFECT_UNKNOWN;
    for (int looks = 0; gate_look(stop, &looks);) {
        json_auto_t *run = NULL;
        if (!find_new_run(r, s, &run) && run && is_ours(r, run)) {
            r->gate.effect = EFFECT_CREATED;
            envelope_warn(&r->answer, "reconciled", "The start got no clear answer (%s); the new run was found by reading back",
                          f->err.text);
            glue_retry_after(r, glue_run_id(run), run);
            return;
        }
    }
    envelope_warn(&r->answer, "effect_unknown",
                  "The start got no clear answer (%s), and reading back has shown no new run. Do not start it again: look at the "
                  "job's runs with get_glue_logs in a minute", f->err.text);
    remember(r, "this server sent its start and got no clear answer");
    glue_retry_after(r, NULL, NULL);
}

/* Glue has no room: somebody else was quicker, or other runs fill it. */
static void no_room(struct glue_retry *r, struct aws_session *s)
{
    json_auto_t *run = NULL;
    find_new_run(r, s, &run);
    if (run) {
        r->gate.effect = EFFECT_ALREADY_IN_FLIGHT;
        glue_retry_after(r, glue_run_id(run), run);
        return;
    }
    gate_hold(&r->gate, "room_to_run", false, "Glue says that as many runs of this job are in flight as it may have");
    struct advice a;
    advice_init(&a);
    a.tool = "retry_glue_job";
    a.arguments = json_deep_copy(r->call->arguments);
    a.not_before_ms = r->now_ms + WAIT_FOR_ROOM_MS;
    a.attempts_used = r->context.retries_24h;
    advice_block(&a, "cooldown");
    advice_reason(&a, "Glue already runs as many of this job as it may; wait until one has ended.");
    advice_put(&a, &r->answer);
}

/* The state of what was started, as Glue tells it now. Returns whether it does. */
static bool read_back(struct glue_retry *r, struct aws_session *s, const char *id)
{
    json_auto_t *in = json_pack("{s:s, s:s}", "JobName", r->job_name, "RunId", id);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    json_t *source = coverage_source(envelope_sources(&r->answer), "glue:GetJobRun (new run)");
    if (aws_invoke(s, &aws_glue_get_job_run, in, &reply, &f))
        coverage_fault(source, &f);
    else
        coverage_read(source, 1, 1, 0, true);
    glue_retry_after(r, id, json_obj(reply, "JobRun"));
    return reply != NULL;
}

static void started(struct glue_retry *r, struct aws_session *s, const json_t *reply)
{
    r->gate.effect = EFFECT_CREATED;
    bool shown;
    if (!r->workflow) {
        shown = read_back(r, s, json_str(reply, "JobRunId", ""));
    } else {
        json_auto_t *run = NULL; /* ResumeWorkflowRun names the workflow's run, not the job's */
        find_new_run(r, s, &run);
        glue_retry_after(r, run ? glue_run_id(run) : NULL, run);
        shown = run != NULL;
    }
    if (!shown)
        remember(r, "this server started it again");
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct glue_retry *r = ctx;
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (!aws_invoke(s, r->operation, r->request, &reply, &f)) {
        started(r, s, reply);
        return 0;
    }
    if (f.effect_unknown) {
        reconcile(r, s, stop, &f);
        return 0;
    }
    if (!strcmp(f.code, "ConcurrentRunsExceededException")) {
        no_room(r, s);
        return 0;
    }
    auto_free char *what = xasprintf("start run %s of the Glue job \"%s\" again (nothing was started)", glue_run_id(r->run),
                                     r->job_name);
    return failure_aws(out, r->operation, &f, what, "The run or the job vanished since it was read.");
}

int glue_retry_start(struct glue_retry *r, struct tool_answer *out)
{
    auto_free char *act = gate_act(glue_retry_request_shown(r), "Run the Glue job \"%s\" (%s) again, as its run %s was%s%s?",
                                   r->job_name, aws_session_region(r->session), glue_run_id(r->run),
                                   r->workflow ? ", within workflow " : "", r->workflow ? r->workflow : "");
    return gate_send(&r->gate, act, send, r, &r->answer, out);
}
