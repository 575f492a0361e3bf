/* What was looked at. A source that could not be read and one that holds nothing are never the same:
   `queried` with an `error` is the first, `queried` without and `found` false the second. */
#ifndef LW_TOOLS_COVERAGE_H
#define LW_TOOLS_COVERAGE_H

#include "aws/aws.h"

#include <jansson.h>
#include <stdbool.h>

/* Files a source: {name, queried:false, found:false, pages:0, items:0, bytes:0, complete:false}. Borrowed. */
json_t *coverage_source(json_t *sources, const char *name);

/* It was asked and answered: adds to its counts; `found` once there are items; `complete` when nothing was left unread. */
void coverage_read(json_t *source, int pages, int64_t items, int64_t bytes, bool complete);

/* It was asked and answered that there is no such thing: queried, not found, complete. */
void coverage_absent(json_t *source);

/* It could not be read: sets `error`, {code, aws_code?, http_status?, message, retryable}. Keeps what was counted before; the
   first error stays. */
void coverage_fault(json_t *source, const struct aws_fault *f);

/* Whether any source has an error. */
bool coverage_has_error(const json_t *sources);

#endif
