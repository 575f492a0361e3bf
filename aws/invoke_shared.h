/* What requests of one process teach each other. */
#ifndef LW_AWS_INVOKE_SHARED_H
#define LW_AWS_INVOKE_SHARED_H

#include "aws/breaker.h"
#include "aws/endpoint.h"
#include "aws/invoke.h"
#include "aws/pace.h"

/* Takes `cost` from the retry quota. False, and nothing taken, when it is used up: a service in trouble is
   left alone. */
bool shared_take(struct invoke_shared *s, int cost);

/* Gives back what the retry that succeeded had cost, or one token for a success at first go. */
void shared_give(struct invoke_shared *s, int cost);

/* Borrowed; each has a lock of its own. */
struct breaker *shared_breaker(struct invoke_shared *s);
struct pace *shared_pace(struct invoke_shared *s);

/* Their clock minus ours, in milliseconds; 0 until somebody found it to differ. */
int64_t shared_clock_offset(struct invoke_shared *s, const char *host);
void shared_clock_learn(struct invoke_shared *s, const char *host, int64_t offset_ms);

/* The region a bucket turned out to be in. False when nothing is known; else `out` holds it. */
bool shared_bucket_region(struct invoke_shared *s, const char *bucket, char out[REGION_MAX]);
void shared_bucket_learn(struct invoke_shared *s, const char *bucket, const char *region);

#endif
