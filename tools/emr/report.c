/* What get_emr_logs tells: the facts as JSON, and the digest in the order a person asks. */
#include "tools/emr/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/emr/shown.h"

#include <string.h>

#define DIGEST_LINES 8 /* evidence lines in the digest; the structured answer has all */

static void describe_cluster(struct emr_inquiry *q)
{
    const json_t *c = q->view.owner, *status = json_obj(c, "Status"), *reason = json_obj(status, "StateChangeReason");
    if (q->view.target.runtime != EMR_EC2 || !c)
        return;
    json_t *o = json_object(), *apps = json_array();
    json_put_str(o, "name", json_str(c, "Name", NULL));
    json_put_str(o, "state", json_str(status, "State", NULL));
    json_put_str(o, "reason_code", json_str(reason, "Code", NULL));
    json_put_str(o, "reason", json_str(reason, "Message", NULL));
    json_put_str(o, "release", json_str(c, "ReleaseLabel", NULL));
    json_put_int(o, "step_concurrency", json_int(c, "StepConcurrencyLevel", 1));
    json_put_flag(o, "auto_terminate", json_flag(c, "AutoTerminate", false));
    json_put_str(o, "log_uri", json_str(c, "LogUri", NULL));
    size_t i;
    json_t *app;
    json_array_foreach(json_arr(c, "Applications"), i, app)
        json_array_append_new(apps, json_pack("s++", json_str(app, "Name", ""), " ", json_str(app, "Version", "")));
    json_put(o, "applications", apps);
    envelope_put(&q->answer, "cluster", o);
}

static void describe_step(struct emr_inquiry *q)
{
    const json_t *step = q->view.detail, *config = json_obj(step, "Config");
    const json_t *failure = json_obj(json_obj(step, "Status"), "FailureDetails");
    json_t *o = json_object();
    json_put_str(o, "id", q->run.id);
    json_put_str(o, "name", q->run.name);
    if (failure) {
        json_t *f = json_object();
        json_put_str(f, "reason", json_str(failure, "Reason", NULL));
        json_put_str(f, "message", json_str(failure, "Message", NULL));
        json_put_str(f, "log_file", json_str(failure, "LogFile", NULL));
        json_put(o, "failure", f);
    }
    json_put_str(o, "action_on_failure", json_str(step, "ActionOnFailure", NULL));
    json_put_str(o, "jar", json_str(config, "Jar", NULL));
    json_put_str(o, "main_class", json_str(config, "MainClass", NULL));
    if (json_arr(config, "Args"))
        json_put(o, "args", emr_shown(json_arr(config, "Args")));
    json_put_str(o, "execution_role", json_str(step, "ExecutionRoleArn", NULL));
    if (q->app_count) {
        json_t *apps = json_array();
        for (size_t i = 0; i < q->app_count; i++)
            json_array_append_new(apps, json_string(q->apps[i]));
        json_put(o, "yarn_applications", apps);
    }
    envelope_put(&q->answer, "step", o);
}

static void describe_job_run(struct emr_inquiry *q)
{
    const json_t *run = q->view.detail;
    json_t *o = json_object();
    json_put_str(o, "id", q->run.id);
    json_put_str(o, "name", json_str(run, "name", NULL));
    json_put_str(o, "state_details", json_str(run, "stateDetails", NULL));
    json_put_str(o, "failure_reason", json_str(run, "failureReason", NULL));
    json_put_str(o, "release", json_str(run, "releaseLabel", NULL));
    json_put_str(o, "execution_role", json_str(run, "executionRole", json_str(run, "executionRoleArn", NULL)));
    json_put_str(o, "mode", json_str(run, "mode", NULL));
    if (json_int(run, "attempt", 0))
        json_put_int(o, "attempt", json_int(run, "attempt", 0));
    if (json_int(run, "executionTimeoutMinutes", 0))
        json_put_int(o, "timeout_min", json_int(run, "executionTimeoutMinutes", 0));
    if (json_obj(run, "jobDriver"))
        json_put(o, "job_driver", emr_shown(json_obj(run, "jobDriver")));
    if (q->attempts) {
        json_t *list = json_array(), *a;
        size_t i;
        json_array_foreach(q->attempts, i, a) {
            json_t *x = json_pack("{s:I, s:s, s:s}", "attempt", (json_int_t)json_int(a, "attempt", 0), "state",
                                  json_str(a, "state", ""), "details", json_str(a, "stateDetails", ""));
            json_put_time(x, "started_at", aws_time_ms(a, "createdAt"));
            json_array_append_new(list, x);
        }
        json_put(o, "attempts", list);
    }
    envelope_put(&q->answer, "job_run", o);
}

