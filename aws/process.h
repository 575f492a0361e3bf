/* Another program that is run for what it prints. */
#ifndef LW_AWS_PROCESS_H
#define LW_AWS_PROCESS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

/* Splits a command line as botocore does (Python's shlex in POSIX mode): words end at blanks; '...' holds all as it stands;
   "..." too, but for \" and \\; elsewhere a backslash takes the next character as it is. No variable, pattern or redirection
   means anything. Returns the words, NULL behind the last, in one block (free() ends all); or NULL with ERR_CONFIG. */
char **process_words(const char *line, struct err *e);

/* Runs words[0] (looked for in PATH) with the words as its arguments and this process's environment, no input, and what it says
   on stderr dropped: it may be a secret. Gathers its stdout in `out`. Returns 0 when it has ended with status 0. Else -1:
   ERR_CONFIG where it cannot be started, ERR_TIMEOUT or ERR_CANCELLED where it outlives `timeout_ms` or the stop (it and what
   it started in its process group are killed), ERR_TOO_LARGE where it prints more than `out` holds, ERR_UPSTREAM otherwise. */
int process_run(char *const *words, int64_t timeout_ms, struct stop *stop, struct buf *out, struct err *e);

#endif
