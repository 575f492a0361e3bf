/* One fetch for all threads: when it happens, who waits for it, and what becomes of those it fails. */
#include "tests/unit/cmocka_all.h"

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define THREADS 12
#define MINUTE ((int64_t)60 * 1000)

/* A provider that does as it is told. Members are guarded by `lock`, but for the clock. */
struct source {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int fetches; /* begun */
    bool held;   /* a fetch waits until it is let go */
    bool fails;
    bool until_stopped; /* a fetch ends when its caller's stop trips, and fails */
    int sleeping;       /* fetches that do so now, or did */
    int64_t lives_ms;
    int entered; /* threads about to ask */
    int64_t version;
    struct credentials *front;
};

static _Atomic int64_t now_ms;

static int64_t test_clock(void)
{
    return now_ms;
}

static void source_set(struct source *s, bool *member, bool value)
{
    pthread_mutex_lock(&s->lock);
    *member = value;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void source_wait(struct source *s, const int *counter, int least)
{
    pthread_mutex_lock(&s->lock);
    while (*counter < least)
        pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static enum provider_result fetch(void *ctx, size_t row, struct stop *stop, struct aws_credentials *out, char *detail,
                                  struct err *e)
{
    (void)row;
    struct source *s = ctx;
    pthread_mutex_lock(&s->lock);
    int number = ++s->fetches;
    pthread_cond_broadcast(&s->changed);
    while (s->held)
        pthread_cond_wait(&s->changed, &s->lock);
    bool fails = s->fails, until_stopped = s->until_stopped;
    int64_t lives_ms = s->lives_ms;
    s->sleeping += until_stopped;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);

    if (until_stopped) {
        stop_err(stop_sleep(stop, 3600 * 1000), "test", e);
        return PROVIDER_FAILED;
    }
    if (fails) {
        err_set(e, ERR_UPSTREAM, "fetch %d failed", number);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "fetch %d", number);
    *out = (struct aws_credentials){.access_key_id = xasprintf("KEY%d", number),
                                    .secret_access_key = xstrdup("x"),
                                    .expires_wall_ms = lives_ms < 0 ? INT64_MAX : now_ms + lives_ms};
    return PROVIDER_FOUND;
}

static int64_t version(void *ctx)
{
    struct source *s = ctx;
    pthread_mutex_lock(&s->lock);
    int64_t v = s->version;
    pthread_mutex_unlock(&s->lock);
    return v;
}

static const struct credential_provider rows[] = {{.name = "test"}};
static const struct credential_provider lasting_rows[] = {{.name = "test", .outlasts = true}};

static void source_open_with(struct source *s, const struct credential_provider *provider)
{
    *s = (struct source){.lives_ms = -1};
    now_ms = 1000 * MINUTE;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    s->front = credentials_new(&(struct credential_chain){
        .rows = provider, .count = 1, .fetch = fetch, .version = version, .ctx = s, .wall_ms = test_clock});
}

static void source_open(struct source *s)
{
    source_open_with(s, rows);
}

static void source_close(struct source *s)
{
    credentials_free(s->front);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
}

/* One thread that asks. */
struct asker {
    struct source *source;
    struct stop *stop;
    pthread_t thread;
    int rc;
    char key[16];
    struct err err;
};

static void *ask(void *ctx)
{
    struct asker *a = ctx;
    pthread_mutex_lock(&a->source->lock);
    a->source->entered++;
    pthread_cond_broadcast(&a->source->changed);
    pthread_mutex_unlock(&a->source->lock);
    auto_credentials struct aws_credentials got = {0};
    a->rc = credentials_get(a->source->front, a->stop, &got, &a->err);
    snprintf(a->key, sizeof a->key, "%s", a->rc ? "" : got.access_key_id);
    return NULL;
}

static void asker_start(struct asker *a, struct source *s, struct stop *stop)
{
    *a = (struct asker){.source = s, .stop = stop};
    assert_int_equal(pthread_create(&a->thread, NULL, ask, a), 0);
}

/* Asks on this thread; `key` NULL when it shall fail. */
static void ask_here(struct source *s, const char *key)
{
    struct asker a = {.source = s};
    ask(&a);
    if (key)
        assert_string_equal(a.key, key);
    else
        assert_int_equal(a.rc, -1);
}

static void many_ask_and_one_fetches(void **state)
{
    (void)state;
    struct source s;
    struct asker askers[THREADS];
    source_open(&s);
    s.held = true;
    for (int i = 0; i < THREADS; i++)
        asker_start(&askers[i], &s, NULL);
    source_wait(&s, &s.entered, THREADS);
    source_set(&s, &s.held, false);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_string_equal(askers[i].key, "KEY1");
    }
    assert_int_equal(s.fetches, 1);
    source_close(&s);
}

