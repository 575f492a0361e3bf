#include "tools/athena/query.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* --- One execution --- */

const char *athena_state(const json_t *query)
{
    return json_str(json_obj(query, "Status"), "State", "UNKNOWN");
}

static bool is_in(const json_t *query, const char *state)
{
    return !strcmp(athena_state(query), state);
}

bool athena_failed(const json_t *query)
{
    return is_in(query, "FAILED");
}

bool athena_cancelled(const json_t *query)
{
    return is_in(query, "CANCELLED");
}

bool athena_in_flight(const json_t *query)
{
    return is_in(query, "QUEUED") || is_in(query, "RUNNING");
}

const char *athena_id(const json_t *query)
{
    return json_str(query, "QueryExecutionId", "");
}

const char *athena_sql(const json_t *query)
{
    return json_str(query, "Query", "");
}

const char *athena_workgroup(const json_t *query)
{
    return json_str(query, "WorkGroup", "primary");
}

const char *athena_reason(const json_t *query)
{
    const json_t *status = json_obj(query, "Status");
    const char *reason = json_str(status, "StateChangeReason", "");
    return reason[0] ? reason : json_str(json_obj(status, "AthenaError"), "ErrorMessage", "");
}

int64_t athena_submitted_ms(const json_t *query)
{
    return aws_time_ms(json_obj(query, "Status"), "SubmissionDateTime");
}

int64_t athena_ended_ms(const json_t *query)
{
    return aws_time_ms(json_obj(query, "Status"), "CompletionDateTime");
}

int64_t athena_number(const json_t *query, const char *name)
{
    return json_int(json_obj(query, "Statistics"), name, -1);
}

/* Athena User Guide, "Configure per-query and per-workgroup data usage controls": such a query is CANCELLED, with these words. */
bool athena_hit_cutoff(const json_t *query)
{
    return (athena_cancelled(query) || athena_failed(query)) &&
           strcasestr(athena_reason(query), "bytes scanned limit") != NULL;
}

/* --- Reading --- */

int athena_read_query(struct aws_session *s, const char *id, json_t *sources, struct athena_view *v)
{
    json_t *source = coverage_source(sources, "athena:GetQueryExecution");
    json_auto_t *in = json_pack("{s:s}", "QueryExecutionId", id);
    json_auto_t *reply = NULL;
    struct aws_fault *f = &v->query_fault;
    if (aws_invoke(s, &aws_athena_get_query_execution, in, &reply, f)) {
        if (f->err.kind == ERR_INVALID && strstr(f->message, "not found"))
            f->err.kind = ERR_NOT_FOUND;
        coverage_fault(source, f);
        return -1;
    }
    v->query = json_incref(json_obj(reply, "QueryExecution"));
    coverage_read(source, 1, v->query != NULL, 0, true);
    if (!v->query)
        return err_set(&f->err, ERR_UPSTREAM, "athena:GetQueryExecution answered without an execution");
    return 0;
}

static void add_ids(json_t *ids, const json_t *page)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_arr(page, "QueryExecutionIds"), i, id) json_array_append(ids, id);
}

struct listing {
    struct aws_session *s;
    json_t *found;    /* executions */
    int64_t since_ms; /* enough once an execution is older */
    bool reached;
    struct aws_fault *f;
    bool failed;
};

/* The executions of one page of ids. */
static int read_page(const json_t *page, void *ctx)
{
    struct listing *l = ctx;
    json_auto_t *ids = json_array();
    add_ids(ids, page);
    if (!json_array_size(ids))
        return 0;
    json_auto_t *in = json_pack("{s:O}", "QueryExecutionIds", ids);
    json_auto_t *reply = NULL;
    if (aws_invoke(l->s, &aws_athena_batch_get_query_execution, in, &reply, l->f)) {
        l->failed = true;
        return 1;
    }
    size_t i;
    json_t *q;
    json_array_foreach(json_arr(reply, "QueryExecutions"), i, q) {
        json_array_append(l->found, q);
        l->reached = l->reached || athena_submitted_ms(q) < l->since_ms;
    }
    return l->reached;
}

static int newer_first(const json_t *a, const json_t *b)
{
    int64_t x = athena_submitted_ms(a), y = athena_submitted_ms(b);
    return (x < y) - (x > y);
}

