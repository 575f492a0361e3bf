/* The process that started us: its job on stdin, our lines on stdout. It holds stdin open for as long as it wants us. */
#ifndef LW_KAFKA_PARENT_H
#define LW_KAFKA_PARENT_H

#include "base/buf.h"
#include "base/err.h"
#include "kafka/fault.h"

#include <jansson.h>
#include <stdbool.h>

/* Reads the job's line from stdin into `out`. Returns 0, or -1. */
int parent_read_job(struct buf *out, struct err *e);

/* Writes {"event": event, <members of `body`>} as one line; takes `body` over (an object or NULL). A parent that does not
   read any more ends this process. */
void parent_tell(const char *event, json_t *body);

/* The last line: `result` (taken over) with the fault, if there is one, as its member "error". Said before handles are closed:
   whatever librdkafka does then, it is heard. */
void parent_tell_result(json_t *result, const struct fault *f);

/* Whether stdin was closed: the parent is gone, or wants us to come to an end. Stays true. */
bool parent_wants_end(void);

#endif
