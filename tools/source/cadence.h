/* How often a partition is due. All times are UTC. */
#ifndef LW_TOOLS_SOURCE_CADENCE_H
#define LW_TOOLS_SOURCE_CADENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)

enum cadence { CADENCE_HOURLY, CADENCE_DAILY, CADENCE_WEEKDAYS, CADENCE_WEEKLY, CADENCE_MONTHLY, CADENCE_COUNT };

/* "hourly", ... */
const char *cadence_name(enum cadence c);
bool cadence_parse(const char *name, enum cadence *out);

/* The slot `n` steps after (or before, if negative) the one at `at_ms`. */
int64_t cadence_step(enum cadence c, int64_t at_ms, int n);

/* Reads it off dates, ascending and without doubles: at least three are needed. Weekdays: no Saturday, no Sunday, a week or
   more. */
bool cadence_infer(const int64_t *dates, size_t n, enum cadence *out);

#endif
