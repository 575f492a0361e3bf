/* The tool get_athena_query: why did this query fail, or take so long? */
#include "tools/athena/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/get_athena_query.json.h"

#include <string.h>

static void inquiry_done(struct athena_inquiry *q)
{
    json_decref(q->stopped_by);
    json_decref(q->tables);
    json_decref(q->statistics);
    statement_done(&q->statement);
    athena_view_done(&q->view);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int cannot_read(const struct athena_inquiry *q, const char *id, struct tool_answer *out)
{
    auto_free char *what = xasprintf("read the Athena query \"%s\"", id);
    auto_free char *missing =
        xasprintf("There is no such query in region %s: check id, region and account; Athena forgets "
                  "queries after 45 days.",
                  aws_session_region(q->session));
    return failure_aws(out, &aws_athena_get_query_execution, &q->view.query_fault, what, missing);
}

/* The latest failed query of a work group becomes the one to look at. Returns its id, or NULL: then `out` has an answer, also
   where none failed. */
static char *find_failed(struct athena_inquiry *q, const char *workgroup, struct tool_answer *out)
{
    struct aws_fault f = {0};
    json_auto_t *newest = athena_read_newest(q->session, workgroup, envelope_sources(&q->answer), &f);
    if (!newest) {
        auto_free char *what = xasprintf("read the queries of the work group \"%s\"", workgroup);
        failure_aws(out, &aws_athena_list_query_executions, &f, what,
                    "Check the work group's name and the region.");
        return NULL;
    }
    size_t i;
    json_t *query;
    json_array_foreach(newest, i, query) {
        if (athena_failed(query))
            return xstrdup(athena_id(query));
    }
    envelope_resource(&q->answer, "athena_workgroup", workgroup, aws_session_region(q->session));
    digest_line(&q->answer.digest,
                "Work group %s: none of its %zu newest queries failed. Nothing to diagnose.", workgroup,
                json_array_size(newest));
    envelope_tell_rest(&q->answer);
    envelope_answer(&q->answer, q->session, out);
    return NULL;
}

/* Stage figures come a while after the end, and never where rows are filtered by Lake Formation (Athena API,
   GetQueryRuntimeStatistics): their absence is no error. */
static void read_statistics(struct athena_inquiry *q)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "athena:GetQueryRuntimeStatistics");
    json_auto_t *in = json_pack("{s:s}", "QueryExecutionId", athena_id(q->query));
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_athena_get_query_runtime_statistics, in, &reply, &f)) {
        if (f.err.kind == ERR_INVALID || f.err.kind == ERR_NOT_FOUND)
            coverage_absent(source);
        else
            coverage_fault(source, &f);
        return;
    }
    q->statistics = json_incref(json_obj(reply, "QueryRuntimeStatistics"));
    coverage_read(source, 1, q->statistics != NULL, 0, true);
}

static void look_around(struct athena_inquiry *q)
{
    bool ended_badly = athena_failed(q->query) || athena_cancelled(q->query);
    q->call->progress(q->call, 1, 2, "read the query; reading work group, statistics and tables");
    statement_read(athena_sql(q->query), json_arr(q->query, "ExecutionParameters"), &q->statement);
    athena_read_around(q->session, 1, envelope_sources(&q->answer), &q->view);
    athena_context_of(&q->view, q->now_ms, &q->context);
    read_statistics(q);
    if (ended_badly)
        athena_read_tables(q);
    if (athena_cancelled(q->query) && !athena_hit_cutoff(q->query))
        athena_read_stop(q);
    if (json_flag(q->call->arguments, "include_results", false) &&
        !strcmp(athena_state(q->query), "SUCCEEDED"))
        athena_read_results(q);
}

static int inquire(struct athena_inquiry *q, struct tool_answer *out)
{
    const char *given = json_str(q->call->arguments, "query_execution_id", NULL);
    const char *workgroup = json_str(q->call->arguments, "workgroup", NULL);
    if (!given && !workgroup)
        return failure_say(out, "Give query_execution_id, or workgroup for its latest failed query.");
    auto_free char *found = given ? NULL : find_failed(q, workgroup, out);
    const char *id = given ? given : found;
    if (!id)
        return -1;
    if (athena_read_query(q->session, id, envelope_sources(&q->answer), &q->view))
        return cannot_read(q, id, out);
    q->query = q->view.query;
    look_around(q);
    athena_describe(q);
    athena_describe_runtime(q);
    if (athena_failed(q->query) || athena_cancelled(q->query)) {
        athena_judge(q);
        athena_link(q);
    }
    athena_advise(q);
    envelope_window(&q->answer, athena_submitted_ms(q->query), athena_ended_ms(q->query), "run");
    athena_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct athena_inquiry q = {.call = call, .now_ms = clock_wall_ms()};
    int rc = tool_begin(call, "get_athena_query", &q.session, &q.answer, out) ? -1 : inquire(&q, out);
    inquiry_done(&q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_athena_query = {
    .name = "get_athena_query",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
