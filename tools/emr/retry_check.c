/* What must hold before a step or job run is retried; all of it read from AWS just now. */
#include "tools/emr/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

static int cannot_read(struct emr_retry *r, struct tool_answer *out, const struct aws_operation *op, const struct aws_fault *f,
                       const char *what)
{
    const struct emr_target *t = &r->view.target;
    struct aws_fault shown = *f;
    if (shown.err.kind == ERR_INVALID) /* EMR calls an id that it does not know an invalid request */
        shown.err.kind = ERR_NOT_FOUND;
    auto_free char *whole = xasprintf("%s of the %s \"%s\" in %s, so nothing was started", what, emr_owner_word(t->runtime),
                                      t->owner, aws_session_region(r->session));
    return failure_aws(out, op, &shown, whole, "There is no such thing there: check ids and region.");
}

static void read_virtual_cluster(struct emr_retry *r)
{
    json_t *source = coverage_source(envelope_sources(&r->answer), "emr_containers:DescribeVirtualCluster");
    json_auto_t *in = json_pack("{s:s}", "id", r->view.target.owner);
    json_auto_t *reply = NULL;
    if (aws_invoke(r->session, &aws_emr_containers_describe_virtual_cluster, in, &reply, &r->place_fault)) {
        coverage_fault(source, &r->place_fault);
        return;
    }
    coverage_read(source, 1, 1, 0, true);
    r->place = json_incref(json_obj(reply, "virtualCluster"));
}

int emr_retry_read(struct emr_retry *r, struct tool_answer *out)
{
    static const struct {
        const struct aws_operation *owner, *detail, *list;
    } ops[] = {
        [EMR_EC2] = {&aws_emr_describe_cluster, &aws_emr_describe_step, &aws_emr_list_steps},
        [EMR_SERVERLESS] = {&aws_emr_serverless_get_application, &aws_emr_serverless_get_job_run,
                            &aws_emr_serverless_list_job_runs},
        [EMR_EKS] = {NULL, &aws_emr_containers_describe_job_run, &aws_emr_containers_list_job_runs},
    };
    struct emr_view *v = &r->view;
    struct emr_target target = v->target;
    emr_view_read(r->session, &target, &r->answer, v);
    if (target.runtime != EMR_EKS && !v->owner)
        return cannot_read(r, out, ops[target.runtime].owner, &v->owner_fault, "read the state");
    if (!v->detail)
        return cannot_read(r, out, ops[target.runtime].detail, &v->detail_fault, "read that run");
    if (!v->runs_read)
        return cannot_read(r, out, ops[target.runtime].list, &v->runs_fault, "read the other runs");
    if (target.runtime == EMR_EKS)
        read_virtual_cluster(r);
    emr_run_of(target.runtime, v->detail, &r->run);
    if (target.runtime == EMR_SERVERLESS)
        emr_view_compare(r->session, &r->answer, v, &r->run);
    emr_context_of(v->runs, v->run_count, &r->run, r->now_ms, &r->context);
    emr_mark_of(&target, r->run.id, r->mark);
    return 0;
}

static void settle_by(struct emr_retry *r, const struct emr_run *other)
{
    r->other = other;
    if (emr_run_in_flight(other))
        r->gate.effect = EFFECT_ALREADY_IN_FLIGHT;
    else if (emr_run_succeeded(other))
        r->gate.effect = EFFECT_ALREADY_DONE;
}

static const struct emr_run *retry_of_it(const struct emr_retry *r)
{
    for (size_t i = 0; i < r->view.run_count; i++) {
        if (emr_is_retry_of(&r->view.runs[i], r->mark))
            return &r->view.runs[i];
    }
    return NULL;
}

static void check_others(struct emr_retry *r)
{
    struct gate *g = &r->gate;
    const struct emr_context *c = &r->context;
    const struct emr_run *ours = retry_of_it(r);
    if (emr_run_in_flight(&r->run)) {
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
        r->other = &r->run;
    } else if (ours || c->newer_in_flight || c->newer_success) {
        settle_by(r, ours && !emr_run_failed(ours) ? ours : c->newer_in_flight ? c->newer_in_flight
                                                        : c->newer_success     ? c->newer_success
                                                                               : ours);
    }
    gate_hold(g, "not_retried_yet", !ours, "%s%s%s", ours ? ours->id : "no run carries the mark of its retry",
              ours ? " is a retry of it and is " : "", ours ? ours->state : "");
    gate_hold(g, "nothing_in_flight", !c->newer_in_flight, "%s%s%s",
              c->newer_in_flight ? c->newer_in_flight->id : "nothing newer that does the same is in flight",
              c->newer_in_flight ? " does the same and is " : "", c->newer_in_flight ? c->newer_in_flight->state : "");
    gate_hold(g, "nothing_newer_succeeded", !c->newer_success, "%s%s",
              c->newer_success ? c->newer_success->id : "nothing newer that does the same has succeeded",
              c->newer_success ? " does the same and has succeeded" : "");
    gate_hold(g, "newest_attempt", !c->newer_failed, "%s%s",
              c->newer_failed ? c->newer_failed->id : "nothing newer that does the same has failed",
              c->newer_failed ? " does the same, is newer and ended without success: look at that one" : "");
    int64_t oldest = r->view.run_count ? r->view.runs[r->view.run_count - 1].created_ms : -1;
    bool known = r->view.runs_complete || oldest <= r->run.created_ms;
    gate_hold(g, "newer_runs_known", known, "the newest %zu were read%s", r->view.run_count,
              known ? "" : ", and it is older than all of them");
    gate_hold(g, "attempts_left", c->retries_24h < ADVICE_ATTEMPTS_MAX, "%d of %d retries within 24 hours", c->retries_24h,
              ADVICE_ATTEMPTS_MAX);
}

