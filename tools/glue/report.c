/* What get_glue_logs tells: the facts of the run as JSON, and the digest in the order a person asks. */
#include "tools/glue/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DIGEST_LINES 8 /* evidence lines in the digest; the structured answer has all */

static void describe_run(struct glue_inquiry *q)
{
    json_t *o = json_object();
    json_put_str(o, "id", glue_run_id(q->run));
    json_put_str(o, "state_detail", json_str(q->run, "StateDetail", NULL));
    json_put_str(o, "error_message", json_str(q->run, "ErrorMessage", NULL));
    json_put_int(o, "attempt", json_int(q->run, "Attempt", 0));
    json_put_str(o, "previous_run_id", json_str(q->run, "PreviousRunId", NULL));
    json_put_str(o, "trigger", json_str(q->run, "TriggerName", NULL));
    json_put_int(o, "execution_time_s", json_int(q->run, "ExecutionTime", 0));
    json_put_int(o, "timeout_min", json_int(q->run, "Timeout", 0));
    json_put_int(o, "max_retries", json_int(q->view.job, "MaxRetries", 0));
    json_put_str(o, "glue_version", json_str(q->run, "GlueVersion", json_str(q->view.job, "GlueVersion", NULL)));
    json_put_str(o, "job_type", json_str(json_obj(q->view.job, "Command"), "Name", NULL));
    json_put_str(o, "execution_class", json_str(q->run, "ExecutionClass", NULL));
    json_put_str(o, "worker_type", json_str(q->run, "WorkerType", NULL));
    json_put_int(o, "number_of_workers", json_int(q->run, "NumberOfWorkers", 0));
    if (json_object_get(q->run, "DPUSeconds"))
        json_put(o, "dpu_seconds", json_real(json_num(q->run, "DPUSeconds", 0)));
    json_put_str(o, "workflow", glue_argument(NULL, q->run, "--WORKFLOW_NAME"));
    json_put(o, "arguments", glue_arguments_shown(json_obj(q->run, "Arguments")));
    envelope_put(&q->answer, "run", o);
}

static void describe_streams(struct glue_inquiry *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < q->where.count; i++) {
        const struct log_source *s = &q->sources[i];
        if (!s->found)
            continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "group", s->group, "stream", s->stream, "lines",
                                              (json_int_t)s->lines.count, "complete", s->complete));
    }
    envelope_put(&q->answer, "streams", list);
}

void glue_describe(struct glue_inquiry *q)
{
    envelope_resource(&q->answer, "glue_job", q->job_name, aws_session_region(q->session));
    if (q->view.runs)
        envelope_put(&q->answer, "history", glue_history(q->view.runs, GLUE_HISTORY));
    if (!q->run)
        return;
    json_t *state = envelope_state(&q->answer, glue_run_state(q->run), !glue_run_in_flight(q->run),
                                   glue_run_failed(q->run));
    json_put_time(state, "started_at", aws_time_ms(q->run, "StartedOn"));
    json_put_time(state, "ended_at", aws_time_ms(q->run, "CompletedOn"));
    json_put_int(state, "attempt", json_int(q->run, "Attempt", 0));
    json_put_str(state, "previous_id", json_str(q->run, "PreviousRunId", NULL));
    describe_run(q);
    describe_streams(q);
}

void glue_tell_verdict(struct glue_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    char when[CLOCK_TEXT_MAX] = "an unknown time";
    int64_t at = aws_time_ms(q->run, "CompletedOn");
    if (at < 0)
        at = aws_time_ms(q->run, "StartedOn");
    if (at >= 0)
        clock_rfc3339(at, when);
    digest_line(d, "Glue job %s: run %s is %s (%s, after %d s).", q->job_name, glue_run_id(q->run), glue_run_state(q->run),
                when, (int)json_int(q->run, "ExecutionTime", 0));
}

static void tell_history(struct glue_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    if (!q->has_context) {
        digest_line(d, "History: could not be read.");
        return;
    }
    auto_buf struct buf strip = BUF_INIT(1024);
    size_t i;
    json_t *r;
    json_array_foreach(q->view.runs, i, r) {
        if (i < GLUE_HISTORY)
            buf_addf(&strip, "%s%s", i ? " " : "", strcmp(glue_run_state(r), "SUCCEEDED") ? glue_run_state(r) : "ok");
    }
    digest_line(d, "History, newest first: %s", buf_text(&strip));
    history_tell(&q->context.past, glue_run_failed(q->run), d);
}

static void tell_streams(struct glue_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    size_t i;
    json_t *s;
    json_array_foreach(envelope_sources(&q->answer), i, s) {
        const char *name = json_str(s, "name", "");
        if (!strncmp(name, "logs:", 5) && !json_obj(s, "error") && json_flag(s, "found", false))
            digest_line(d, "Looked at: %s, %d events%s", name + 5, (int)json_int(s, "items", 0),
                        json_flag(s, "complete", false) ? "" : " (the newest; there are older ones)");
    }
}

void glue_tell_rest(struct glue_inquiry *q)
{
    if (json_obj(q->answer.root, "diagnosis"))
        diagnosis_tell(&q->diagnosis, NULL, &q->answer);
    log_exception_tell(json_obj(q->answer.root, "exception"), &q->answer.digest);
    envelope_tell_evidence(&q->answer, DIGEST_LINES);
    tell_history(q);
    envelope_tell_rest(&q->answer);
    tell_streams(q);
}
