/* Whether and when a request is sent again. Decisions only: nothing here waits or sends. */
#ifndef LW_AWS_RETRY_H
#define LW_AWS_RETRY_H

#include "aws/aws.h"
#include "base/http.h"

#define RETRY_ATTEMPTS 3 /* all in all; each remedy below gives one more */

enum retry_kind {
    RETRY_NEVER,
    RETRY_TRANSIENT, /* the network, or the service fell over */
    RETRY_THROTTLED, /* asked too often */
    /* Remedies: each is tried once, and at once. */
    RETRY_KEYS,  /* our keys have expired: fetch them again */
    RETRY_CLOCK, /* our clock differs from theirs: sign with theirs */
    RETRY_REGION /* the bucket is in another region: ask there */
};

/* Whether the same request may succeed if sent again, and what it takes. `f` holds the error code.
   `clock_off` and `region_off` tell what the caller found out about the two. */
enum retry_kind retry_kind_of(const struct http_reply *reply, const struct aws_fault *f, bool clock_off,
                              bool region_off);

/* Whether it may be sent again without the risk of being executed twice. */
bool retry_allowed(enum aws_safety safety, const struct http_reply *reply, enum retry_kind kind);

/* Whether the failed request may have been executed all the same. */
bool retry_effect_unknown(enum aws_safety safety, const struct http_reply *reply, enum retry_kind kind);

/* Milliseconds to wait before attempt `attempt` + 1: full jitter over a scale that doubles, from 50 ms
   (transient) or 1 s (throttled) to at most 20 s; `dice` is in [0, 1). `after_ms` is the service's
   x-amz-retry-after, negative when absent: then at least that, but at most 5 s more than without. */
int64_t retry_wait_ms(enum retry_kind kind, int attempt, double dice, int64_t after_ms);

/* What a retry takes out of the process's quota of 500. */
int retry_cost(enum retry_kind kind);

/* For aws_fault.retryable: transient, throttled, or a limit of things running at the same time. */
bool retry_later_may_help(const struct http_reply *reply, const struct aws_fault *f);

/* Whether the code is one that a clock that is off brings about. */
bool retry_code_is_clock(const char *code);

#endif
