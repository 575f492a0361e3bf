/* Sending the one request that runs a query again, and finding out what came of it. */
#include "tools/athena/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/advice.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

#define OLD_MS 60000 /* an execution that was submitted longer ago than this is not the one just asked for */
#define WAIT_FOR_ROOM_MS (5 * 60 * 1000)

/* The token has met an execution that was there before: an earlier retry, which the lists did not show. */
static void settle_old(struct athena_retry *r, const json_t *query)
{
    if (athena_in_flight(query))
        r->gate.effect = EFFECT_ALREADY_IN_FLIGHT;
    else if (!strcmp(athena_state(query), "SUCCEEDED"))
        r->gate.effect = EFFECT_ALREADY_DONE;
    else
        r->gate.effect = EFFECT_REFUSED;
    gate_hold(&r->gate, "not_started_already", false, "it was run again before, as %s, which is %s",
              athena_id(query), athena_state(query));
}

static void started(struct athena_retry *r, struct aws_session *s, const char *id)
{
    struct athena_view v = {0};
    r->gate.effect = EFFECT_CREATED;
    bool shown = !athena_read_query(s, id, envelope_sources(&r->answer), &v);
    if (shown && athena_submitted_ms(v.query) >= 0 && athena_submitted_ms(v.query) < r->now_ms - OLD_MS)
        settle_old(r, v.query);
    athena_retry_after(r, id, v.query);
    athena_view_done(&v);
    gate_remember(&r->gate, athena_id(r->query), "this server ran it again");
}

/* An execution of the same statement that is newer than the ones known; NULL when none is seen. New reference. */
static json_t *find_new(struct athena_retry *r, struct aws_session *s)
{
    struct athena_view now = {.query = json_incref((json_t *)(uintptr_t)r->query)};
    struct athena_context c;
    json_t *found = NULL;
    athena_read_around(s, 1, envelope_sources(&r->answer), &now);
    athena_context_of(&now, r->now_ms, &c);
    const json_t *newest = c.newer_in_flight ? c.newer_in_flight
                           : c.newer_success ? c.newer_success
                                             : c.newer_failed;
    if (newest && athena_submitted_ms(newest) >= r->now_ms - OLD_MS)
        found = json_incref((json_t *)(uintptr_t)newest);
    athena_view_done(&now);
    return found;
}

/* Nobody knows whether the request was carried out. The executions tell; and a later call sends the same token. */
static void reconcile(struct athena_retry *r, struct aws_session *s, struct stop *stop,
                      const struct aws_fault *f)
{
    r->gate.effect = EFFECT_UNKNOWN;
    for (int looks = 0; gate_look(stop, &looks);) {
        json_auto_t *query = find_new(r, s);
        if (query) {
            r->gate.effect = EFFECT_CREATED;
            envelope_warn(&r->answer, "reconciled",
                          "The start got no clear answer (%s); the new execution was found by reading back",
                          f->err.text);
            athena_retry_after(r, athena_id(query), query);
            return;
        }
    }
    envelope_warn(&r->answer, "effect_unknown",
                  "The start got no clear answer (%s), and reading back has shown no new execution. The same "
                  "call again is safe: it carries the same token",
                  f->err.text);
    athena_retry_after(r, NULL, NULL);
}

static void no_room(struct athena_retry *r, const struct aws_fault *f)
{
    r->gate.effect = EFFECT_FAILED;
    gate_hold(&r->gate, "room_to_run", false, "Athena says: %s", f->message[0] ? f->message : f->code);
    struct advice a;
    advice_init(&a);
    a.tool = "retry_athena_query";
    a.arguments = json_deep_copy(r->call->arguments);
    a.not_before_ms = r->now_ms + WAIT_FOR_ROOM_MS;
    advice_block(&a, "cooldown");
    advice_reason(&a, "Athena takes no more queries at the moment; wait until some have ended.");
    advice_put(&a, &r->answer);
}

static int send(void *ctx, struct aws_session *s, struct stop *stop, struct tool_answer *out)
{
    struct athena_retry *r = ctx;
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (!aws_invoke(s, &aws_athena_start_query_execution, r->request, &reply, &f)) {
        started(r, s, json_str(reply, "QueryExecutionId", ""));
        return 0;
    }
    if (f.effect_unknown) {
        reconcile(r, s, stop, &f);
        return 0;
    }
    if (f.err.kind == ERR_THROTTLED) {
        no_room(r, &f);
        return 0;
    }
    auto_free char *what =
        xasprintf("run the Athena query \"%s\" again (nothing was started)", athena_id(r->query));
    return failure_aws(out, &aws_athena_start_query_execution, &f, what,
                       "Its work group vanished since it was read.");
}

int athena_retry_start(struct athena_retry *r, struct tool_answer *out)
{
    auto_free char *act = gate_act(athena_retry_request_shown(r), "Run the Athena query %s (work group %s, %s) again?",
                                   athena_id(r->query), athena_workgroup(r->query), aws_session_region(r->session));
    return gate_send(&r->gate, act, send, r, &r->answer, out);
}

void athena_retry_after(struct athena_retry *r, const char *id, const json_t *query)
{
    json_t *arguments = json_pack("{s:s}", "query_execution_id", id ? id : athena_id(r->query));
    tool_where_on(r->call, arguments);
    envelope_put(&r->answer, "follow_up",
                 json_pack("{s:s, s:o}", "tool", "get_athena_query", "arguments", arguments));
    if (!id)
        return;
    const char *state = query ? athena_state(query) : "UNKNOWN";
    json_t *after = json_pack("{s:s, s:s}", "query_execution_id", id, "state", state);
    json_put_time(after, "submitted_at", athena_submitted_ms(query));
    if (athena_number(query, "QueryQueueTimeInMillis") >= 0)
        json_put_int(after, "queue_ms", athena_number(query, "QueryQueueTimeInMillis"));
    json_put_str(after, "output_location",
                 json_str(json_obj(query, "ResultConfiguration"), "OutputLocation", NULL));
    envelope_put(&r->answer, "after", after);
    json_t *o =
        envelope_state(&r->answer, state, query && !athena_in_flight(query), query && athena_failed(query));
    json_put_time(o, "started_at", athena_submitted_ms(query));
    json_put_str(o, "previous_id", athena_id(r->query));
}
