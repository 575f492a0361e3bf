/* Whether a retry makes sense, and if not, every reason against it. */
#ifndef LW_TOOLS_ADVICE_H
#define LW_TOOLS_ADVICE_H

#include "tools/cause.h"
#include "tools/env.h"
#include "tools/envelope.h"

#define ADVICE_ATTEMPTS_MAX 3 /* retries of one resource within 24 hours */

struct advice {
    const char *tool;      /* which tool would do it; NULL for none */
    json_t *arguments;     /* for that tool; taken over by advice_put */
    int64_t not_before_ms; /* negative for at once */
    int attempts_used;
    json_t *blockers;      /* made by advice_block */
    char reason[400];
};

/* No tool, no blocker, at once. */
void advice_init(struct advice *a);

/* One reason against, as a word: not_failed, in_flight_duplicate, newer_success, newer_attempt, native_retry_pending,
   attempts_exhausted, cooldown, class_not_transient, policy_denies, side_effects_unknown, window_closed. */
void advice_block(struct advice *a, const char *blocker);

/* Sets the sentence that goes with it. */
void advice_reason(struct advice *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* After a failure for want of rate or room (throttling, capacity) that ended at `ended_ms`: not before `rest_ms` have
   passed since. Other causes, a negative end and one that lies further back change nothing. */
void advice_rest(struct advice *a, enum cause cause, int64_t ended_ms, int64_t rest_ms, int64_t now_ms);

/* Where a retry is advised that this server offers, but may not make: a warning that says so. */
void advice_warn_denied(const struct advice *a, const struct tool_env *env, struct envelope *v);

/* Sets `retry` in the envelope: {recommended, tool?, arguments?, not_before?, attempts_used, attempts_max, blockers, reason}.
   Recommended means: a tool is named and nothing speaks against it. Takes what the advice holds. */
void advice_put(struct advice *a, struct envelope *v);

#endif
