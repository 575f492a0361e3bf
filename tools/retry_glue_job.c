/* The tool retry_glue_job: start one failed Glue run again, at most once. */
#include "tools/glue/retry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/retry_glue_job.json.h"

#include <string.h>

static void retry_done(struct glue_retry *r)
{
    gate_leave(&r->gate);
    json_decref(r->request);
    json_decref(r->workflow_view);
    glue_view_done(&r->view);
    envelope_done(&r->answer);
    aws_session_free(r->session);
}

/* Names what is asked for: the same run with the same changes has the same key. */
static void put_key(struct glue_retry *r)
{
    json_auto_t *o = json_pack("{s:s, s:s, s:O*, s:O*}", "job_name", r->job_name, "run_id", glue_run_id(r->run), "arguments",
                               json_obj(r->call->arguments, "arguments"), "resize", json_obj(r->call->arguments, "resize"));
    gate_put_key(o, &r->answer);
}

/* A job with a bookmark goes on after what it last committed: the reader should know where that is. */
static void read_bookmark(struct glue_retry *r)
{
    const char *option = glue_argument(r->view.job, r->run, "--job-bookmark-option");
    if (!option || strcmp(option, "job-bookmark-enable"))
        return;
    json_t *source = coverage_source(envelope_sources(&r->answer), "glue:GetJobBookmark");
    json_auto_t *in = json_pack("{s:s}", "JobName", r->job_name);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(r->session, &aws_glue_get_job_bookmark, in, &reply, &f)) {
        if (f.err.kind == ERR_NOT_FOUND)
            coverage_absent(source);
        else
            coverage_fault(source, &f);
        return;
    }
    coverage_read(source, 1, 1, 0, true);
    const json_t *entry = json_obj(reply, "JobBookmarkEntry");
    json_t *before = json_object();
    json_put(before, "bookmark", json_pack("{s:s, s:I, s:I, s:I, s:s}", "mode", option, "version",
                                           (json_int_t)json_int(entry, "Version", 0), "run",
                                           (json_int_t)json_int(entry, "Run", 0), "attempt",
                                           (json_int_t)json_int(entry, "Attempt", 0), "run_id", json_str(entry, "RunId", "")));
    envelope_put(&r->answer, "before", before);
    envelope_warn(&r->answer, "bookmark",
                  "The job keeps a bookmark: the retry goes on after what it last committed (version %d).",
                  (int)json_int(entry, "Version", 0));
}

/* From the first read to the settled request; nobody else in this process is at the job meanwhile, but for dry runs. */
static int look_and_start(struct glue_retry *r, struct tool_answer *out, struct err *e)
{
    r->now_ms = clock_wall_ms();
    r->call->progress(r->call, 1, 3, "reading the job, its runs and that run");
    if (glue_retry_read(r, json_str(r->call->arguments, "run_id", NULL), out))
        return -1;
    if (glue_retry_build(r, e))
        return failure_err(out, e);
    put_key(r);
    glue_retry_check(r);
    if (r->gate.effect == EFFECT_OPEN) {
        read_bookmark(r);
        if (r->gate.dry_run) {
            r->gate.effect = EFFECT_DRY_RUN;
        } else {
            r->call->progress(r->call, 2, 3, "everything holds");
            if (glue_retry_start(r, out))
                return -1;
        }
    }
    glue_retry_report(r);
    return envelope_answer(&r->answer, r->session, out);
}

static const struct gate_words words = {.of = {
    [EFFECT_OPEN] = "Nothing started.",
    [EFFECT_CREATED] = "Started again: a new run exists. It is not done yet; follow it.",
    [EFFECT_ALREADY_IN_FLIGHT] = "Nothing started: a run is in flight already.",
    [EFFECT_ALREADY_DONE] = "Nothing started: a newer run has succeeded.",
    [EFFECT_REFUSED] = "Nothing started: a precondition does not hold.",
    [EFFECT_UNKNOWN] = "Unknown whether a run was started. Do not start it again before looking.",
    [EFFECT_DRY_RUN] = "Dry run: everything holds; nothing was started.",
}};

static int carry_out(struct glue_retry *r, struct tool_answer *out, struct err *e)
{
    auto_free char *resource = xasprintf("glue/%s/%s", aws_session_region(r->session), r->job_name);
    if (gate_enter(&r->gate, r->call, resource, r->job_name, out))
        return -1;
    r->gate.words = &words;
    return look_and_start(r, out, e);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    struct glue_retry r = {
        .call = call,
        .gate.consent = consent,
        .job_name = json_str(call->arguments, "job_name", ""),
    };
    int rc = tool_begin(call, "retry_glue_job", &r.session, &r.answer, out) ? -1 : carry_out(&r, out, e);
    retry_done(&r);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_retry_glue_job = {
    .name = "retry_glue_job",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
