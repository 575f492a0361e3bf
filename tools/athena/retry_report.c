/* What retry_athena_query tells: the facts, and the digest. */
#include "tools/athena/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/athena/statement_report.h"

#include <string.h>

#define SQL_SHOWN 2000

static json_t *before_facts(const struct athena_retry *r)
{
    json_t *o = json_pack("{s:s, s:s, s:s}", "query_execution_id", athena_id(r->query), "state",
                          athena_state(r->query), "workgroup", athena_workgroup(r->query));
    json_put_time(o, "submitted_at", athena_submitted_ms(r->query));
    json_put_time(o, "ended_at", athena_ended_ms(r->query));
    json_put_str(o, "reason", athena_reason(r->query)[0] ? athena_reason(r->query) : NULL);
    return o;
}

json_t *athena_retry_request_shown(const struct athena_retry *r)
{
    json_t *input = json_copy(r->request);
    const char *sql = athena_sql(r->query);
    if (strlen(sql) > SQL_SHOWN) {
        auto_free char *head =
            xasprintf("%.*s... [%zu bytes in all]", (int)text_utf8_floor(sql, SQL_SHOWN), sql, strlen(sql));
        json_put_str(input, "QueryString", head);
    }
    json_t *o = json_pack("{s:s, s:s, s:o, s:b}", "service", "athena", "operation", "StartQueryExecution",
                          "input", input, "sent", gate_was_sent(&r->gate));
    if (r->gate.dry_run)
        json_put_flag(o, "would_send", r->gate.effect == EFFECT_DRY_RUN);
    return o;
}

static void describe(struct athena_retry *r)
{
    envelope_resource(&r->answer, "athena_query", athena_id(r->query), aws_session_region(r->session));
    envelope_put(&r->answer, "before", before_facts(r));
    envelope_put(&r->answer, "statement", statement_facts(&r->statement, r->query));
    if (r->gate.dry_run || gate_was_sent(&r->gate))
        envelope_put(&r->answer, "request", athena_retry_request_shown(r));
    gate_put(&r->gate, &r->answer);
    if (r->other && !json_obj(r->answer.root, "after"))
        athena_retry_after(r, athena_id(r->other), r->other);
    if (!json_obj(r->answer.root, "state"))
        envelope_state(&r->answer, athena_state(r->query), !athena_in_flight(r->query),
                       athena_failed(r->query));
}

static void tell_request(struct athena_retry *r)
{
    const char *verb = gate_was_sent(&r->gate)            ? "Sent"
                       : r->gate.effect == EFFECT_DRY_RUN ? "Would send"
                                                          : "Would not send";
    auto_free char *input = json_text(json_obj(json_obj(r->answer.root, "request"), "input"), NULL);
    digest_line(&r->answer.digest, "%s athena:StartQueryExecution:", verb);
    digest_data(&r->answer.digest, "Input:", input, 1500);
}

void athena_retry_report(struct athena_retry *r)
{
    struct digest *d = &r->answer.digest;
    describe(r);
    gate_tell_effect(&r->gate, &r->answer);
    digest_line(d, "Query %s of work group %s: %s. Statement: %s; %s.", athena_id(r->query),
                athena_workgroup(r->query), athena_state(r->query), r->statement.class, r->statement.why);
    const json_t *after = json_obj(r->answer.root, "after");
    if (after)
        digest_line(d, "%s execution %s: %s.", r->gate.effect == EFFECT_CREATED ? "New" : "Other",
                    json_str(after, "query_execution_id", ""), json_str(after, "state", ""));
    if (athena_reason(r->query)[0])
        digest_data(d, "Its error:", athena_reason(r->query), 300);
    gate_tell_conditions(&r->gate, &r->answer);
    if (json_obj(r->answer.root, "request"))
        tell_request(r);
    envelope_tell_rest(&r->answer);
}
