#include "tests/unit/cmocka_all.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/own.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *caught;
static int real_stderr;

/* From here on stderr goes to a file, until said_text gives back what was written. */
static void listen_to_stderr(void)
{
    caught = tmpfile();
    assert_non_null(caught);
    real_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(caught), STDERR_FILENO) >= 0);
}

static char *said_text(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    struct buf b = BUF_INIT(16 * 1024 * 1024);
    char chunk[4096];
    rewind(caught);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, caught)) > 0;)
        buf_add(&b, chunk, n);
    fclose(caught);
    return buf_steal(&b, NULL);
}

/* The one line that was written, as JSON. */
static json_t *said_json(void)
{
    auto_free char *text = said_text();
    size_t n = strlen(text);
    assert_true(n > 0 && text[n - 1] == '\n' && strchr(text, '\n') == text + n - 1);
    struct err e = {0};
    json_t *line = json_parse(text, n, JSON_DEPTH_CLIENT, &e);
    if (!line)
        fail_msg("%s: %s", e.text, text);
    return line;
}

static void a_line_holds_what_it_was_given(void **state)
{
    (void)state;
    log_setup(LOG_INFO, LOG_AS_JSON);
    listen_to_stderr();
    log_event(LOG_WARN, "call", "{s:s, s:i, s:s*, s:{s:s}}", "tool", "get_glue_logs", "ms", 7, "gone", NULL, "in", "k", "v");
    json_auto_t *line = said_json();
    int64_t ts;
    assert_int_equal(clock_parse(json_str(line, "ts", ""), &ts), 0);
    assert_in_range(clock_wall_ms() - ts, 0, 60000);
    assert_int_equal(strlen(json_str(line, "ts", "")), strlen("2026-11-21T02:05:07.000Z"));
    assert_string_equal(json_str(line, "level", ""), "warn");
    assert_string_equal(json_str(line, "event", ""), "call");
    assert_string_equal(json_str(line, "tool", ""), "get_glue_logs");
    assert_int_equal(json_int(line, "ms", -1), 7);
    assert_string_equal(json_str(json_obj(line, "in"), "k", ""), "v");
    assert_null(json_object_get(line, "gone"));
}

static void secrets_stay_out(void **state)
{
    (void)state;
    listen_to_stderr();
    log_event(LOG_ERROR, "x", "{s:s, s:s, s:[s,i], s:{s:s, s:b}, s:s}", "text", "sent Bearer abc123def456\x1b[31m", "password",
              "hunter2", "api_key", "k1", 42, "deep", "clientSecret", "hunter2", "token", 1, "line", "a\nb");
    json_auto_t *line = said_json();
    assert_string_equal(json_str(line, "text", ""), "sent Bearer [redacted]");
    assert_string_equal(json_str(line, "password", ""), "[redacted]");
    assert_string_equal(json_str(line, "api_key", ""), "[redacted]");
    assert_string_equal(json_str(json_obj(line, "deep"), "clientSecret", ""), "[redacted]");
    assert_true(json_flag(json_obj(line, "deep"), "token", false));
    assert_string_equal(json_str(line, "line", ""), "a\nb");
}

static void long_strings_are_cut(void **state)
{
    (void)state;
    auto_free char *big = xmalloc(100001);
    for (size_t i = 0; i + 3 <= 100000; i += 3)
        memcpy(big + i, "\xe2\x82\xac", 3);
    big[99999] = '\0';
    listen_to_stderr();
    log_event(LOG_ERROR, "x", "{s:s}", "text", big);
    json_auto_t *line = said_json();
    const char *text = json_str(line, "text", "");
    size_t n = strlen(text);
    assert_in_range(n, 1990, 2000);
    assert_string_equal(text + n - 3, "...");
}

static void a_line_has_a_ceiling(void **state)
{
    (void)state;
    json_auto_t *many = json_array();
    for (int i = 0; i < 20000; i++)
        json_array_append_new(many, json_string("0123456789"));
    listen_to_stderr();
    log_event(LOG_ERROR, "flood", "{s:O}", "many", many);
    json_auto_t *line = said_json();
    assert_string_equal(json_str(line, "event", ""), "flood");
    assert_true(json_flag(line, "truncated", false));
}

static void a_bad_format_still_says_what_happened(void **state)
{
    (void)state;
    listen_to_stderr();
    log_event(LOG_ERROR, "x", "{s:s}", "text", "no \xff UTF-8");
    json_auto_t *line = said_json();
    assert_string_equal(json_str(line, "event", ""), "x");
    assert_non_null(json_object_get(line, "log_error"));
}

static void text_is_for_people(void **state)
{
    (void)state;
    log_setup(LOG_DEBUG, LOG_AS_TEXT);
    listen_to_stderr();
    log_event(LOG_INFO, "ready", "{s:s, s:i, s:s, s:s, s:b}", "url", "http://127.0.0.1:8080/mcp", "tools", 4, "why",
              "two words\nand a line", "none", "", "ok", 1);
    auto_free char *text = said_text();
    assert_string_equal(text + strlen("2026-11-21T02:05:07.000Z"),
                        " INFO  ready url=http://127.0.0.1:8080/mcp tools=4 why=\"two words\\nand a line\" none=\"\" ok=true\n");
    log_setup(LOG_INFO, LOG_AS_JSON);
}

static void lower_levels_are_silent(void **state)
{
    (void)state;
    log_setup(LOG_WARN, LOG_AS_JSON);
    listen_to_stderr();
    log_event(LOG_INFO, "x", NULL);
    auto_free char *text = said_text();
    assert_string_equal(text, "");
    assert_false(log_on(LOG_INFO));
    assert_true(log_on(LOG_ERROR));
    log_setup(LOG_INFO, LOG_AS_JSON);
}

static void *say_much(void *event)
{
    for (int i = 0; i < 200; i++)
        log_event(LOG_INFO, event, "{s:i, s:s}", "i", i, "text", "some words that make the line a little longer");
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    static char names[][2] = {"a", "b", "c", "d"};
    pthread_t threads[ARRAY_LEN(names)];
    listen_to_stderr();
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        pthread_create(&threads[i], NULL, say_much, names[i]);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        pthread_join(threads[i], NULL);
    auto_free char *text = said_text();
    int lines = 0;
    for (char *p = text, *end; (end = strchr(p, '\n')); p = end + 1, lines++) {
        json_auto_t *line = json_parse(p, (size_t)(end - p), JSON_DEPTH_CLIENT, NULL);
        assert_non_null(line);
    }
    assert_int_equal(lines, 200 * ARRAY_LEN(names));
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_holds_what_it_was_given), cmocka_unit_test(secrets_stay_out),
        cmocka_unit_test(long_strings_are_cut),           cmocka_unit_test(a_line_has_a_ceiling),
        cmocka_unit_test(text_is_for_people),             cmocka_unit_test(a_bad_format_still_says_what_happened),
        cmocka_unit_test(lower_levels_are_silent),        cmocka_unit_test(lines_of_threads_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
