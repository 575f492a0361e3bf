/* Log text as people want it: events split into lines, progress bars and colours gone, levels known, frames of stack
   traces marked. */
#ifndef LW_TOOLS_LOGS_TEXT_H
#define LW_TOOLS_LOGS_TEXT_H

#include "tools/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum log_severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_FATAL };

/* "info", "warning", "error", "fatal". */
const char *severity_name(enum log_severity s);

/* One log line; a stack trace is as many as it has. */
struct log_line {
    int64_t ts_ms;
    const char *stream; /* which stream it came from; borrowed */
    char *text;         /* owned; control sequences removed, secrets still in it: redact before showing */
    size_t len;
    enum log_severity severity;
    bool routine; /* says itself that it is INFO, DEBUG or TRACE */
    bool frame;   /* a line of a stack trace that says where, not what ("\tat org...") */
};

struct log_lines {
    struct log_line *items;
    size_t count;
    size_t cap;
    size_t dropped; /* progress bars and empty lines */
};

#define LOG_LINES_MAX 20000 /* lines kept of one stream */
#define LOG_LINE_MAX 8192   /* bytes kept of one line */

/* Splits one event's message into lines and adds those that say something. `stream` must outlive the lines. */
void log_lines_add(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message, size_t n);

/* How one event's message becomes lines, for services that write their own form. As log_lines_add, which is the usual one. */
typedef void log_form_fn(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message, size_t n);

/* Sorts by time; lines of one time keep their order. */
void log_lines_sort(struct log_lines *l);

/* Moves all lines of `from` behind those of `to`. */
void log_lines_move(struct log_lines *to, struct log_lines *from);

/* Frees the lines; the struct can be used again. Safe on a zeroed struct. */
void log_lines_done(struct log_lines *l);
#define auto_log_lines __attribute__((cleanup(log_lines_done)))

/* An exception, folded: {class, message, root_cause, frames[<=15]}, where root_cause is the end of its "Caused by" chain
   (or of a Python traceback). Taken is the one that line `near` belongs to, else (also for SIZE_MAX) the last of all.
   NULL when there is none. `*line` gets the index of the line that names the root cause. */
json_t *log_exception(const struct log_lines *l, size_t near, size_t *line);

/* The digest's lines on such an exception (NULL: none): its root, and the frame that threw it. */
void log_exception_tell(const json_t *exception, struct digest *d);

#endif
