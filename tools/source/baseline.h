/* What is usual: median and spread of what came before. */
#ifndef LW_TOOLS_SOURCE_BASELINE_H
#define LW_TOOLS_SOURCE_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASELINE_MIN 4 /* fewer values say nothing */

struct baseline {
    size_t count;
    int64_t median;
    int64_t mad; /* median of the distances from the median */
};

/* Sorts `values`. Of none: all zero. */
void baseline_of(int64_t *values, size_t n, struct baseline *out);

/* Whether a value is suspiciously low: below half of the median, and further off than three times the usual spread
   (1.4826 MAD estimates the standard deviation). Never with fewer than BASELINE_MIN values. */
bool baseline_is_low(const struct baseline *b, int64_t value);

/* Three times the usual spread, at least `least`, at most `most`. */
int64_t baseline_slack(const struct baseline *b, int64_t least, int64_t most);

#endif
