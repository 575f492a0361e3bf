/* How it went before: what is counted, and told in the same words, of the runs of any service. */
#ifndef LW_TOOLS_HISTORY_H
#define LW_TOOLS_HISTORY_H

#include "tools/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history {
    int failures_in_row;  /* this run and those right before it */
    int successes_before; /* in a row, right before those */
    int64_t usual_ms;     /* median duration of the successes read, or -1 */
};

/* The middle one of `n` values, between the middle two of an even number; -1 for none. Sorts them. */
int64_t history_median(int64_t *values, size_t n);

/* The digest's lines on failures in a row and on how long a run usually takes; `failed` is whether this one did. */
void history_tell(const struct history *h, bool failed, struct digest *d);

#endif
