/* Sending the one request that starts a step or job run again, and finding out what came of it, whatever the network did. */
#include "tools/emr/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

/* A start that EMR does not show yet is known here: otherwise the next call would find nothing and start it once more. */
static void remember(struct emr_retry *r, const char *outcome)
{
    gate_remember(&r->gate, r->run.id, outcome);
}

/* The run that carries the mark of this retry, out of a list read now; NULL when it is not there or the list could not be read.
   Lives as long as `view`. */
static const struct emr_run *find_marked(struct emr_retry *r, struct aws_session *s, struct emr_view *view)
{
    struct emr_target target = r->view.target;
    target.run = NULL;
    emr_view_read_runs(s, &target, &r->answer, view);
    for (size_t i = 0; i < view->run_count; i++) {
        if (emr_is_retry_of(&view->runs[i], r->mark))
            return &view->runs[i];
    }
    return NULL;
}

/* Nobody knows whether the request was executed. It is never sent again; the runs themselves tell. */
static void reconcile(struct emr_retry *r, struct aws_session *s, struct stop *stop, const struct aws_fault *f)
{
    auto_free struct emr_view *view = xcalloc(1, sizeof *view);
    r->gate.effect = EFFECT_UNKNOWN;
    for (int looks = 0; gate_look(stop, &looks);) {
        const struct emr_run *run = find_marked(r, s, view);
        if (run) {
            r->gate.effect = EFFECT_CREATED;
            envelope_warn(&r->answer, "reconciled", "The start got no clear answer (%s); the new run was found by reading back",
                          f->err.text);
            emr_retry_after(r, run->id, run);
            emr_view_done(view);
            return;
        }
        emr_view_done(view);
    }
    envelope_warn(&r->answer, "effect_unknown",
                  "The start got no clear answer (%s), and reading back has shown no new run. Do not start it again: look with "
                  "get_emr_logs in a minute", f->err.text);
    remember(r, "this server sent its start and got no clear answer");
    emr_retry_after(r, NULL, NULL);
}

/* The id of what was started, in the reply of each operation. */
static const char *id_in(const struct emr_retry *r, const json_t *reply)
{
    if (r->view.target.runtime == EMR_EC2)
        return json_is_string(json_array_get(json_arr(reply, "StepIds"), 0))
                   ? json_string_value(json_array_get(json_arr(reply, "StepIds"), 0)) : "";
    return json_str(reply, r->view.target.runtime == EMR_SERVERLESS ? "jobRunId" : "id", "");
}

/* A client token that was used before leads to the run it started then. */
static const struct emr_run *known_before(const struct emr_retry *r, const char *id)
{
    for (size_t i = 0; i < r->view.run_count; i++) {
        if (!strcmp(r->view.runs[i].id, id))
            return &r->view.runs[i];
    }
    return NULL;
}

static void started(struct emr_retry *r, struct aws_session *s, const json_t *reply)
{
    const char *id = id_in(r, reply);
    const struct emr_run *before = known_before(r, id);
    if (before) {
        r->gate.effect = emr_run_in_flight(before)   ? EFFECT_ALREADY_IN_FLIGHT
                         : emr_run_succeeded(before) ? EFFECT_ALREADY_DONE
                                                     : EFFECT_REFUSED;
        gate_hold(&r->gate, "not_retried_yet", false, "EMR answered that %s was started as its retry before", id);
        emr_retry_after(r, id, before);
        return;
    }
    r->gate.effect = EFFECT_CREATED;
    auto_free struct emr_view *view = xcalloc(1, sizeof *view);
    view->target = r->view.target;
    struct emr_run run;
    bool shown = emr_view_choose(s, &r->answer, view, id) == 0;
    if (shown)
        emr_run_of(view->target.runtime, view->detail, &run);
    emr_retry_after(r, id, shown ? &run : NULL);
    emr_view_done(view);
    if (!shown)
        remember(r, "this server started it again");
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct emr_retry *r = ctx;
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
    auto_free char *what = xasprintf("start %s %s again (nothing was started)", emr_run_word(r->view.target.runtime), r->run.id);
    return failure_aws(out, r->operation, &f, what, "The run, or what it ran in, vanished since it was read.");
}

int emr_retry_start(struct emr_retry *r, struct tool_answer *out)
{
    auto_free char *act = gate_act(emr_retry_request_shown(r), "Run %s %s of %s (%s) again, as it was?",
                                   emr_run_word(r->view.target.runtime), r->run.id, r->view.target.owner,
                                   aws_session_region(r->session));
    return gate_send(&r->gate, act, send, r, &r->answer, out);
}
