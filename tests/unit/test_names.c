/* Names kept for suggestions: what was kept comes back, and memory is bounded. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/names.h"

#include <stdlib.h>
#include <string.h>

static void test_a_list_comes_back_as_it_was_kept(void **state)
{
    (void)state;
    struct names *n = names_new();
    assert_null(names_kept(n, "jobs"));
    json_auto_t *first = json_pack("[s, s, i, s]", "load \"it\"", "two\nlines", 7, "nächtlich");
    names_keep(n, "jobs", first);
    json_auto_t *kept = names_kept(n, "jobs");
    json_auto_t *wanted = json_pack("[s, s]", "load \"it\"", "nächtlich");
    assert_true(json_equal(kept, wanted));
    json_auto_t *none = json_array();
    names_keep(n, "jobs", none);
    json_auto_t *empty = names_kept(n, "jobs");
    assert_true(json_is_array(empty) && json_array_size(empty) == 0);
    assert_null(names_kept(n, "job"));
    names_free(n);
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
    struct names *n = names_new();
    json_auto_t *one = json_pack("[s]", "x");
    for (int i = 0; i <= NAMES_LISTS_MAX; i++) {
        auto_free char *list = xasprintf("list %d", i);
        names_keep(n, list, one);
    }
    assert_null(names_kept(n, "list 0"));
    json_auto_t *second = names_kept(n, "list 1");
    assert_non_null(second);
    auto_free char *longest = xmalloc(NAMES_BYTES_MAX);
    memset(longest, 'a', NAMES_BYTES_MAX - 1);
    longest[NAMES_BYTES_MAX - 1] = '\0';
    json_auto_t *many = json_pack("[s, s, s]", "first", longest, "last");
    names_keep(n, "many", many);
    json_auto_t *kept = names_kept(n, "many");
    json_auto_t *wanted = json_pack("[s]", "first");
    assert_true(json_equal(kept, wanted));
    names_free(n);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_comes_back_as_it_was_kept),
        cmocka_unit_test(test_memory_is_bounded),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
