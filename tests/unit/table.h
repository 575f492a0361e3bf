/* Cases that are data: a file below tests/ that holds an array. */
#ifndef LW_TESTS_TABLE_H
#define LW_TESTS_TABLE_H

#include "tests/unit/cmocka_all.h"

#include "base/own.h"

#include <jansson.h>
#include <stdlib.h>

/* The array in tests/NAME.json, of at least `floor` cases; anything else fails the test. New. */
static inline json_t *table_load(const char *name, size_t floor)
{
    auto_free char *path = xasprintf("%s/tests/%s.json", getenv("LW_SOURCE_ROOT"), name);
    json_error_t at;
    json_t *table = json_load_file(path, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &at);
    if (!json_is_array(table))
        fail_msg("%s: %s", path, at.text);
    assert_true(json_array_size(table) >= floor);
    return table;
}

#endif