/* The newest executions of a work group, in pages until one is older than `since_ms`. New reference, or NULL and `f`. */
static json_t *read_newest(struct aws_session *s, const char *workgroup, int64_t since_ms, int max_pages,
                           json_t *sources, bool *reached, struct aws_fault *f)
{
    json_t *source = coverage_source(sources, "athena:ListQueryExecutions");
    json_auto_t *in = json_pack("{s:s, s:i}", "WorkGroup", workgroup, "MaxResults", ATHENA_PAGE);
    json_auto_t *found = json_array();
    struct listing l = {.s = s, .found = found, .since_ms = since_ms, .f = f};
    auto_free char *next = NULL;
    int pages = aws_each_page(s, &aws_athena_list_query_executions, in, max_pages, read_page, &l, &next, f);
    if (pages < 0 || l.failed) {
        coverage_fault(source, f);
        return NULL;
    }
    *reached = l.reached || !next;
    coverage_read(source, pages, (int64_t)json_array_size(found), 0, *reached);
    return json_sorted(found, newer_first);
}

json_t *athena_read_newest(struct aws_session *s, const char *workgroup, json_t *sources, struct aws_fault *f)
{
    bool reached;
    return read_newest(s, workgroup, INT64_MIN, 1, sources, &reached, f);
}

static bool same_member(const json_t *a, const json_t *b, const char *key)
{
    return !strcmp(json_str(a, key, ""), json_str(b, key, ""));
}

/* The same work: the same words with the same values in the same place. */
static bool same_statement(const json_t *a, const json_t *b)
{
    const json_t *x = json_obj(a, "QueryExecutionContext"), *y = json_obj(b, "QueryExecutionContext");
    const json_t *p = json_arr(a, "ExecutionParameters"), *q = json_arr(b, "ExecutionParameters");
    bool values = json_array_size(p) == json_array_size(q) && (!json_array_size(p) || json_equal(p, q));
    return same_member(a, b, "Query") && same_member(x, y, "Database") && same_member(x, y, "Catalog") &&
           values;
}

static void read_workgroup(struct aws_session *s, json_t *sources, struct athena_view *v)
{
    json_t *source = coverage_source(sources, "athena:GetWorkGroup");
    json_auto_t *in = json_pack("{s:s}", "WorkGroup", athena_workgroup(v->query));
    json_auto_t *reply = NULL;
    if (aws_invoke(s, &aws_athena_get_work_group, in, &reply, &v->workgroup_fault)) {
        coverage_fault(source, &v->workgroup_fault);
        return;
    }
    v->workgroup = json_incref(json_obj(reply, "WorkGroup"));
    coverage_read(source, 1, v->workgroup != NULL, 0, true);
}

void athena_read_around(struct aws_session *s, int max_pages, json_t *sources, struct athena_view *v)
{
    struct aws_fault f = {0};
    read_workgroup(s, sources, v);
    json_auto_t *newest = read_newest(s, athena_workgroup(v->query), athena_submitted_ms(v->query), max_pages,
                                      sources, &v->reaches_back, &f);
    if (!newest)
        return;
    v->same = json_array();
    size_t i;
    json_t *q;
    json_array_foreach(newest, i, q) {
        if (strcmp(athena_id(q), athena_id(v->query)) && same_statement(q, v->query))
            json_array_append(v->same, q);
    }
}

void athena_view_done(struct athena_view *v)
{
    json_decref(v->query);
    json_decref(v->workgroup);
    json_decref(v->same);
    *v = (struct athena_view){0};
}

/* --- Among the others --- */

static void look_forward(const json_t *q, struct athena_context *c)
{
    if (athena_in_flight(q))
        c->newer_in_flight = c->newer_in_flight ? c->newer_in_flight : q;
    else if (is_in(q, "SUCCEEDED"))
        c->newer_success = c->newer_success ? c->newer_success : q;
    else
        c->newer_failed = c->newer_failed ? c->newer_failed : q;
}

void athena_context_of(const struct athena_view *v, int64_t now_ms, struct athena_context *c)
{
    *c = (struct athena_context){0};
    int64_t mine = athena_submitted_ms(v->query);
    bool streak = true;
    size_t i;
    json_t *q;
    json_array_foreach(v->same, i, q) {
        int64_t at = athena_submitted_ms(q);
        if (athena_in_flight(q))
            c->in_flight = c->in_flight ? c->in_flight : q;
        c->failures_24h += athena_failed(q) && now_ms - at < DAY_MS;
        if (at > mine) {
            look_forward(q, c);
        } else if (streak) {
            streak = is_in(q, "SUCCEEDED");
            c->successes_before += streak;
        }
    }
}
