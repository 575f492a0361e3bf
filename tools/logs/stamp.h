/* When a log line says it was written. Logs in objects have no time of their own beside the text. */
#ifndef LW_TOOLS_LOGS_STAMP_H
#define LW_TOOLS_LOGS_STAMP_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since 1970 of the time at the start of a line, taken as UTC: "2026-11-21 03:10:00,123", "2026-11-21T03:10:00Z",
   "26/11/21 03:10:00", each also in brackets. -1 when there is none. */
int64_t log_stamp(const char *line, size_t n);

#endif
