/* Dates in partition names: reading them and writing them. All times are UTC. */
#ifndef LW_TOOLS_SOURCE_DATE_H
#define LW_TOOLS_SOURCE_DATE_H

#include "base/buf.h"
#include "base/err.h"
#include "tools/source/cadence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_KEYS_MAX 8
#define DATE_TEXT 24

/* What each key of a partition says about its date. */
enum date_role { ROLE_NONE, ROLE_DATE, ROLE_YEAR, ROLE_MONTH, ROLE_DAY, ROLE_HOUR };
enum date_form { FORM_DASHED, FORM_COMPACT, FORM_DASHED_HOUR, FORM_COMPACT_HOUR, FORM_MONTH };
struct date_key {
    enum date_role role;
    enum date_form form; /* of ROLE_DATE */
    bool padded;         /* month, day, hour written with two digits */
};
struct date_layout {
    size_t count;
    struct date_key keys[DATE_KEYS_MAX];
};

/* How `n` keys of these names and values write a date; false when they do not. A name may be "": a bare folder. */
bool date_layout_of(const char *const *names, const char *const *values, size_t n, struct date_layout *out);

/* The date in such values, or -1. */
int64_t date_read(const struct date_layout *l, const char *const *values);

/* The value of key `i` for a date; `out` holds DATE_TEXT bytes. False for a key that has no part in the date. */
bool date_write(const struct date_layout *l, size_t i, int64_t at_ms, char *out);

/* The cadence that the smallest part of the layout suggests: hourly, daily or monthly. */
enum cadence date_grain(const struct date_layout *l);

/* Fills "dt={yyyy-MM-dd}/h={HH}" for a date: yyyy, MM, dd, HH and - _ . / between them. Appends to `out`. Returns 0, or -1 with
   ERR_INVALID for a brace that holds anything else, or when `out` is full. */
int date_template(const char *text, int64_t at_ms, struct buf *out, struct err *e);

#endif
