/* What retry_emr tells about a retry: the facts, and the digest. */
#include "tools/emr/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/emr/shown.h"

#include <string.h>

static json_t *run_facts(const struct emr_run *run)
{
    json_t *o = json_object();
    json_put_str(o, "id", run->id);
    json_put(o, "name", json_str_lossy(run->name, strlen(run->name)));
    json_put_str(o, "state", run->state);
    json_put_time(o, "started_at", run->started_ms >= 0 ? run->started_ms : run->created_ms);
    json_put_time(o, "ended_at", run->ended_ms);
    return o;
}

void emr_retry_after(struct emr_retry *r, const char *id, const struct emr_run *run)
{
    json_t *arguments = emr_target_arguments(&r->view.target, id, r->call);
    envelope_put(&r->answer, "follow_up", json_pack("{s:s, s:o}", "tool", "get_emr_logs", "arguments", arguments));
    if (!id)
        return;
    json_t *after = run ? run_facts(run) : json_pack("{s:s, s:s}", "id", id, "state", "UNKNOWN");
    envelope_put(&r->answer, "after", after);
    json_t *state = envelope_state(&r->answer, json_str(after, "state", "UNKNOWN"), run && !emr_run_in_flight(run),
                                   run && emr_run_failed(run));
    json_put_str(state, "previous_id", r->run.id);
}

/* What the run says of its own failure, in whichever member its runtime has it. */
static const char *failure_text(const struct emr_retry *r)
{
    const json_t *failure = json_obj(json_obj(r->view.detail, "Status"), "FailureDetails");
    const char *message = json_str(failure, "Message", json_str(failure, "Reason", ""));
    return r->view.target.runtime == EMR_EC2 ? message : json_str(r->view.detail, "stateDetails", "");
}

json_t *emr_retry_request_shown(const struct emr_retry *r)
{
    json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "service", aws_operation_service(r->operation), "operation",
                          aws_operation_name(r->operation), "input", emr_shown(r->request), "sent", gate_was_sent(&r->gate));
    if (r->gate.dry_run)
        json_put_flag(o, "would_send", r->gate.effect == EFFECT_DRY_RUN);
    return o;
}

static void describe(struct emr_retry *r)
{
    const struct emr_target *t = &r->view.target;
    json_t *resource = envelope_resource(&r->answer, emr_resource_type(t->runtime), r->run.id, aws_session_region(r->session));
    json_put_str(resource, "owner", t->owner);
    json_t *before = run_facts(&r->run);
    json_put_str(before, "failure", failure_text(r)[0] ? failure_text(r) : NULL);
    json_put_str(before, "cluster_state",
                 json_str(json_obj(r->view.owner, "Status"), "State", json_str(r->view.owner, "state", NULL)));
    envelope_put(&r->answer, "before", before);
    if (r->gate.dry_run || gate_was_sent(&r->gate)) {
        envelope_put(&r->answer, "request", emr_retry_request_shown(r));
        envelope_put(&r->answer, "changed_fields", emr_shown(r->changed));
    }
    gate_put(&r->gate, &r->answer);
    if (r->other && !json_obj(r->answer.root, "after"))
        emr_retry_after(r, r->other->id, r->other);
    if (!json_obj(r->answer.root, "state"))
        envelope_state(&r->answer, r->run.state, !emr_run_in_flight(&r->run), emr_run_failed(&r->run));
}

static void tell_request(struct emr_retry *r)
{
    struct digest *d = &r->answer.digest;
    const char *verb = gate_was_sent(&r->gate) ? "Sent" : r->gate.effect == EFFECT_DRY_RUN ? "Would send" : "Would not send";
    auto_free char *input = json_text(json_obj(json_obj(r->answer.root, "request"), "input"), NULL);
    digest_line(d, "%s %s:%s %s", verb, aws_operation_service(r->operation), aws_operation_name(r->operation), input);
    size_t i;
    json_t *o;
    json_array_foreach(r->changed, i, o)
        digest_line(d, "Differs from the run: %s: %s (%s).", json_str(o, "field", ""), json_str(o, "to", ""),
                    json_str(o, "why", ""));
}

void emr_retry_report(struct emr_retry *r)
{
    struct digest *d = &r->answer.digest;
    const struct emr_target *t = &r->view.target;
    describe(r);
    gate_tell_effect(&r->gate, &r->answer);
    digest_line(d, "%s %s, %s %s (%s): %s.", emr_owner_word(t->runtime), t->owner, emr_run_word(t->runtime), r->run.id,
                r->run.name, r->run.state);
    const json_t *after = json_obj(r->answer.root, "after");
    if (after && strcmp(json_str(after, "id", ""), r->run.id) != 0)
        digest_line(d, "%s %s %s: %s.", r->gate.effect == EFFECT_CREATED ? "New" : "Other", emr_run_word(t->runtime),
                    json_str(after, "id", ""), json_str(after, "state", ""));
    if (failure_text(r)[0])
        digest_data(d, "Its error:", failure_text(r), 300);
    gate_tell_conditions(&r->gate, &r->answer);
    if (json_obj(r->answer.root, "request"))
        tell_request(r);
    envelope_tell_rest(&r->answer);
}
