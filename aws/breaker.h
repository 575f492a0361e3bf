/* A circuit breaker for each service of an account and region: what fails again and again on its own side is left alone for
   a while, so that calls end at once with a reason instead of each waiting in vain. Decisions only: nothing waits. */
#ifndef LW_AWS_BREAKER_H
#define LW_AWS_BREAKER_H

#include "aws/aws.h"
#include "aws/route.h"

#include <stdint.h>

/* It opens after this many failures in a row, when they lie apart at least BREAKER_SPAN_MS: one second of trouble fails many
   requests at once and is over at the next attempt. */
#define BREAKER_FAILURES 10
#define BREAKER_SPAN_MS 3000

/* How long it stays open: the first time, and at most. Each trial that fails doubles it. */
#define BREAKER_OPEN_MS 15000
#define BREAKER_OPEN_MAX_MS 120000

enum breaker_outcome {
    BREAKER_ALIVE,  /* it answered, be it with a no: denied, not found, too often */
    BREAKER_FAILED, /* it did not: unreachable, broken off, 5xx, nonsense */
    BREAKER_NOTHING /* nobody knows: the caller went away */
};

/* All closed at first. breaker_free accepts NULL. */
struct breaker;
struct breaker *breaker_new(void);
void breaker_free(struct breaker *b);

/* Whether a request may go out: 0, or milliseconds until one may. When an open breaker's time is over the first to ask is let
   through as the trial; the others go on waiting until breaker_tell has what came of it. `why` (BREAKER_WHY_MAX bytes) gets
   one sentence when the answer is no. Any thread. */
int64_t breaker_ask(struct breaker *b, const struct route *r, int64_t mono_ms, char *why);
#define BREAKER_WHY_MAX 256

/* What came of a request that was let through; `said` is for `why` later (an error's text). Any thread. */
void breaker_tell(struct breaker *b, const struct route *r, enum breaker_outcome outcome, const char *said,
                  int64_t mono_ms);

#endif
