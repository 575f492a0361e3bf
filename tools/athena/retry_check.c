/* What must hold before an Athena query is run again; all of it read from AWS just now. */
#include "tools/athena/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/advice.h"

#include <string.h>

static void check_state(struct athena_retry *r)
{
    struct gate *g = &r->gate;
    bool cancelled = athena_cancelled(r->query) && !athena_hit_cutoff(r->query);
    bool wanted = cancelled && json_flag(r->call->arguments, "include_cancelled", false);
    bool ended_badly = athena_failed(r->query) || athena_hit_cutoff(r->query) || wanted;
    if (athena_in_flight(r->query)) {
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
        r->other = r->query;
    }
    gate_hold(g, "query_failed", ended_badly, "query %s is %s%s", athena_id(r->query), athena_state(r->query),
              cancelled && !wanted ? ": somebody cancelled it; include_cancelled runs it all the same" : "");
}

static void check_others(struct athena_retry *r)
{
    struct gate *g = &r->gate;
    const struct athena_context *c = &r->context;
    if (g->effect == EFFECT_OPEN && c->in_flight) {
        g->effect = EFFECT_ALREADY_IN_FLIGHT;
        r->other = c->in_flight;
    } else if (g->effect == EFFECT_OPEN && c->newer_success) {
        g->effect = EFFECT_ALREADY_DONE;
        r->other = c->newer_success;
    }
    gate_hold(g, "others_known", r->view.same && (r->view.reaches_back || !statement_writes(&r->statement)),
              "%s",
              !r->view.same          ? "the work group's other queries could not be read"
              : r->view.reaches_back ? "the work group's queries since this one were read"
                                     : "the work group ran more queries since than were read");
    gate_hold(g, "nothing_in_flight", !c->in_flight,
              c->in_flight ? "the same statement is %s as %s" : "the same statement is not running",
              c->in_flight ? athena_state(c->in_flight) : "", c->in_flight ? athena_id(c->in_flight) : "");
    gate_hold(g, "nothing_newer_succeeded", !c->newer_success, "%s",
              c->newer_success ? athena_id(c->newer_success) : "the same statement has not succeeded since");
    gate_hold(g, "newest_attempt", !c->newer_failed, "%s%s",
              c->newer_failed ? athena_id(c->newer_failed)
                              : "no newer run of the same statement ended otherwise",
              c->newer_failed ? " is newer and ended without success: look at that one" : "");
}

static void check_statement(struct athena_retry *r)
{
    const struct statement *s = &r->statement;
    bool allowed = json_flag(r->call->arguments, "allow_side_effects", false);
    bool harmless = s->repeat == REPEAT_HARMLESS,
         provable = s->repeat == REPEAT_PROVABLE || s->repeat == REPEAT_SAME;
    gate_hold(&r->gate, "no_harm_in_repeating", harmless || (provable && allowed), "%s: %s%s", s->class,
              s->why,
              provable && !allowed ? "; allow_side_effects runs it if its target is found untouched" : "");
    if (s->repeat != REPEAT_PROVABLE || !allowed)
        return;
    char why[300];
    bool unchanged = athena_target_unchanged(r, why);
    gate_hold(&r->gate, "target_unchanged", unchanged, "%s", why);
}

/* Ended by the limit on bytes: a limit that is still as low ends it again. */
static void check_cutoff(struct athena_retry *r)
{
    if (!athena_hit_cutoff(r->query))
        return;
    int64_t cutoff = json_int(json_obj(r->view.workgroup, "Configuration"), "BytesScannedCutoffPerQuery", 0);
    int64_t read = athena_number(r->query, "DataScannedInBytes");
    gate_hold(&r->gate, "within_cutoff", r->view.workgroup && (cutoff <= 0 || cutoff > read),
              "it had read %lld bytes when the limit ended it; the limit is %lld now", (long long)read,
              (long long)cutoff);
}

static void check_workgroup(struct athena_retry *r)
{
    const char *state = json_str(r->view.workgroup, "State", "ENABLED");
    if (!r->view.workgroup) {
        gate_hold(&r->gate, "workgroup_ready", false, "the work group could not be read: %s",
                  r->view.workgroup_fault.err.text);
        return;
    }
    gate_hold(&r->gate, "workgroup_ready", !strcmp(state, "ENABLED"), "work group %s is %s",
              athena_workgroup(r->query), state);
}

/* A caller who says where the query belongs must be right about it: nothing is run anywhere else. */
static void check_pins(struct athena_retry *r)
{
    const char *workgroup = json_str(r->call->arguments, "workgroup", NULL);
    const char *database = json_str(r->call->arguments, "database", NULL);
    const char *own = json_str(json_obj(r->query, "QueryExecutionContext"), "Database", "");
    if (workgroup)
        gate_hold(&r->gate, "same_workgroup", !strcmp(workgroup, athena_workgroup(r->query)),
                  "the query belongs to work group %s", athena_workgroup(r->query));
    if (database)
        gate_hold(&r->gate, "same_database", text_iequal(database, own), "the query belongs to database %s",
                  own);
}

/* What Athena's lists may not show yet. */
static void check_memory(struct athena_retry *r)
{
    int64_t age_ms = 0;
    auto_free char *outcome =
        r->gate.effect == EFFECT_OPEN ? gate_recall(&r->gate, athena_id(r->query), &age_ms) : NULL;
    if (outcome)
        gate_hold(&r->gate, "not_started_already", false,
                  "%s %d s ago: look at the work group's queries; a new start is possible "
                  "%d minutes after that one",
                  outcome, (int)(age_ms / 1000), CLAIMS_MEMORY_MS / 60000);
}

void athena_retry_check(struct athena_retry *r)
{
    check_state(r);
    check_others(r);
    gate_hold(&r->gate, "attempts_left", r->context.failures_24h < ADVICE_ATTEMPTS_MAX,
              "other runs of the statement failed %d times within 24 hours; %d are too many",
              r->context.failures_24h, ADVICE_ATTEMPTS_MAX);
    check_pins(r);
    check_workgroup(r);
    check_cutoff(r);
    gate_hold(&r->gate, "statement_whole", athena_sql(r->query)[0] != '\0', "%zu bytes of SQL",
              strlen(athena_sql(r->query)));
    check_statement(r);
    check_memory(r);
}
