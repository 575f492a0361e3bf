/* The tool retry_athena_query: run one failed query again, at most once. */
#include "tools/athena/retry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/athena/statement_report.h"
#include "tools/begin.h"
#include "tools/failure.h"
#include "tools/retry_athena_query.json.h"

static const struct gate_words words = {
    .of = {
        [EFFECT_CREATED] = "Started again: a new execution exists. It is not done yet; follow it.",
        [EFFECT_ALREADY_IN_FLIGHT] = "Nothing was started: the same statement is running already.",
        [EFFECT_ALREADY_DONE] = "Nothing was started: the same statement has succeeded since.",
        [EFFECT_REFUSED] = "Nothing was started: a precondition does not hold.",
        [EFFECT_FAILED] = "Nothing was started: Athena refused the request.",
        [EFFECT_UNKNOWN] = "Unknown whether it was started. The same call again is safe.",
        [EFFECT_DRY_RUN] = "Dry run: everything holds; nothing was started.",
    }};

static void retry_done(struct athena_retry *r)
{
    gate_leave(&r->gate);
    json_decref(r->request);
    statement_done(&r->statement);
    athena_view_done(&r->view);
    envelope_done(&r->answer);
    aws_session_free(r->session);
}

/* What the query was and how it ended never changes any more: it may be read before the gate. */
static int read_query(struct athena_retry *r, struct tool_answer *out)
{
    const char *id = json_str(r->call->arguments, "query_execution_id", "");
    if (athena_read_query(r->session, id, envelope_sources(&r->answer), &r->view)) {
        auto_free char *what = xasprintf("read the Athena query \"%s\", so nothing was started", id);
        return failure_aws(
            out, &aws_athena_get_query_execution, &r->view.query_fault, what,
            "There is no such query here: check id, region and account; Athena forgets queries after 45 days.");
    }
    r->query = r->view.query;
    statement_read(athena_sql(r->query), json_arr(r->query, "ExecutionParameters"), &r->statement);
    return 0;
}

/* From the first look at the other executions to the settled request; nobody else in this process is at this statement. */
static int look_and_start(struct athena_retry *r, struct tool_answer *out)
{
    r->gate.words = &words;
    r->call->progress(r->call, 1, 3, "reading the work group, its queries and the target");
    athena_read_around(r->session, RETRY_LIST_PAGES, envelope_sources(&r->answer), &r->view);
    athena_context_of(&r->view, r->now_ms, &r->context);
    athena_retry_build(r);
    athena_retry_check(r);
    if (r->gate.effect == EFFECT_OPEN && r->gate.dry_run) {
        r->gate.effect = EFFECT_DRY_RUN;
    } else if (r->gate.effect == EFFECT_OPEN) {
        r->call->progress(r->call, 2, 3, "everything holds");
        if (athena_retry_start(r, out))
            return -1;
    }
    athena_retry_report(r);
    return envelope_answer(&r->answer, r->session, out);
}

static int carry_out(struct athena_retry *r, struct tool_answer *out)
{
    if (read_query(r, out))
        return -1;
    json_auto_t *facts = statement_facts(&r->statement, r->query);
    auto_free char *resource =
        xasprintf("athena/%s/%s", aws_session_region(r->session), json_str(facts, "hash", ""));
    return gate_enter(&r->gate, r->call, resource, athena_id(r->query), out) ? -1 : look_and_start(r, out);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct athena_retry r = {.call = call, .gate.consent = consent, .now_ms = clock_wall_ms()};
    int rc = tool_begin(call, "retry_athena_query", &r.session, &r.answer, out) ? -1 : carry_out(&r, out);
    retry_done(&r);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_retry_athena_query = {
    .name = "retry_athena_query",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
