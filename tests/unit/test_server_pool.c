/* Worker threads: how many run, how many wait, who is refused. */
#include "tests/unit/cmocka_all.h"

#include "server/pool.h"

#include <pthread.h>
#include <stdbool.h>

/* A gate that jobs stand before, and what they have done. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int running, most, done;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void stand(struct job *j)
{
    (void)j;
    pthread_mutex_lock(&gate.lock);
    gate.running++;
    gate.most = gate.running > gate.most ? gate.running : gate.most;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.open)
        pthread_cond_wait(&gate.changed, &gate.lock);
    gate.running--;
    gate.done++;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static int gate_reset(void **state)
{
    (void)state;
    gate.open = false;
    gate.running = gate.most = gate.done = 0;
    return 0;
}

static void wait_until(const int *what, int value)
{
    pthread_mutex_lock(&gate.lock);
    while (*what != value)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void gate_open(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static void a_burst_fills_threads_and_queue(void **state)
{
    (void)state;
    struct job jobs[8] = {0};
    struct pool *p = pool_new(3, 4);
    for (int i = 0; i < 8; i++) {
        jobs[i].run = stand;
        /* at once, so that no thread has taken its job yet: 3 run, 4 wait, the last is refused */
        assert_int_equal(pool_submit(p, &jobs[i]), i < 7 ? 0 : -1);
    }
    wait_until(&gate.running, 3);
    assert_int_equal(pool_submit(p, &jobs[7]), -1);
    gate_open();
    wait_until(&gate.done, 7);
    assert_int_equal(gate.most, 3);
    pool_free(p);
}

static void each_job_of_a_burst_gets_a_thread_while_there_are_any(void **state)
{
    (void)state;
    struct job jobs[16] = {0};
    struct pool *p = pool_new(16, 0);
    for (int i = 0; i < 16; i++) {
        jobs[i].run = stand;
        assert_int_equal(pool_submit(p, &jobs[i]), 0);
    }
    wait_until(&gate.running, 16);
    gate_open();
    wait_until(&gate.done, 16);
    pool_free(p);
}

static void jobs_after_jobs(void **state)
{
    (void)state;
    struct job jobs[400] = {0};
    struct pool *p = pool_new(4, 400);
    gate_open();
    for (int i = 0; i < 400; i++) {
        jobs[i].run = stand;
        assert_int_equal(pool_submit(p, &jobs[i]), 0);
    }
    wait_until(&gate.done, 400);
    assert_true(gate.most <= 4);
    pool_free(p);
}

static void an_unused_pool_ends(void **state)
{
    (void)state;
    pool_free(pool_new(1, 0));
    pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_burst_fills_threads_and_queue, gate_reset),
        cmocka_unit_test_setup(each_job_of_a_burst_gets_a_thread_while_there_are_any, gate_reset),
        cmocka_unit_test_setup(jobs_after_jobs, gate_reset),
        cmocka_unit_test(an_unused_pool_ends),
    };
    return cmocka_run_group_tests_name("server_pool", tests, NULL, NULL);
}
