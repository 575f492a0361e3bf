/* How fast AWS is asked: the rate of an operation's row, and what a service that throttles shows to be too much.
   Decisions only: nothing waits. */
#ifndef LW_AWS_PACE_H
#define LW_AWS_PACE_H

#include "aws/route.h"

#include <stdint.h>

/* Nothing has been asked yet. pace_free accepts NULL. */
struct pace;
struct pace *pace_new(void);
void pace_free(struct pace *p);

/* Takes the next turn of an operation: milliseconds until it, 0 for now. A turn that is not used is lost. An operation's
   `per_s` turns may be taken at once, then one every 1/per_s seconds; a service marked `adaptive` has a limit of its own
   beside that while pace_throttled is fresh. Any thread. */
int64_t pace_turn(struct pace *p, const struct route *r, int64_t mono_ms);

/* The service throttled. One that is `adaptive` is asked at 0.7 of the rate it was asked at, and then ever faster along the
   cubic curve of boto3's adaptive mode; after PACE_MEMORY_MS all is forgotten. The others have their retries only. */
void pace_throttled(struct pace *p, const struct route *r, int64_t mono_ms);
#define PACE_MEMORY_MS 10000

#endif
