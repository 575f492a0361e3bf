/* What retry_glue_job tells about a retry: the facts, and the digest. */
#include "tools/glue/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"

#include <string.h>

static json_t *run_facts(const json_t *run)
{
    json_t *o = json_object();
    json_put_str(o, "run_id", glue_run_id(run));
    json_put_str(o, "state", glue_run_state(run));
    json_put_time(o, "started_at", aws_time_ms(run, "StartedOn"));
    json_put_time(o, "ended_at", aws_time_ms(run, "CompletedOn"));
    json_put_str(o, "previous_run_id", json_str(run, "PreviousRunId", NULL));
    return o;
}

static json_t *run_config(const json_t *run)
{
    json_t *o = json_object();
    json_put_str(o, "worker_type", json_str(run, "WorkerType", NULL));
    json_put_int(o, "number_of_workers", json_int(run, "NumberOfWorkers", 0));
    json_put_int(o, "timeout_min", json_int(run, "Timeout", 0));
    json_put_str(o, "glue_version", json_str(run, "GlueVersion", NULL));
    json_put_str(o, "execution_class", json_str(run, "ExecutionClass", NULL));
    return o;
}

json_t *glue_retry_request_shown(const struct glue_retry *r)
{
    json_t *input = json_copy(r->request);
    const json_t *arguments = json_obj(input, "Arguments");
    if (arguments)
        json_put(input, "Arguments", glue_arguments_shown(arguments));
    json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "service", aws_operation_service(r->operation), "operation",
                          aws_operation_name(r->operation), "input", input, "sent", gate_was_sent(&r->gate));
    if (r->gate.dry_run)
        json_put_flag(o, "would_send", r->gate.effect == EFFECT_DRY_RUN);
    return o;
}

void glue_retry_after(struct glue_retry *r, const char *id, const json_t *run)
{
    json_t *arguments = json_object();
    json_put_str(arguments, "job_name", r->job_name);
    json_put_str(arguments, "run_id", id);
    tool_where_on(r->call, arguments);
    envelope_put(&r->answer, "follow_up", json_pack("{s:s, s:o}", "tool", "get_glue_logs", "arguments", arguments));
    if (!id)
        return;
    json_t *after = run ? run_facts(run) : json_pack("{s:s, s:s}", "run_id", id, "state", "UNKNOWN");
    envelope_put(&r->answer, "after", after);
    json_t *state = envelope_state(&r->answer, json_str(after, "state", "UNKNOWN"), run && !glue_run_in_flight(run),
                                   run && glue_run_failed(run));
    json_put_time(state, "started_at", aws_time_ms(run, "StartedOn"));
    json_put_str(state, "previous_id", json_str(run, "PreviousRunId", NULL));
}

static void describe(struct glue_retry *r)
{
    envelope_resource(&r->answer, "glue_job", r->job_name, aws_session_region(r->session));
    json_t *before = json_obj(r->answer.root, "before");
    if (!before) {
        before = json_object();
        envelope_put(&r->answer, "before", before);
    }
    json_auto_t *facts = run_facts(r->run);
    json_object_update(before, facts);
    json_put_str(before, "error_message", json_str(r->run, "ErrorMessage", NULL));
    json_put(before, "run_config", run_config(r->run));
    json_put_str(before, "workflow", r->workflow);
    if (r->gate.dry_run || gate_was_sent(&r->gate))
        envelope_put(&r->answer, "request", glue_retry_request_shown(r));
    gate_put(&r->gate, &r->answer);
    if (r->other && !json_obj(r->answer.root, "after"))
        glue_retry_after(r, glue_run_id(r->other), r->other);
    if (!json_obj(r->answer.root, "state"))
        envelope_state(&r->answer, glue_run_state(r->run), !glue_run_in_flight(r->run), glue_run_failed(r->run));
}

static void tell_request(struct glue_retry *r)
{
    const char *verb = gate_was_sent(&r->gate) ? "Sent" : r->gate.effect == EFFECT_DRY_RUN ? "Would send" : "Would not send";
    auto_free char *input = json_text(json_obj(json_obj(r->answer.root, "request"), "input"), NULL);
    digest_line(&r->answer.digest, "%s %s:%s %s", verb, aws_operation_service(r->operation),
                aws_operation_name(r->operation), input);
}

void glue_retry_report(struct glue_retry *r)
{
    struct digest *d = &r->answer.digest;
    describe(r);
    gate_tell_effect(&r->gate, &r->answer);
    digest_line(d, "Job %s, run %s: %s.", r->job_name, glue_run_id(r->run), glue_run_state(r->run));
    const json_t *after = json_obj(r->answer.root, "after");
    if (after)
        digest_line(d, "%s run %s: %s.", r->gate.effect == EFFECT_CREATED ? "New" : "Other", json_str(after, "run_id", ""),
                    json_str(after, "state", ""));
    const char *message = json_str(r->run, "ErrorMessage", "");
    if (message[0])
        digest_data(d, "Its error:", message, 300);
    gate_tell_conditions(&r->gate, &r->answer);
    if (json_obj(r->answer.root, "request"))
        tell_request(r);
    envelope_tell_rest(&r->answer);
}
