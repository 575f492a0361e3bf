/* Before an attempt and after it: is the service fit to be asked, and is it our turn? */
#include "aws/fault.h"
#include "aws/invoke_run.h"
#include "aws/invoke_shared.h"
#include "base/clock.h"

#include <stdio.h>

static struct route route_of(const struct invoke_site *site, const struct run *r)
{
    return (struct route){
        .account = site->account ? site->account : "", .region = r->region, .op = r->job->op};
}

void run_stop(const struct invoke_site *site, struct run *r, const struct err *e)
{
    struct aws_fault *f = &r->job->fault;
    if (f->err.kind == ERR_NONE || e->kind == ERR_CANCELLED) {
        bool unknown = f->effect_unknown;
        fault_from_err(r->job->op, NULL, e, f);
        f->effect_unknown = unknown;
    }
    run_end(site, r);
}

/* The breaker is open: nothing is sent. */
static int refuse_open(const struct invoke_site *site, struct run *r, const char *why)
{
    struct err e = {0};
    err_set(&e, ERR_UNAVAILABLE, "%s", why);
    if (r->job->fault.err.kind == ERR_NONE) {
        fault_from_err(r->job->op, NULL, &e, &r->job->fault);
        snprintf(r->job->fault.code, sizeof r->job->fault.code, "CircuitOpen");
        r->job->fault.retryable = true;
    }
    run_end(site, r);
    return -1;
}

int run_admit(const struct invoke_site *site, struct run *r)
{
    struct invoke_shared *shared = site->aws->shared;
    struct route route = route_of(site, r);
    char why[BREAKER_WHY_MAX];
    int64_t now = clock_mono_ms();
    if (r->admitted)
        return 0;
    if (breaker_ask(shared_breaker(shared), &route, now, why))
        return refuse_open(site, r, why);
    r->admitted = true;
    int64_t wait = pace_turn(shared_pace(shared), &route, now);
    if (wait >= stop_left_ms(site->stop)) {
        struct err e = {0};
        breaker_tell(shared_breaker(shared), &route, BREAKER_NOTHING, "", now);
        err_set(&e, ERR_THROTTLED, "not asked: by the rate it is held to its turn comes in %lld ms, after the time allowed",
                (long long)wait);
        run_stop(site, r, &e);
        r->job->fault.retryable = true;
        return -1;
    }
    r->ready_mono_ms = now + wait;
    return wait > 0;
}

static enum breaker_outcome outcome_of(const struct invoke_site *site, const struct run *r,
                                       const struct http_reply *reply, bool throttled)
{
    enum err_kind kind = r->job->fault.err.kind;
    if (reply->sent == HTTP_REPLIED)
        return (reply->status >= 500 && !throttled) || (reply->status < 300 && kind == ERR_UPSTREAM) ? BREAKER_FAILED
                                                                                                     : BREAKER_ALIVE;
    if (stop_check(site->stop) != STOP_GO_ON)
        return BREAKER_NOTHING; /* it might have answered yet */
    bool broken = reply->err.kind == ERR_UNAVAILABLE || reply->err.kind == ERR_UPSTREAM || reply->err.kind == ERR_TIMEOUT;
    return broken ? BREAKER_FAILED : BREAKER_NOTHING;
}

void run_learn(const struct invoke_site *site, const struct run *r, const struct http_reply *reply, bool throttled)
{
    struct invoke_shared *shared = site->aws->shared;
    struct route route = route_of(site, r);
    const struct aws_fault *f = &r->job->fault;
    char said[160];
    if (f->status >= 300) /* below, it is the answer itself that was no good */
        snprintf(said, sizeof said, "HTTP %d%s%s", f->status, *f->code ? " " : "", f->code);
    else
        snprintf(said, sizeof said, "%.150s", f->message);
    int64_t now = clock_mono_ms();
    breaker_tell(shared_breaker(shared), &route, outcome_of(site, r, reply, throttled), said, now);
    if (throttled)
        pace_throttled(shared_pace(shared), &route, now);
}
