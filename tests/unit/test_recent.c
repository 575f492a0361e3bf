/* What is kept comes back to every thread, for as long as it may, and memory is bounded. */
#include "tests/unit/cmocka_all.h"

#include "base/own.h"
#include "base/recent.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8

static void put(struct recent *r, const char *name, const char *text)
{
    recent_put(r, name, text, strlen(text));
}

/* Asserts that `text` is kept under `name`; NULL: that nothing is. */
static void expect(struct recent *r, const char *name, const char *text)
{
    auto_free char *kept = recent_get(r, name, NULL);
    if (!text)
        assert_null(kept);
    else if (!kept || strcmp(kept, text) != 0)
        fail_msg("%s: %s, not %s", name, kept ? kept : "nothing", text);
}

static void what_is_put_comes_back(void **state)
{
    (void)state;
    struct recent *r = recent_new(4, INT64_MAX);
    int64_t age_ms = -1, number = 0;
    expect(r, "a", NULL);
    put(r, "a", "first");
    put(r, "", "no name is a name too");
    put(r, "a", "second");
    expect(r, "a", "second");
    expect(r, "", "no name is a name too");
    expect(r, "ab", NULL);
    recent_put(r, "number", &(int64_t){INT64_MIN}, sizeof number); /* zeros among its bytes */
    auto_free char *bytes = recent_get(r, "number", &age_ms);
    assert_non_null(bytes);
    memcpy(&number, bytes, sizeof number);
    assert_true(number == INT64_MIN);
    assert_true(age_ms >= 0);
    put(r, "a", "");
    expect(r, "a", "");
    recent_free(r);
    recent_free(NULL);
}

static void the_oldest_makes_room(void **state)
{
    (void)state;
    struct recent *r = recent_new(3, INT64_MAX);
    put(r, "a", "1");
    put(r, "b", "2");
    put(r, "c", "3");
    put(r, "a", "4"); /* in its own place: nobody has to go, and it is the newest now */
    expect(r, "b", "2");
    put(r, "d", "5");
    expect(r, "b", NULL);
    expect(r, "c", "3");
    expect(r, "a", "4");
    expect(r, "d", "5");
    recent_free(r);
    struct recent *single = recent_new(1, INT64_MAX);
    put(single, "a", "1");
    put(single, "b", "2");
    expect(single, "a", NULL);
    expect(single, "b", "2");
    recent_free(single);
}

static void its_time_ends(void **state)
{
    (void)state;
    struct recent *never = recent_new(3, 0);
    put(never, "a", "1");
    expect(never, "a", NULL);
    recent_free(never);
    struct recent *soon = recent_new(3, 20);
    put(soon, "a", "1");
    for (bool there = true; there;) {
        auto_free char *kept = recent_get(soon, "a", NULL);
        there = kept != NULL;
    }
    put(soon, "a", "2"); /* what is over makes no difference to what comes */
    recent_free(soon);
}

static void *put_and_get(void *recent)
{
    for (int i = 0; i < 500; i++) {
        auto_free char *name = xasprintf("name %d", i % 70);
        put(recent, name, "the same for all");
        auto_free char *kept = recent_get(recent, name, NULL);
        if (kept && strcmp(kept, "the same for all") != 0)
            return recent;
    }
    return NULL;
}

static void any_thread_may_use_it(void **state)
{
    (void)state;
    struct recent *r = recent_new(64, 60 * 1000);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, put_and_get, r), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    recent_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_comes_back),
        cmocka_unit_test(the_oldest_makes_room),
        cmocka_unit_test(its_time_ends),
        cmocka_unit_test(any_thread_may_use_it),
    };
    return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
