#include "tools/advice.h"

#include "base/json.h"
#include "base/own.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void advice_init(struct advice *a)
{
    *a = (struct advice){.not_before_ms = -1, .blockers = json_array()};
}

void advice_block(struct advice *a, const char *blocker)
{
    size_t i;
    json_t *known;
    json_array_foreach(a->blockers, i, known) {
        if (!strcmp(json_string_value(known), blocker))
            return;
    }
    json_array_append_new(a->blockers, json_string(blocker));
}

static bool is_blocked(const struct advice *a)
{
    return json_array_size(a->blockers) > 0;
}

void advice_reason(struct advice *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(a->reason, sizeof a->reason, fmt, ap);
    va_end(ap);
}

void advice_rest(struct advice *a, enum cause cause, int64_t ended_ms, int64_t rest_ms, int64_t now_ms)
{
    bool wants_rest = cause == CAUSE_THROTTLING || cause == CAUSE_CAPACITY;
    if (wants_rest && ended_ms >= 0 && ended_ms + rest_ms > now_ms)
        a->not_before_ms = ended_ms + rest_ms;
}

void advice_warn_denied(const struct advice *a, const struct tool_env *env, struct envelope *v)
{
    if (a->tool && !is_blocked(a) && env->writes == WRITES_DENY && !tool_is_withheld(env->choice, a->tool))
        envelope_warn(v, "writes_denied", "This server runs with --writes deny: %s only shows what it would send (dry_run)",
                      a->tool);
}

void advice_put(struct advice *a, struct envelope *v)
{
    json_t *o = json_object();
    json_put_flag(o, "recommended", a->tool && !is_blocked(a));
    json_put_str(o, "tool", a->tool);
    json_put(o, "arguments", steal(&a->arguments));
    json_put_time(o, "not_before", a->not_before_ms);
    json_put_int(o, "attempts_used", a->attempts_used);
    json_put_int(o, "attempts_max", ADVICE_ATTEMPTS_MAX);
    json_put(o, "blockers", steal(&a->blockers));
    json_put_str(o, "reason", a->reason);
    envelope_put(v, "retry", o);
}
