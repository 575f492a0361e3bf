/* Athena's own numbers for what went wrong (Athena User Guide, "Athena error catalog"). */
#ifndef LW_TOOLS_ATHENA_ERRORS_H
#define LW_TOOLS_ATHENA_ERRORS_H

#include "tools/cause.h"

#include <stdint.h>

struct athena_error_type {
    int first, last;  /* the numbers it stands for */
    const char *name; /* in words */
    const char *rule; /* names it as the signature of a clue */
    enum cause cause;
    int weight; /* as in signatures: how far the number alone decides the cause; 0: not at all */
};

/* The row for a number; NULL for one that the catalog does not have. */
const struct athena_error_type *athena_error_type(int64_t type);

/* "system", "user", "other" for 1, 2, 3; else "unknown". */
const char *athena_error_category(int64_t category);

#endif
