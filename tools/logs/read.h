/* CloudWatch Logs, read the way an incident wants it: several streams at once, each from its tail, within a window and
   within limits, and never mistaking "could not look" for "nothing there". */
#ifndef LW_TOOLS_LOGS_READ_H
#define LW_TOOLS_LOGS_READ_H

#include "aws/aws.h"
#include "tools/logs/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define LOG_STREAMS_MAX 16 /* read in one go */

/* Where to look: one exact stream of one group. */
struct log_source {
    const char *group;  /* borrowed */
    const char *stream; /* borrowed */
    json_t *coverage;   /* from coverage_source; borrowed; filled in */

    /* results */
    struct log_lines lines; /* oldest first */
    bool found;             /* the stream exists */
    bool complete;          /* read to the start of the window */
    bool failed;            /* an error stands in coverage */
    char *older;            /* token to go on with towards older events (free it), or NULL at the start of the window */
};

struct log_limits {
    int64_t from_ms; /* window; negative for open */
    int64_t to_ms;
    int max_events;  /* per stream; at most 10,000 of one reply */
    int max_pages;   /* per stream */
    size_t max_bytes; /* of message text per stream */
    log_form_fn *form; /* NULL: log_lines_add */
};

/* Reads the tails of `n` streams, one page of each at a time on the wire together. A stream or group that does not exist is
   found:false without an error. */
void log_read_tails(struct aws_session *s, struct log_source *sources, size_t n, const struct log_limits *limits);

/* One page of at most `limit` events before `token` (NULL: the tail), with the token for the next older page in
   source->older. Returns 0, or -1 and `f`. */
int log_read_page(struct aws_session *s, struct log_source *source, const struct log_limits *limits, const char *token,
                  int limit, struct aws_fault *f);

/* Reads what matches `pattern` (CloudWatch Logs filter syntax) in the streams of `group` whose names start with `prefix`
   ("" for all), over the window. Empty pages are read on. Lines are appended to `lines` in time order, each with its
   stream's name, which `names` keeps alive (an object used as a set; must outlive the lines). Errors stand in `coverage`.
   */
void log_read_filtered(struct aws_session *s, const char *group, const char *prefix, const char *pattern,
                       const struct log_limits *limits, json_t *coverage, json_t *names, struct log_lines *lines);

/* Frees the results. Safe on a zeroed struct. */
void log_source_done(struct log_source *source);

#endif
