/* A filter over partitions, checked before Glue sees it. */
#ifndef LW_TOOLS_SOURCE_FILTER_H
#define LW_TOOLS_SOURCE_FILTER_H

#include "base/err.h"

#include <jansson.h>

#define FILTER_MAX 1000 /* bytes */

/* Whether `text` is an expression of comparisons over the table's partition keys ("dt = '2026-11-21' AND region IN ('eu')";
   Glue API, GetPartitions, Expression). `keys` is an array of names. Returns 0, or -1 with ERR_INVALID saying where. When
   it is nothing but equalities joined by AND, `*equal` gets {key: value} (new reference), else NULL. */
int filter_check(const char *text, const json_t *keys, json_t **equal, struct err *e);

#endif
