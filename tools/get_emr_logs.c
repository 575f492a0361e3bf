/* The tool get_emr_logs: why did this step or job run fail? */
#include "tools/emr/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/get_emr_logs.json.h"

#include <stdlib.h>
#include <string.h>

static void inquiry_done(struct emr_inquiry *q)
{
    for (size_t i = 0; i < EMR_OBJECTS_MAX; i++)
        log_object_done(&q->objects[i]);
    for (size_t i = 0; i < EMR_STREAMS_MAX; i++)
        log_source_done(&q->streams[i]);
    for (size_t i = 0; i < q->app_count; i++)
        free(q->apps[i]);
    log_lines_done(&q->filtered);
    json_decref(q->names);
    json_decref(q->attempts);
    emr_view_done(&q->view);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int missing_owner(const struct emr_inquiry *q, struct tool_answer *out)
{
    const struct emr_target *t = &q->view.target;
    auto_free char *what = xasprintf("read the %s \"%s\"", emr_owner_word(t->runtime), t->owner);
    auto_free char *missing = xasprintf("There is no such %s in region %s: check id and region.", emr_owner_word(t->runtime),
                                        aws_session_region(q->session));
    const struct aws_operation *op =
        t->runtime == EMR_EC2 ? &aws_emr_describe_cluster : &aws_emr_serverless_get_application;
    /* EMR calls an id that it does not know an invalid request */
    struct aws_fault f = q->view.owner_fault;
    if (f.err.kind == ERR_INVALID)
        f.err.kind = ERR_NOT_FOUND;
    return failure_aws(out, op, &f, what, missing);
}

static int missing_run(const struct emr_inquiry *q, struct tool_answer *out)
{
    static const struct aws_operation *const ops[] = {[EMR_EC2] = &aws_emr_describe_step,
                                                      [EMR_SERVERLESS] = &aws_emr_serverless_get_job_run,
                                                      [EMR_EKS] = &aws_emr_containers_describe_job_run};
    const struct emr_target *t = &q->view.target;
    const char *word = emr_run_word(t->runtime);
    auto_free char *what = xasprintf("read %s \"%s\" of the %s \"%s\"", word, t->run, emr_owner_word(t->runtime), t->owner);
    auto_free char *missing = xasprintf("There is no such %s: leave it out to get the latest failed one.", word);
    struct aws_fault f = q->view.detail_fault;
    if (f.err.kind == ERR_INVALID)
        f.err.kind = ERR_NOT_FOUND;
    return failure_aws(out, ops[t->runtime], &f, what, missing);
}

static int missing_runs(const struct emr_inquiry *q, struct tool_answer *out)
{
    static const struct aws_operation *const ops[] = {[EMR_EC2] = &aws_emr_list_steps,
                                                      [EMR_SERVERLESS] = &aws_emr_serverless_list_job_runs,
                                                      [EMR_EKS] = &aws_emr_containers_list_job_runs};
    const struct emr_target *t = &q->view.target;
    auto_free char *what =
        xasprintf("read the %ss of the %s \"%s\"", emr_run_word(t->runtime), emr_owner_word(t->runtime), t->owner);
    return failure_aws(out, ops[t->runtime], &q->view.runs_fault, what, "Check id and region.");
}

/* The run to look at is settled: the one asked for, else the latest failed one. Returns 0 when the inquiry can go on (also
   without a run), -1 when `out` has the error answer. */
static int choose_run(struct emr_inquiry *q, struct tool_answer *out)
{
    struct emr_view *v = &q->view;
    bool gone = v->owner_fault.err.kind == ERR_NOT_FOUND || v->owner_fault.err.kind == ERR_INVALID;
    if (gone && !v->detail)
        return missing_owner(q, out);
    if (v->target.run && !v->detail)
        return missing_run(q, out);
    if (!v->target.run && !v->runs_read)
        return missing_runs(q, out);
    const struct emr_run *latest = v->target.run ? NULL : emr_latest_failed(v);
    const json_t *raw = v->detail;
    if (latest)
        raw = emr_view_choose(q->session, &q->answer, v, latest->id) ? latest->raw : v->detail;
    q->has_run = raw != NULL;
    if (raw)
        emr_run_of(v->target.runtime, raw, &q->run);
    return 0;
}

/* How it went with the same work before and since. */
static void look_around(struct emr_inquiry *q)
{
    q->has_context = q->view.runs_read && q->has_run;
    if (!q->has_context)
        return;
    if (q->view.target.runtime == EMR_SERVERLESS)
        emr_view_compare(q->session, &q->answer, &q->view, &q->run);
    emr_context_of(q->view.runs, q->view.run_count, &q->run, q->now_ms, &q->context);
}

static int take_attempts(const json_t *page, void *ctx)
{
    json_array_extend(ctx, json_arr(page, "jobRunAttempts"));
    return 0;
}

/* A run of EMR Serverless with a retry policy has several attempts, each with logs of its own. */
static void read_attempts(struct emr_inquiry *q)
{
    const json_t *run = q->view.detail;
    bool several = json_int(run, "attempt", 0) > 1 || json_int(json_obj(run, "retryPolicy"), "maxAttempts", 1) > 1;
    if (q->view.target.runtime != EMR_SERVERLESS || !several)
        return;
    json_t *source = coverage_source(envelope_sources(&q->answer), "emr_serverless:ListJobRunAttempts");
    json_auto_t *in = json_pack("{s:s, s:s}", "applicationId", q->view.target.owner, "jobRunId", q->run.id);
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    json_auto_t *list = json_array();
    int pages = aws_each_page(q->session, &aws_emr_serverless_list_job_run_attempts, in, 3, take_attempts, list, &next, &f);
    if (pages < 0) {
        coverage_fault(source, &f);
        return;
    }
    coverage_read(source, pages, (int64_t)json_array_size(list), 0, !next);
    q->attempts = json_incref(list);
}

static bool never_came_up(const struct emr_inquiry *q)
{
    const json_t *reason = json_obj(json_obj(q->view.owner, "Status"), "StateChangeReason");
    return !strcmp(json_str(reason, "Code", ""), "BOOTSTRAP_FAILURE");
}

static void look_into_run(struct emr_inquiry *q)
{
    bool ec2 = q->view.target.runtime == EMR_EC2;
    struct log_limits window = emr_logs_window(q);
    envelope_window(&q->answer, window.from_ms, window.to_ms, "run");
    look_around(q);
    read_attempts(q);
    q->call->progress(q->call, 1, 3, "read what EMR says; reading the logs");
    emr_judge_run(q);
    if (ec2)
        emr_logs_read_step(q);
    else
        emr_logs_read_job(q);
    if (ec2 && !emr_run_succeeded(&q->run)) {
        q->call->progress(q->call, 2, 3, "read the logs; looking at the cluster and its nodes");
        emr_judge_cluster(q);
        if (never_came_up(q))
            emr_logs_read_nodes(q);
        if (!emr_run_in_flight(&q->run))
            emr_judge_nodes(q);
    }
}

/* No step failed, yet the cluster did: it never came up, or broke down. */
static void look_into_cluster(struct emr_inquiry *q)
{
    const json_t *reason = json_obj(json_obj(q->view.owner, "Status"), "StateChangeReason");
    emr_judge_cluster(q);
    if (never_came_up(q))
        emr_logs_read_nodes(q);
    else if (!strcmp(json_str(reason, "Code", ""), "INSTANCE_FAILURE"))
        emr_judge_nodes(q);
}

static void tell_healthy(struct emr_inquiry *q)
{
    enum emr_runtime r = q->view.target.runtime;
    emr_describe(q);
    envelope_put(&q->answer, "links", json_array());
    digest_line(&q->answer.digest, "%s: none of its %s%zu %ss failed. Nothing to diagnose.", q->view.target.owner,
                q->view.runs_complete ? "" : "last ", q->view.run_count, emr_run_word(r));
    envelope_tell_rest(&q->answer);
}

static int inquire(struct emr_inquiry *q, const struct emr_target *target, struct tool_answer *out)
{
    emr_view_read(q->session, target, &q->answer, &q->view);
    if (choose_run(q, out))
        return -1;
    diagnosis_init(&q->diagnosis);
    const char *cluster = json_str(json_obj(q->view.owner, "Status"), "State", "");
    bool broken = !strcmp(cluster, "TERMINATED_WITH_ERRORS");
    emr_tell_verdict(q);
    if (!q->has_run && !broken) {
        tell_healthy(q);
        return envelope_answer(&q->answer, q->session, out);
    }
    if (q->has_run)
        look_into_run(q);
    else
        look_into_cluster(q);
    emr_judge(q);
    emr_describe(q);
    emr_advise(q);
    emr_link(q);
    emr_tell_rest(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct emr_inquiry *q = xcalloc(1, sizeof *q);
    struct emr_target target;
    q->call = call;
    q->max_lines = (size_t)json_int(call->arguments, "max_lines", 15);
    q->now_ms = clock_wall_ms();
    int rc = -1;
    if (!tool_begin(call, "get_emr_logs", &q->session, &q->answer, out))
        rc = emr_target_of(call->arguments, &target, e) ? failure_err(out, e) : inquire(q, &target, out);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_emr_logs = {
    .name = "get_emr_logs",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
