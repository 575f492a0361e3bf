/* The program's own log: one line per event on stderr, JSON or text, secrets redacted. */
#ifndef LW_BASE_LOG_H
#define LW_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_AS_JSON, LOG_AS_TEXT };

/* What is written and how; before any thread starts, or later from one thread. Default: info, JSON. */
void log_setup(enum log_level least, enum log_format format);

/* Whether a line of this level would be written. */
int log_on(enum log_level level);

/* Writes {"ts":...,"level":...,"event":event, <members>} as one line with one write(2).
   `fmt` is a json_pack format of an object ("{s:s, s:i, s:s*}") or NULL for no members. String values are redacted
   and cut at 2,000 bytes. Any thread may call it. A line that cannot be written is lost, and never an error. */
void log_event(enum log_level level, const char *event, const char *fmt, ...);

#endif
