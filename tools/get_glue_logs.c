/* The tool get_glue_logs: why did this Glue job fail? */
#include "tools/glue/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/cursor.h"
#include "tools/failure.h"
#include "tools/get_glue_logs.json.h"

#include <string.h>

static void inquiry_done(struct glue_inquiry *q)
{
    for (size_t i = 0; i < GLUE_STREAMS_MAX; i++)
        log_source_done(&q->sources[i]);
    log_lines_done(&q->executors);
    json_decref(q->executor_streams);
    glue_streams_done(&q->where);
    glue_view_done(&q->view);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int missing_job(const struct glue_inquiry *q, struct tool_answer *out)
{
    auto_free char *what = xasprintf("read the Glue job \"%s\"", q->job_name);
    auto_free char *missing = xasprintf("There is no such job in region %s: check name (case matters) and region.",
                                        aws_session_region(q->session));
    return failure_aws(out, &aws_glue_get_job, &q->view.job_fault, what, missing);
}

/* The run to look at is settled: the one asked for, else the latest failed one. Returns 0 when the inquiry can go on (also
   without a run: the job is healthy), -1 when `out` has the error answer. */
static int choose_run(struct glue_inquiry *q, const char *run_id, struct tool_answer *out)
{
    struct glue_view *g = &q->view;
    if (!g->job && g->job_fault.err.kind == ERR_NOT_FOUND && !g->run)
        return missing_job(q, out);
    if (run_id && !g->run) {
        auto_free char *what = xasprintf("read run \"%s\" of the Glue job \"%s\"", run_id, q->job_name);
        return failure_aws(out, &aws_glue_get_job_run, &g->run_fault, what,
                           "The job has no such run: leave run_id out to get the latest failed one.");
    }
    if (!run_id && !g->runs) {
        auto_free char *what = xasprintf("read the runs of the Glue job \"%s\"", q->job_name);
        return failure_aws(out, &aws_glue_get_job_runs, &g->runs_fault, what, "Check the job's name and region.");
    }
    q->run = run_id ? g->run : glue_latest_failed(g->runs);
    q->has_context = g->runs && q->run;
    if (q->has_context)
        glue_context_of(g, q->run, q->now_ms, &q->context);
    return 0;
}

static void tell_healthy(struct glue_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    size_t n = json_array_size(q->view.runs);
    q->run = json_array_get(q->view.runs, 0);
    glue_describe(q);
    if (!n) {
        digest_line(d, "Glue job %s has never run (or its runs are too old to be listed). Nothing to diagnose.", q->job_name);
        return;
    }
    digest_line(d, "Glue job %s: none of its last %zu runs failed; the newest, %s, is %s. Nothing to diagnose.", q->job_name,
                n, glue_run_id(q->run), glue_run_state(q->run));
    q->has_context = true;
    glue_context_of(&q->view, q->run, q->now_ms, &q->context);
    glue_advise(q);
    glue_tell_rest(q);
}

/* The driver's log that a cursor would walk: the longest that was found. */
static void offer_walk(struct glue_inquiry *q)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < q->where.count; i++) {
        bool longer = best == SIZE_MAX || q->sources[i].lines.count > q->sources[best].lines.count;
        if (q->where.items[i].role == GLUE_DRIVER && q->sources[i].lines.count && longer)
            best = i;
    }
    if (best == SIZE_MAX)
        return;
    json_auto_t *position = json_pack("{s:i}", "i", (int)best);
    q->answer.cursor = cursor_make("get_glue_logs", q->call->arguments, position);
}

static void look_into_run(struct glue_inquiry *q)
{
    q->call->progress(q->call, 1, 3, "read the job and its runs; reading the driver's logs");
    glue_logs_read_driver(q);
    const struct finding *best = findings_best(&q->findings);
    bool undecided = glue_run_failed(q->run) && (!best || !best->signature || best->signature->cause == CAUSE_UNKNOWN);
    bool message_decides = signatures_match("glue", json_str(q->run, "ErrorMessage", ""),
                                            strlen(json_str(q->run, "ErrorMessage", ""))) != NULL;
    if (json_flag(q->call->arguments, "include_executors", false) || q->findings.points_executors ||
        (undecided && !message_decides)) {
        q->call->progress(q->call, 2, 3, "reading the executors' logs");
        glue_logs_read_executors(q);
    }
    glue_tell_verdict(q);
    glue_judge(q);
    glue_describe(q);
    glue_advise(q);
    glue_tell_rest(q);
    offer_walk(q);
}

/* Everything stopped on the way stands in coverage; a call that was cancelled has nobody to read it. */
static int inquire(struct glue_inquiry *q, struct tool_answer *out, struct err *e)
{
    json_auto_t *position = cursor_read("get_glue_logs", q->call->arguments, e);
    if (!position && e->kind)
        return failure_err(out, e);
    const char *run_id = json_str(q->call->arguments, "run_id", NULL);
    glue_read(q->session, q->job_name, run_id, envelope_sources(&q->answer), &q->view);
    if (choose_run(q, run_id, out))
        return -1;
    if (!q->run) {
        tell_healthy(q);
        return envelope_answer(&q->answer, q->session, out);
    }
    glue_logs_locate(q);
    if (!position) {
        look_into_run(q);
    } else {
        glue_describe(q);
        if (glue_logs_walk(q, position, e))
            return failure_err(out, e);
    }
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct glue_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->job_name = json_str(call->arguments, "job_name", "");
    q->max_lines = (size_t)json_int(call->arguments, "max_lines", 15);
    q->now_ms = clock_wall_ms();
    int rc = tool_begin(call, "get_glue_logs", &q->session, &q->answer, out) ? -1 : inquire(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_glue_logs = {
    .name = "get_glue_logs",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
