/* When two JSON values are the same: numbers by value, objects whatever their order. Inside schema/ only. */
#ifndef LW_SCHEMA_EQUAL_H
#define LW_SCHEMA_EQUAL_H

#include "schema/work.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* JSON Schema 2020-12, core 4.2.2. false also when the work is over. */
bool value_equal(json_t *a, json_t *b, struct work *w);

/* Whether no two items of the array are equal; else their places are in `first` < `second`. Sorts by hash, so that
   the cost grows with n log n. true also when the work is over. */
bool value_unique(json_t *array, struct work *w, size_t *first, size_t *second);

#endif
