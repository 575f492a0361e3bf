/* Times as callers write them. */
#ifndef LW_TOOLS_ACCESS_WHEN_H
#define LW_TOOLS_ACCESS_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* Reads ISO 8601 in its usual forms: a date, or date and time with "T" or a blank between, with or without dashes and colons,
   seconds and fractions; a time without a zone is UTC. `*whole_day` tells that it was a date alone. Returns 0, or -1. */
int when_parse(const char *text, int64_t *wall_ms, bool *whole_day);

#endif
