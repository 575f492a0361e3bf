/* Claims: one holder at a time, waiting ends with the stop, and memory is bounded. */
#include "tests/unit/cmocka_all.h"

#include "base/own.h"
#include "tools/claims.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 16

struct crowd {
    struct claims *claims;
    int inside, most, turns; /* guarded by the claim alone: a race detector sees it when the claim does not hold */
};

static void *take_turns(void *ctx)
{
    struct crowd *crowd = ctx;
    struct stop stop;
    stop_init(&stop, -1);
    for (int i = 0; i < 50; i++) {
        struct err e = {0};
        if (claims_take(crowd->claims, "glue/load", &stop, &e))
            break;
        crowd->inside++;
        crowd->most = crowd->inside > crowd->most ? crowd->inside : crowd->most;
        crowd->turns++;
        crowd->inside--;
        claims_give_back(crowd->claims, "glue/load");
    }
    stop_done(&stop);
    return NULL;
}

static void one_at_a_time(void **state)
{
    (void)state;
    struct crowd crowd = {.claims = claims_new()};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_turns, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.most, 1);
    assert_int_equal(crowd.turns, THREADS * 50);
    claims_free(crowd.claims);
}

static void *cancel(void *stop)
{
    stop_trip(stop, STOP_CANCELLED);
    return NULL;
}

static void waiting_ends_with_the_stop(void **state)
{
    (void)state;
    struct claims *c = claims_new();
    struct stop first, late, cancelled;
    stop_init(&first, -1);
    stop_init(&late, 20);
    stop_init(&cancelled, -1);
    struct err e = {0}, e2 = {0}, e3 = {0};
    assert_int_equal(claims_take(c, "a", &first, &e), 0);
    assert_int_equal(claims_take(c, "a", &late, &e), -1);
    assert_int_equal(e.kind, ERR_TIMEOUT);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel, &cancelled), 0);
    assert_int_equal(claims_take(c, "a", &cancelled, &e2), -1);
    assert_int_equal(e2.kind, ERR_CANCELLED);
    pthread_join(thread, NULL);
    assert_int_equal(claims_take(c, "b", &first, &e3), 0);
    claims_give_back(c, "a");
    claims_give_back(c, "b");
    assert_int_equal(claims_take(c, "a", &first, &e3), 0);
    claims_give_back(c, "a");
    stop_done(&first);
    stop_done(&late);
    stop_done(&cancelled);
    claims_free(c);
}

static void memory_keeps_the_newest(void **state)
{
    (void)state;
    struct claims *c = claims_new();
    int64_t age_ms = -1;
    assert_null(claims_recall(c, "run", &age_ms));
    claims_remember(c, "run", "first");
    claims_remember(c, "run", "second");
    auto_free char *outcome = claims_recall(c, "run", &age_ms);
    assert_string_equal(outcome, "second");
    assert_true(age_ms >= 0);
    for (int i = 0; i < CLAIMS_MEMORY_MAX; i++) {
        char name[32];
        snprintf(name, sizeof name, "other %d", i);
        claims_remember(c, name, "x");
    }
    assert_null(claims_recall(c, "run", &age_ms));
    auto_free char *oldest = claims_recall(c, "other 0", &age_ms);
    assert_non_null(oldest);
    claims_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(waiting_ends_with_the_stop),
        cmocka_unit_test(memory_keeps_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
