/* Regular expressions of `pattern` and `patternProperties`, on PCRE2. Inside schema/ only. */
#ifndef LW_SCHEMA_PATTERN_H
#define LW_SCHEMA_PATTERN_H

#include "base/err.h"
#include "schema/work.h"

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/* What matching needs beside the pattern; one per check, because it is written to. Starts zeroed. */
struct matcher {
    void *data;   /* pcre2_match_data */
    void *limits; /* pcre2_match_context */
};

/* Compiles an expression, read as ECMAScript would as far as PCRE2 can: `$` is the very end, \uXXXX and \xHH are
   characters, [] matches nothing, \d and \w are ASCII. Known to differ: \s is ASCII too, and
   general categories have short names only (\p{L}, not \p{Letter}). ERR_INVALID says what is wrong and where. */
struct pattern *pattern_new(const char *source, size_t n, struct err *e);
void pattern_free(struct pattern *p);

/* The expression as it was written. Borrowed. */
const char *pattern_source(const struct pattern *p);

/* Whether it matches anywhere in the text. A match that takes too many steps, too much memory or too deep a
   recursion ends the work. */
bool pattern_matches(const struct pattern *p, const char *text, size_t n, struct matcher *m, struct work *w);

/* Frees what matching left. Safe on a zeroed struct. */
void matcher_done(struct matcher *m);

#endif