static void a_failure_reaches_all(void **state)
{
    (void)state;
    struct source s;
    struct asker askers[THREADS];
    source_open(&s);
    s.held = s.fails = true;
    for (int i = 0; i < THREADS; i++)
        asker_start(&askers[i], &s, NULL);
    source_wait(&s, &s.entered, THREADS);
    source_set(&s, &s.held, false);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].rc, -1);
        assert_int_equal(askers[i].err.kind, ERR_UPSTREAM);
        assert_non_null(strstr(askers[i].err.text, "failed"));
    }
    source_set(&s, &s.fails, false);
    struct asker later = {.source = &s};
    ask(&later);
    assert_int_equal(later.rc, 0);
    source_close(&s);
}

static void who_waits_may_leave(void **state)
{
    (void)state;
    struct source s;
    struct asker fetcher, waiting, late;
    struct stop stop, soon;
    source_open(&s);
    s.held = true;
    stop_init(&stop, -1);
    stop_init(&soon, 20);
    asker_start(&fetcher, &s, NULL);
    source_wait(&s, &s.fetches, 1);
    asker_start(&waiting, &s, &stop);
    asker_start(&late, &s, &soon);
    source_wait(&s, &s.entered, 3);
    stop_trip(&stop, STOP_CANCELLED);
    pthread_join(waiting.thread, NULL);
    pthread_join(late.thread, NULL);
    assert_int_equal(waiting.err.kind, ERR_CANCELLED);
    assert_int_equal(late.err.kind, ERR_TIMEOUT);
    source_set(&s, &s.held, false);
    pthread_join(fetcher.thread, NULL);
    assert_string_equal(fetcher.key, "KEY1");
    stop_done(&stop);
    stop_done(&soon);
    source_close(&s);
}

static void who_fetches_may_leave_and_another_takes_over(void **state)
{
    (void)state;
    struct source s;
    struct asker first, second;
    struct stop stop;
    source_open(&s);
    s.until_stopped = true;
    stop_init(&stop, -1);
    asker_start(&first, &s, &stop);
    source_wait(&s, &s.sleeping, 1);
    asker_start(&second, &s, NULL);
    source_wait(&s, &s.entered, 2);
    source_set(&s, &s.until_stopped, false);
    stop_trip(&stop, STOP_CANCELLED);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_int_equal(first.err.kind, ERR_CANCELLED);
    assert_string_equal(second.key, "KEY2");
    stop_done(&stop);
    source_close(&s);
}

static void keys_are_refreshed_in_time(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    s.lives_ms = 60 * MINUTE;
    ask_here(&s, "KEY1");
    now_ms += 45 * MINUTE; /* 15 left */
    ask_here(&s, "KEY1");
    now_ms += 1;
    ask_here(&s, "KEY2");
    source_close(&s);
}

static void with_some_time_left_only_one_fetches(void **state)
{
    (void)state;
    struct source s;
    struct asker fetcher;
    source_open(&s);
    s.lives_ms = 60 * MINUTE;
    ask_here(&s, "KEY1");
    now_ms += 48 * MINUTE; /* 12 left */
    source_set(&s, &s.held, true);
    asker_start(&fetcher, &s, NULL);
    source_wait(&s, &s.fetches, 2);
    ask_here(&s, "KEY1"); /* does not wait for it */
    source_set(&s, &s.held, false);
    pthread_join(fetcher.thread, NULL);
    assert_string_equal(fetcher.key, "KEY2");
    source_close(&s);
}

static void a_failed_refresh_is_no_failure_while_keys_live(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    s.lives_ms = 60 * MINUTE;
    ask_here(&s, "KEY1");
    source_set(&s, &s.fails, true);
    now_ms += 55 * MINUTE;
    ask_here(&s, "KEY1");
    ask_here(&s, "KEY1");
    assert_int_equal(s.fetches, 2); /* and it is not tried at every call */
    now_ms += MINUTE;
    ask_here(&s, "KEY1");
    assert_int_equal(s.fetches, 3);
    now_ms += 4 * MINUTE;
    ask_here(&s, NULL);
    source_close(&s);
}

