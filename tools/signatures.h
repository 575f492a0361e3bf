/* Failure signatures: what the services write when something goes wrong, and what it means.
   The data is tools/signatures/; each entry carries a line it must match and one it must not. */
#ifndef LW_TOOLS_SIGNATURES_H
#define LW_TOOLS_SIGNATURES_H

#include "tools/cause.h"

#include <stdbool.h>
#include <stddef.h>

struct signature {
    const char *id;
    const char *service; /* "any", or the only service whose logs it is for ("glue") */
    const char *regex;   /* PCRE2, within what ECMAScript understands the same way */
    enum cause cause;
    int weight;          /* 1 to 100: how far this line alone decides the cause */
    bool executors;      /* the line says that the cause is to be found in the executors' logs */
    bool loose;          /* words that anyone may use: of log lines only one that tells of a failure counts */
    const char *match;   /* a line it must match, and be the heaviest for */
    const char *not_match;
};

/* The heaviest signature that a line of this service's logs matches (the first of equals), or NULL. Looks at the first
   4 KiB. Bounded whatever the line is. Any thread; the table is read and compiled at the first call. */
const struct signature *signatures_match(const char *service, const char *line, size_t n);

/* The heaviest signature that the line matches and that speaks for another cause than `s`, or NULL: a line that quotes several
   errors decides less. As signatures_match. */
const struct signature *signatures_rival(const char *service, const char *line, size_t n, const struct signature *s);

/* The whole table, for tests. */
const struct signature *signatures_all(size_t *count);

/* Whether the signature alone matches the line. */
bool signatures_matches(const struct signature *s, const char *line, size_t n);

#endif