static void describe_logs(struct emr_inquiry *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < q->object_count; i++) {
        const struct log_object *o = &q->objects[i];
        if (o->found)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "bucket", o->place + strlen("s3://"), "key", o->key,
                                                  "lines", (json_int_t)o->lines.count, "complete", o->complete));
    }
    for (size_t i = 0; i < q->stream_count; i++) {
        const struct log_source *s = &q->streams[i];
        if (s->found)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "group", s->group, "stream", s->stream, "lines",
                                                  (json_int_t)s->lines.count, "complete", s->complete));
    }
    envelope_put(&q->answer, "logs", list);
}

void emr_describe(struct emr_inquiry *q)
{
    enum emr_runtime r = q->view.target.runtime;
    const json_t *status = json_obj(q->view.owner, "Status");
    json_t *resource = envelope_resource(&q->answer, q->has_run || r != EMR_EC2 ? emr_resource_type(r) : "emr_cluster",
                                         q->has_run ? q->run.id : q->view.target.owner, aws_session_region(q->session));
    json_put_str(resource, "owner", q->view.target.owner);
    json_put_str(resource, "arn", json_str(q->view.detail, "arn", NULL));
    describe_cluster(q);
    if (q->view.runs_read)
        envelope_put(&q->answer, "history", emr_history(&q->view, q->has_run ? &q->run : NULL, EMR_HISTORY));
    if (!q->has_run) {
        const char *state = json_str(status, "State", NULL);
        if (state)
            envelope_state(&q->answer, state, !strncmp(state, "TERMINATED", 10), !strcmp(state, "TERMINATED_WITH_ERRORS"));
    } else {
        json_t *state = envelope_state(&q->answer, q->run.state, !emr_run_in_flight(&q->run), emr_run_failed(&q->run));
        json_put_time(state, "started_at", q->run.started_ms >= 0 ? q->run.started_ms : q->run.created_ms);
        json_put_time(state, "ended_at", q->run.ended_ms);
        if (r == EMR_EC2)
            describe_step(q);
        else
            describe_job_run(q);
    }
    describe_logs(q);
}

void emr_tell_verdict(struct emr_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    enum emr_runtime r = q->view.target.runtime;
    const char *state = json_str(json_obj(q->view.owner, "Status"), "State", NULL);
    if (!q->has_run) {
        digest_line(d, "%s %s is %s.", emr_owner_word(r), q->view.target.owner, state ? state : "there");
        return;
    }
    char when[CLOCK_TEXT_MAX] = "an unknown time";
    int64_t at = q->run.ended_ms >= 0 ? q->run.ended_ms : q->run.created_ms;
    if (at >= 0)
        clock_rfc3339(at, when);
    digest_line(d, "%s %s, %s %s (%s) is %s (%s).", emr_owner_word(r), q->view.target.owner, emr_run_word(r), q->run.id,
                q->run.name, q->run.state, when);
    if (r == EMR_EC2 && state)
        digest_line(d, "The cluster is %s%s%s.", state,
                    json_flag(q->view.owner, "AutoTerminate", false) ? ", ends by itself" : "",
                    emr_cluster_accepts(q->view.owner) ? "" : ", takes no more steps");
}

static void tell_history(struct emr_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    if (!q->has_run)
        return;
    if (!q->has_context) {
        digest_line(d, "History: could not be read.");
        return;
    }
    auto_buf struct buf strip = BUF_INIT(1024);
    json_auto_t *history = emr_history(&q->view, &q->run, EMR_HISTORY);
    size_t i;
    json_t *r;
    json_array_foreach(history, i, r) {
        const char *state = json_str(r, "state", "");
        bool good = !strcmp(state, "COMPLETED") || !strcmp(state, "SUCCESS");
        buf_addf(&strip, "%s%s", i ? " " : "", good ? "ok" : state);
    }
    digest_line(d, "History of its kind, newest first: %s", buf_text(&strip));
    history_tell(&q->context.past, emr_run_failed(&q->run), d);
}

static void tell_logs(struct emr_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    for (size_t i = 0; i < q->object_count; i++) {
        const struct log_object *o = &q->objects[i];
        if (o->found && !o->failed)
            digest_line(d, "Looked at: %s/%s, %zu line(s)%s", o->place, o->key, o->lines.count,
                        o->left_out || !o->complete ? " (its tail, and errors before it)" : "");
    }
    for (size_t i = 0; i < q->stream_count; i++) {
        const struct log_source *s = &q->streams[i];
        if (s->found && !s->failed)
            digest_line(d, "Looked at: %s/%s, %zu line(s)%s", s->group, s->stream, s->lines.count,
                        s->complete ? "" : " (the newest; there are older ones)");
    }
}

void emr_tell_rest(struct emr_inquiry *q)
{
    if (json_obj(q->answer.root, "diagnosis"))
        diagnosis_tell(&q->diagnosis, NULL, &q->answer);
    log_exception_tell(json_obj(q->answer.root, "exception"), &q->answer.digest);
    envelope_tell_evidence(&q->answer, DIGEST_LINES);
    tell_history(q);
    envelope_tell_rest(&q->answer);
    tell_logs(q);
}
