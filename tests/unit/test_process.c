/* Another program, run for what it prints: command lines split as Python's shlex does, and what becomes of one that does not end. */
#include "tests/unit/cmocka_all.h"

#include "aws/process.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void lines_become_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words; /* each word in <> */
    } rows[] = {
        {"a b  c", "<a><b><c>"},
        {" \t a\nb\r ", "<a><b>"},
        {"a 'b c' \"d e\"", "<a><b c><d e>"},
        {"a''b \"\" ''", "<ab><><>"},
        {"a'b'\"c\"d", "<abcd>"},
        {"'a\\b' \"a\\b\" a\\b", "<a\\b><a\\b><ab>"},
        {"\"a\\\"b\\\\c\"", "<a\"b\\c>"},
        {"a\\ b \\'", "<a b><'>"},
        {"$HOME `x` *.c > y # z", "<$HOME><`x`><*.c><>><y><#><z>"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        auto_free char **words = process_words(rows[i].line, &e);
        auto_buf struct buf text = BUF_INIT(1024);
        assert_non_null(words);
        for (char **w = words; *w; w++)
            buf_addf(&text, "<%s>", *w);
        assert_string_equal(buf_text(&text), rows[i].words);
    }
    static const char *const bad[] = {"", "  ", "'a", "\"a", "a\\", "\"a\\\""};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err e = {0};
        assert_null(process_words(bad[i], &e));
        assert_int_equal(e.kind, ERR_CONFIG);
    }
}

/* Runs a line; what it printed is in `out`. */
static int run(const char *line, int64_t timeout_ms, struct stop *stop, struct buf *out, struct err *e)
{
    auto_free char **words = process_words(line, e);
    return process_run(words, timeout_ms, stop, out, e);
}

/* Runs what never ends, for long enough to have printed something: a loaded machine may take its time to start it. */
static void run_endless(const char *line, struct buf *out)
{
    for (int64_t timeout_ms = 300; out->len == 0; timeout_ms *= 2) {
        struct err e = {0};
        assert_true(timeout_ms < 60 * 1000);
        assert_int_equal(run(line, timeout_ms, NULL, out, &e), -1);
        assert_int_equal(e.kind, ERR_TIMEOUT);
    }
}

/* Whether a process is gone, or a corpse that init has yet to bury. Waits for it: a kill need not have struck when it returns. */
static bool ends(pid_t pid)
{
    auto_free char *path = xasprintf("/proc/%d/stat", (int)pid);
    for (int64_t until = clock_mono_ms() + 60 * 1000; clock_mono_ms() < until;) {
        char text[512] = "";
        FILE *f = fopen(path, "r");
        if (!f)
            return true;
        size_t n = fread(text, 1, sizeof text - 1, f);
        text[n] = '\0';
        fclose(f);
        const char *end = strrchr(text, ')');
        if (!end || end[2] == 'Z' || end[2] == 'X')
            return true;
        sched_yield();
    }
    return false;
}

static void one_that_does_not_end_is_killed_with_its_children(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(100);
    run_endless("sh -c 'sleep 600 & echo $!; wait'", &out);
    assert_true(ends((pid_t)strtol(buf_text(&out), NULL, 10)));
}

static void one_that_closes_its_output_and_stays_is_waited_for(void **state)
{
    (void)state;
    auto_buf struct buf out = BUF_INIT(100);
    run_endless("sh -c 'echo ok; exec 1>&-; exec sleep 600'", &out);
    assert_string_equal(buf_text(&out), "ok\n");
}

static void *trip(void *stop)
{
    stop_trip(stop, STOP_CANCELLED);
    return NULL;
}

static void a_cancel_ends_it_at_once(void **state)
{
    (void)state;
    struct err e = {0};
    struct stop stop;
    pthread_t thread;
    auto_buf struct buf out = BUF_INIT(100);
    stop_init(&stop, -1);
    int64_t before = clock_mono_ms();
    assert_int_equal(pthread_create(&thread, NULL, trip, &stop), 0);
    assert_int_equal(run("sleep 600", 600 * 1000, &stop, &out, &e), -1);
    pthread_join(thread, NULL);
    assert_int_equal(e.kind, ERR_CANCELLED);
    assert_true(clock_mono_ms() - before < 60 * 1000);
    stop_done(&stop);
}

/* A server blocks the signals it waits for; what it starts must not inherit that. */
static void it_starts_with_signals_as_usual(void **state)
{
    (void)state;
    struct err e = {0};
    sigset_t all, before;
    auto_buf struct buf out = BUF_INIT(4096);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    signal(SIGPIPE, SIG_IGN);
    int rc = run("grep -E 'SigBlk|SigIgn' /proc/self/status", 10000, NULL, &out, &e);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(rc, 0);
    assert_non_null(strstr(buf_text(&out), "SigBlk:\t0000000000000000"));
    const char *ignored = strstr(buf_text(&out), "SigIgn:\t");
    assert_non_null(ignored);
    assert_int_equal(strtoull(ignored + 8, NULL, 16) >> (SIGPIPE - 1) & 1, 0);
}

/* Not all libraries mark what they open as ours alone. */
static void it_inherits_no_descriptor(void **state)
{
    (void)state;
    struct err e = {0};
    auto_close int stray = dup(STDERR_FILENO);
    auto_free char *line = xasprintf("sh -c 'test -e /proc/self/fd/2 && test ! -e /proc/self/fd/%d'", stray);
    auto_buf struct buf out = BUF_INIT(100);
    assert_true(stray > STDERR_FILENO);
    if (run(line, 60 * 1000, NULL, &out, &e))
        fail_msg("%s", e.text);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_words),
        cmocka_unit_test(one_that_does_not_end_is_killed_with_its_children),
        cmocka_unit_test(one_that_closes_its_output_and_stays_is_waited_for),
        cmocka_unit_test(a_cancel_ends_it_at_once),
        cmocka_unit_test(it_starts_with_signals_as_usual),
        cmocka_unit_test(it_inherits_no_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