static void keys_that_live_shortly_are_not_fetched_at_every_call(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    s.lives_ms = 5 * MINUTE;
    ask_here(&s, "KEY1");
    ask_here(&s, "KEY1");
    now_ms += MINUTE;
    ask_here(&s, "KEY2");
    now_ms -= 30 * MINUTE; /* a clock set back */
    ask_here(&s, "KEY2");
    source_close(&s);
}

static void keys_that_are_over_when_they_come_are_no_keys(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    s.lives_ms = 0;
    struct asker a = {.source = &s};
    ask(&a);
    assert_int_equal(a.rc, -1);
    assert_int_equal(a.err.kind, ERR_UNAUTHENTICATED);
    assert_non_null(strstr(a.err.text, "ended at 1970-01-01T16:40:00Z"));
    assert_int_equal(s.fetches, 1);
    source_close(&s);
}

static void some_keys_outlast_an_outage_of_their_provider(void **state)
{
    (void)state;
    struct source s;
    source_open_with(&s, lasting_rows);
    s.lives_ms = 60 * MINUTE;
    ask_here(&s, "KEY1");
    s.fails = true;
    now_ms += 70 * MINUTE;
    ask_here(&s, "KEY1");
    assert_int_equal(s.fetches, 2);
    /* for ten minutes at least, and while the outage lasts it is asked no more than twice a minute */
    now_ms += MINUTE / 4;
    ask_here(&s, "KEY1");
    assert_int_equal(s.fetches, 2);
    now_ms += 40 * MINUTE;
    ask_here(&s, "KEY1");
    assert_int_equal(s.fetches, 3);
    s.fails = false;
    now_ms += MINUTE;
    ask_here(&s, "KEY4");
    source_close(&s);
}

static void keys_that_were_refused_outlast_nothing(void **state)
{
    (void)state;
    struct source s;
    source_open_with(&s, lasting_rows);
    s.lives_ms = 60 * MINUTE;
    auto_credentials struct aws_credentials got = {0};
    struct err e = {0};
    assert_int_equal(credentials_get(s.front, NULL, &got, &e), 0);
    s.fails = true;
    credentials_invalidate(s.front, &got);
    ask_here(&s, NULL);
    source_close(&s);
}

static void keys_of_others_do_not_outlast_their_end(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    s.lives_ms = 60 * MINUTE;
    ask_here(&s, "KEY1");
    s.fails = true;
    now_ms += 70 * MINUTE;
    ask_here(&s, NULL);
    source_close(&s);
}

static void refused_keys_are_fetched_once_more(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    ask_here(&s, "KEY1");
    struct aws_credentials used = {.access_key_id = (char *)"KEY1"};
    credentials_invalidate(s.front, &used);
    ask_here(&s, "KEY2");
    credentials_invalidate(s.front, &used); /* said late by another thread */
    ask_here(&s, "KEY2");
    source_close(&s);
}

static void a_changed_source_is_read_again(void **state)
{
    (void)state;
    struct source s;
    source_open(&s);
    ask_here(&s, "KEY1");
    s.version++;
    ask_here(&s, "KEY2");
    ask_here(&s, "KEY2");
    source_close(&s);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_ask_and_one_fetches),
        cmocka_unit_test(a_failure_reaches_all),
        cmocka_unit_test(who_waits_may_leave),
        cmocka_unit_test(who_fetches_may_leave_and_another_takes_over),
        cmocka_unit_test(keys_are_refreshed_in_time),
        cmocka_unit_test(with_some_time_left_only_one_fetches),
        cmocka_unit_test(a_failed_refresh_is_no_failure_while_keys_live),
        cmocka_unit_test(keys_that_live_shortly_are_not_fetched_at_every_call),
        cmocka_unit_test(keys_that_are_over_when_they_come_are_no_keys),
        cmocka_unit_test(some_keys_outlast_an_outage_of_their_provider),
        cmocka_unit_test(keys_that_were_refused_outlast_nothing),
        cmocka_unit_test(keys_of_others_do_not_outlast_their_end),
        cmocka_unit_test(refused_keys_are_fetched_once_more),
        cmocka_unit_test(a_changed_source_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
