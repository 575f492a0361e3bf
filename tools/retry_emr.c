/* The tool retry_emr: run one failed step or job run again, at most once. */
#include "tools/emr/retry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/failure.h"
#include "tools/retry_emr.json.h"

static void retry_done(struct emr_retry *r)
{
    gate_leave(&r->gate);
    json_decref(r->request);
    json_decref(r->changed);
    json_decref(r->place);
    emr_view_done(&r->view);
    envelope_done(&r->answer);
    aws_session_free(r->session);
}

/* Names what is asked for: the same run has the same key. */
static void put_key(struct emr_retry *r)
{
    json_auto_t *o = json_pack("{s:s, s:s}", "owner", r->view.target.owner, "run", r->run.id);
    gate_put_key(o, &r->answer);
}

/* From the first read to the settled request; nobody else in this process is at it meanwhile, but for dry runs. */
static int look_and_start(struct emr_retry *r, struct tool_answer *out)
{
    r->now_ms = clock_wall_ms();
    r->call->progress(r->call, 1, 3, "reading the run, its like, and where they run");
    if (emr_retry_read(r, out))
        return -1;
    emr_retry_build(r);
    put_key(r);
    emr_retry_check(r);
    if (r->gate.effect == EFFECT_OPEN && r->gate.dry_run) {
        r->gate.effect = EFFECT_DRY_RUN;
    } else if (r->gate.effect == EFFECT_OPEN) {
        r->call->progress(r->call, 2, 3, "everything holds");
        if (emr_retry_start(r, out))
            return -1;
    }
    emr_retry_report(r);
    return envelope_answer(&r->answer, r->session, out);
}

static int carry_out(struct emr_retry *r, struct tool_answer *out, struct err *e)
{
    struct emr_target *t = &r->view.target;
    if (emr_target_of(r->call->arguments, t, e))
        return failure_err(out, e);
    if (!t->run)
        return failure_say(out, "/%s: name the %s to retry; get_emr_logs tells the latest that failed.",
                           t->runtime == EMR_EC2 ? "step_id" : "job_run_id", emr_run_word(t->runtime));
    auto_free char *resource = xasprintf("emr/%s/%s", aws_session_region(r->session), t->owner);
    return gate_enter(&r->gate, r->call, resource, t->run, out) ? -1 : look_and_start(r, out);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    auto_free struct emr_retry *r = xcalloc(1, sizeof *r);
    r->call = call;
    r->gate.consent = consent;
    int rc = tool_begin(call, "retry_emr", &r->session, &r->answer, out) ? -1 : carry_out(r, out, e);
    retry_done(r);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_retry_emr = {
    .name = "retry_emr",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
