/* Tasks: who sees them, how many there may be, how long they are kept. */
#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "server/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MS 600000

static const struct caller ada = {.subject = "ada", .client_id = "app"};
static const struct caller other_app = {.subject = "ada", .client_id = "other"};
static const struct caller bob = {.subject = "bob", .client_id = "app"};

/* An answer whose result holds so many bytes of text. */
static struct reply answer_of(size_t n)
{
    auto_free char *text = xmalloc(n + 1);
    memset(text, 'x', n);
    text[n] = '\0';
    json_auto_t *answer = json_pack("{s:s, s:i, s:{s:s}}", "jsonrpc", "2.0", "id", 1, "result", "text", text);
    struct reply r = {.status = 200};
    r.body = json_text(answer, &r.len);
    return r;
}

static void close_with(struct task *k, struct reply r)
{
    task_close(k, &r);
    reply_done(&r);
}

static const char *status_of(struct tasks *t, const char *id)
{
    static char status[16];
    json_auto_t *seen = tasks_get(t, &ada, id);
    snprintf(status, sizeof status, "%s", json_str(seen, "status", "none"));
    return status;
}

static void a_task_goes_its_way(void **state)
{
    (void)state;
    struct tasks *t = tasks_new(LONG_MS);
    struct stop stop;
    stop_init(&stop, -1);
    struct task *k = task_open(t, &ada, &stop);
    assert_string_equal(status_of(t, task_id(k)), "working");
    assert_true(tasks_cancel(t, &ada, task_id(k)));
    assert_int_equal(stop_check(&stop), STOP_CANCELLED);
    close_with(k, (struct reply){0});
    stop_done(&stop);
    assert_string_equal(status_of(t, task_id(k)), "cancelled");
    assert_true(tasks_cancel(t, &ada, task_id(k))); /* its stop is gone, and is not looked at */
    tasks_free(t);
}

static void a_task_is_its_callers(void **state)
{
    (void)state;
    struct tasks *t = tasks_new(LONG_MS);
    struct stop stop;
    stop_init(&stop, -1);
    struct task *k = task_open(t, &ada, &stop);
    const struct caller *strangers[] = {&bob, &other_app};
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
        assert_null(tasks_get(t, strangers[i], task_id(k)));
        assert_false(tasks_has(t, strangers[i], task_id(k)));
        assert_false(tasks_cancel(t, strangers[i], task_id(k)));
    }
    assert_int_equal(stop_check(&stop), STOP_GO_ON);
    assert_true(tasks_has(t, &ada, task_id(k)));
    assert_false(tasks_has(t, &ada, ""));
    close_with(k, answer_of(1));
    stop_done(&stop);
    tasks_free(t);
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    struct tasks *t = tasks_new(LONG_MS);
    struct stop stop;
    stop_init(&stop, -1);
    struct task *first = task_open(t, &ada, &stop), *second = task_open(t, &bob, &stop);
    assert_non_null(first);
    assert_non_null(second);
    close_with(first, answer_of(1));
    close_with(second, answer_of(1));
    for (int i = 1; i < TASKS_OF_CALLER_MAX; i++)
        close_with(task_open(t, &ada, &stop), answer_of(1));
    assert_null(task_open(t, &ada, &stop));
    int kept = TASKS_OF_CALLER_MAX + 1;
    for (int c = 0; kept < TASKS_MAX; c++) {
        struct caller crowd = {.client_id = "app"};
        snprintf(crowd.subject, sizeof crowd.subject, "crowd-%d", c);
        for (int i = 0; i < TASKS_OF_CALLER_MAX && kept < TASKS_MAX; i++, kept++)
            close_with(task_open(t, &crowd, &stop), answer_of(1));
    }
    assert_null(task_open(t, &bob, &stop));
    stop_done(&stop);
    tasks_free(t);
}

/* As the table has it, without its answer, which may be large. */
static void assert_status(struct task *k, const char *status)
{
    json_auto_t *seen = task_state(k);
    assert_string_equal(json_str(seen, "status", "none"), status);
}