static void check_run(struct emr_retry *r)
{
    bool cancelled = emr_run_cancelled(&r->run);
    bool wanted = cancelled && json_flag(r->call->arguments, "include_cancelled", false);
    gate_hold(&r->gate, "run_failed", emr_run_failed(&r->run) || wanted, "%s %s is %s%s", emr_run_word(r->view.target.runtime),
              r->run.id, r->run.state, cancelled && !wanted ? ": include_cancelled retries it all the same" : "");
}

/* Where it would run. A cluster that is gone cannot be brought back. */
static void check_place(struct emr_retry *r)
{
    struct gate *g = &r->gate;
    if (r->view.target.runtime == EMR_EC2) {
        bool accepts = emr_cluster_accepts(r->view.owner);
        gate_hold(g, "cluster_accepts_steps", accepts, "cluster %s is %s%s", r->view.target.owner,
                  json_str(json_obj(r->view.owner, "Status"), "State", "unknown"),
                  accepts ? "" : " and takes no more steps: start a new cluster, as whatever started this one does");
    } else if (r->view.target.runtime == EMR_SERVERLESS) {
        const char *state = json_str(r->view.owner, "state", "unknown");
        bool starts = json_flag(json_obj(r->view.owner, "autoStartConfiguration"), "enabled", true);
        bool up = !strcmp(state, "STARTED") || !strcmp(state, "STARTING");
        bool can = !strcmp(state, "CREATED") || !strcmp(state, "STOPPED") || !strcmp(state, "STOPPING");
        gate_hold(g, "application_accepts_runs", up || (can && starts), "application %s is %s%s", r->view.target.owner, state,
                  can && !starts ? " and does not start by itself: start it first" : "");
    } else {
        const char *state = json_str(r->place, "state", NULL);
        gate_hold(g, "virtual_cluster_runs", state && !strcmp(state, "RUNNING"), "virtual cluster %s %s%s", r->view.target.owner,
                  state ? "is " : "could not be read: ", state ? state : r->place_fault.err.text);
    }
}

/* What the lists of EMR may not show yet. */
static void check_memory(struct emr_retry *r)
{
    int64_t age_ms = 0;
    auto_free char *outcome = r->gate.effect == EFFECT_OPEN ? gate_recall(&r->gate, r->run.id, &age_ms) : NULL;
    if (outcome)
        gate_hold(&r->gate, "not_started_already", false,
                  "%s %d s ago: look with get_emr_logs; a new start is possible %d minutes after that one", outcome,
                  (int)(age_ms / 1000), CLAIMS_MEMORY_MS / 60000);
}

/* Steps mostly build on each other: those that ran after it may have to be run again too. */
static void warn_later_steps(struct emr_retry *r)
{
    auto_buf struct buf names = BUF_INIT(400);
    int count = 0;
    for (size_t i = r->view.run_count; i > 0 && r->view.target.runtime == EMR_EC2; i--) {
        const struct emr_run *s = &r->view.runs[i - 1];
        if (s->created_ms < r->run.created_ms || !strcmp(s->id, r->run.id) || s->started_ms < 0 || emr_same_work(s, &r->run))
            continue;
        if (count++ < 5)
            buf_addf(&names, "%s%s %s", count > 1 ? ", " : "", s->id, s->state);
    }
    if (count)
        envelope_warn(&r->answer, "later_steps_ran",
                      "%d later step%s of the cluster ran without its result (%s%s): what builds on it "
                      "has to be run again",
                      count, count > 1 ? "s" : "", buf_text(&names), count > 5 ? ", ..." : "");
}

void emr_retry_check(struct emr_retry *r)
{
    check_others(r);
    check_run(r);
    check_place(r);
    check_memory(r);
    warn_later_steps(r);
}
