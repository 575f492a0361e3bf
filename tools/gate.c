#include "tools/gate.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/failure.h"
#include "tools/fingerprint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 3
#define LOOK_PAUSE_MS 1000

static const struct {
    const char *name, *sentence;
} effects[EFFECT_COUNT] = {
    [EFFECT_OPEN] = {"open", "Nothing was changed."},
    [EFFECT_CREATED] = {"created", "Sent and accepted. That is not success yet; follow it."},
    [EFFECT_ALREADY_IN_FLIGHT] = {"already_in_flight", "Nothing was changed: the same is in flight already."},
    [EFFECT_ALREADY_DONE] = {"already_done", "Nothing was changed: it is done already."},
    [EFFECT_REFUSED] = {"refused", "Nothing was changed: a precondition does not hold."},
    [EFFECT_FAILED] = {"failed", "Nothing was changed: the service refused the request."},
    [EFFECT_UNKNOWN] = {"unknown", "Unknown whether the request was carried out. Do not send it again before looking."},
    [EFFECT_DRY_RUN] = {"dry_run", "Dry run: everything holds; nothing was sent."},
};

/* Two accounts may have jobs of the same name. */
static char *claim_name(const struct tool_call *call, const char *resource)
{
    const struct tool_env *env = call->env;
    char account[AWS_ACCOUNT_MAX];
    aws_read_account(env->aws, json_str(call->arguments, "account", NULL), account);
    return xasprintf("%s/%s", account, resource);
}

int gate_enter(struct gate *g, const struct tool_call *call, const char *resource, const char *name, struct tool_answer *out)
{
    *g = (struct gate){
        .call = call,
        .env = call->env,
        .consent = g->consent,
        .resource = claim_name(call, resource),
        .dry_run = json_flag(call->arguments, "dry_run", false),
        .preconditions = json_array(),
    };
    if (g->dry_run)
        return 0;
    if (g->env->writes == WRITES_DENY)
        return failure_say(out, "Refused: with --writes deny nothing is changed. Let it run with --writes allow, or with "
                                "--writes confirm so that a person is asked each time, or call again with dry_run true to see "
                                "what would be sent for %s.", name);
    struct err e = {0};
    if (aws_may_write(g->env->aws, json_str(call->arguments, "account", NULL), &e)) {
        err_wrap(&e, "Refused");
        return failure_err(out, &e);
    }
    if (claims_take(g->env->claims, g->resource, call->stop, &e)) {
        err_wrap(&e, "Nothing was changed; another call is busy with %s", name);
        return failure_err(out, &e);
    }
    g->held = true;
    return 0;
}

void gate_leave(struct gate *g)
{
    if (g->held)
        claims_give_back(g->env->claims, g->resource);
    json_decref(g->preconditions);
    free(g->resource);
    *g = (struct gate){0};
}

/* The condition of that name, borrowed; made if it is not there yet. */
static json_t *condition(struct gate *g, const char *name)
{
    size_t i;
    json_t *o;
    json_array_foreach(g->preconditions, i, o) {
        if (!strcmp(json_str(o, "name", ""), name))
            return o;
    }
    o = json_object();
    json_put_str(o, "name", name);
    json_array_append_new(g->preconditions, o);
    return o;
}

void gate_hold(struct gate *g, const char *name, bool ok, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *detail = xvasprintf(fmt, ap);
    va_end(ap);
    json_t *o = condition(g, name);
    json_put_flag(o, "ok", ok);
    json_put_str(o, "detail", detail);
    if (!ok && g->effect == EFFECT_OPEN)
        g->effect = EFFECT_REFUSED;
}

int gate_run(const struct tool_call *call, gate_once_fn *once, struct tool_answer *out, struct err *e)
{
    struct consent consent = {0};
    int rc = once(call, &consent, out, e);
    while (consent.again) {
        consent.again = false;
        *e = (struct err){0};
        rc = once(call, &consent, out, e);
    }
    return rc;
}

int gate_send(struct gate *g, const char *act, gate_send_fn *send, void *ctx, struct envelope *v, struct tool_answer *out)
{
    struct err e = {0};
    int asked = gate_ask(g, act, v, out);
    if (asked)
        return asked < 0 ? -1 : 0;
    enum stop_why why = stop_check(g->call->stop);
    if (why != STOP_GO_ON) {
        stop_err(why, "nothing was changed: the call ended before the request was sent", &e);
        return failure_err(out, &e);
    }
    struct stop own;
    stop_init(&own, WRITE_TIMEOUT_MS);
    struct aws_where where = tool_where(g->call, AWS_WRITE);
    struct aws_session *s = aws_session_new(g->env->aws, &where, &own, &e);
    int rc = s ? send(ctx, s, &own, out) : failure_err(out, &e);
    if (!rc)
        envelope_put(v, "requests", aws_session_requests(s));
    aws_session_free(s);
    stop_done(&own);
    return rc;
}

void gate_remember(struct gate *g, const char *part, const char *outcome)
{
    auto_free char *name = xasprintf("%s/%s", g->resource, part);
    claims_remember(g->env->claims, name, outcome);
}

char *gate_recall(struct gate *g, const char *part, int64_t *age_ms)
{
    auto_free char *name = xasprintf("%s/%s", g->resource, part);
    return claims_recall(g->env->claims, name, age_ms);
}

bool gate_look(struct stop *stop, int *looks)
{
    if (*looks == LOOKS_MAX)
        return false;
    if ((*looks)++)
        stop_sleep(stop, LOOK_PAUSE_MS);
    return stop_check(stop) == STOP_GO_ON;
}

bool gate_was_sent(const struct gate *g)
{
    return g->effect == EFFECT_CREATED || g->effect == EFFECT_FAILED || g->effect == EFFECT_UNKNOWN;
}

void gate_put_key(const json_t *request, struct envelope *v)
{
    char key[FINGERPRINT_TEXT];
    fingerprint_json(request, key);
    envelope_put(v, "idempotency_key", json_string(key));
}

void gate_put(const struct gate *g, struct envelope *v)
{
    envelope_put(v, "preconditions", json_incref(g->preconditions));
    envelope_put(v, "effect", json_string(effects[g->effect].name));
}

void gate_tell_effect(const struct gate *g, struct envelope *v)
{
    const char *own = g->words ? g->words->of[g->effect] : NULL;
    digest_line(&v->digest, "%s%s", g->dry_run && g->effect != EFFECT_DRY_RUN ? "Dry run. " : "",
                own ? own : effects[g->effect].sentence);
}

void gate_tell_conditions(const struct gate *g, struct envelope *v)
{
    size_t i, held = 0;
    json_t *c;
    json_array_foreach(g->preconditions, i, c) {
        if (json_flag(c, "ok", false))
            held++;
        else
            digest_line(&v->digest, "Does not hold: %s: %s.", json_str(c, "name", ""), json_str(c, "detail", ""));
    }
    digest_line(&v->digest, "%zu of %zu preconditions hold.", held, json_array_size(g->preconditions));
}