static void one_callers_answers_have_room_for_so_much(void **state)
{
    (void)state;
    struct tasks *t = tasks_new(LONG_MS);
    struct stop stop;
    stop_init(&stop, -1);
    struct task *large = task_open(t, &ada, &stop), *larger = task_open(t, &ada, &stop), *small = task_open(t, &ada, &stop);
    struct task *others = task_open(t, &other_app, &stop);
    close_with(large, answer_of(TASKS_ANSWERS_OF_CALLER_MAX / 2));
    close_with(larger, answer_of(TASKS_ANSWERS_OF_CALLER_MAX / 2));
    close_with(small, answer_of(100));
    close_with(others, answer_of(TASKS_ANSWERS_OF_CALLER_MAX / 2));
    assert_status(large, "completed");
    assert_status(larger, "failed");
    assert_status(small, "completed");
    assert_status(others, "completed");
    json_auto_t *seen = tasks_get(t, &ada, task_id(larger));
    assert_int_equal(json_int(json_obj(seen, "error"), "code", 0), RPC_INTERNAL_ERROR);
    assert_non_null(strstr(json_str(json_obj(seen, "error"), "message", ""), "could not be kept"));
    stop_done(&stop);
    tasks_free(t);
}

/* Who has filled a share begins no task. All shares together fill the table: an answer that is under way then is lost. */
static void all_answers_have_room_for_so_much(void **state)
{
    (void)state;
    static const char around[] = "{\"text\":\"\"}";
    struct tasks *t = tasks_new(LONG_MS);
    struct stop stop;
    stop_init(&stop, -1);
    struct task *late = task_open(t, &ada, &stop);
    for (int c = 0; c < TASKS_ANSWERS_MAX / TASKS_ANSWERS_OF_CALLER_MAX; c++) {
        struct caller crowd = {.client_id = "app"};
        snprintf(crowd.subject, sizeof crowd.subject, "crowd-%d", c);
        struct task *k = task_open(t, &crowd, &stop);
        close_with(k, answer_of(TASKS_ANSWERS_OF_CALLER_MAX - (sizeof around - 1)));
        assert_status(k, "completed");
        assert_null(task_open(t, &crowd, &stop));
    }
    assert_null(task_open(t, &bob, &stop));
    close_with(late, answer_of(1));
    assert_status(late, "failed");
    stop_done(&stop);
    tasks_free(t);
}

/* Not before its time, and not after it, even where its call does not end. */
static void a_task_is_kept_for_its_time(void **state)
{
    (void)state;
    enum { TTL_MS = 60 };
    struct tasks *t = tasks_new(TTL_MS);
    struct stop stop;
    stop_init(&stop, -1);
    int64_t begun = clock_mono_ms();
    struct task *endless = task_open(t, &ada, &stop), *done = task_open(t, &ada, &stop);
    auto_free char *id = xstrdup(task_id(done)), *endless_id = xstrdup(task_id(endless));
    close_with(done, answer_of(1));
    while (tasks_has(t, &ada, id))
        assert_true(clock_mono_ms() < begun + 20000);
    assert_true(clock_mono_ms() - begun >= TTL_MS);
    assert_false(tasks_has(t, &ada, endless_id));
    assert_false(tasks_cancel(t, &ada, endless_id));
    close_with(endless, answer_of(1));
    struct task *next = task_open(t, &ada, &stop); /* what has expired is dropped on the way */
    assert_true(tasks_has(t, &ada, task_id(next)));
    close_with(next, answer_of(1));
    stop_done(&stop);
    tasks_free(t);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_goes_its_way),           cmocka_unit_test(a_task_is_its_callers),
        cmocka_unit_test(there_is_room_for_so_many),     cmocka_unit_test(one_callers_answers_have_room_for_so_much),
        cmocka_unit_test(all_answers_have_room_for_so_much), cmocka_unit_test(a_task_is_kept_for_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
