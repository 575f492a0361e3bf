/* Takes secrets out of text from strangers: log lines, error messages, job arguments. Best effort, and only that:
   it knows the shapes secrets usually have. */
#ifndef LW_BASE_REDACT_H
#define LW_BASE_REDACT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends `p` with secrets replaced by "[redacted]" and terminal control sequences, other control characters,
   bidirectional overrides and zero-width characters removed (tab and newline stay; CR goes). What is not UTF-8
   becomes U+FFFD. `*count` grows by the number of secrets found. Returns 0, or -1 when `out` is full (then it
   holds what fitted). */
int redact_text(const char *p, size_t n, struct buf *out, int *count);

/* Appends `p` without terminal control sequences, control characters and invisible characters (tab and newline stay, CR
   goes); what is not UTF-8 becomes U+FFFD, a line separator (U+2028, U+2029) a newline. A sequence that does not end on
   its line hides nothing. Secrets stay in. `out` must have room for 3 * n bytes. */
void redact_clean(const char *p, size_t n, struct buf *out);

/* Whether it is one line, without a tab, that redact_clean would leave as it is. */
bool redact_is_plain(const char *p, size_t n);

/* Whether a key ("--db_password", "AWS_SECRET_ACCESS_KEY") names a secret, so that its value must not be shown. */
bool redact_key_is_secret(const char *key);

#endif
