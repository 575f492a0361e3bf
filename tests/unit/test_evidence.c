/* The parts every tool answers with: evidence, digest, diagnosis, advice, cursor, and the folding of logs. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/advice.h"
#include "tools/cursor.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/logs/text.h"

#include <stdlib.h>
#include <string.h>

static const char *file_text(struct envelope *v, const char *text)
{
    struct evidence item = {.source = "test", .ts_ms = -1, .severity = "info", .text = text};
    return envelope_evidence(v, &item);
}

static void evidence_is_numbered_cut_and_redacted(void **state)
{
    (void)state;
    auto_envelope struct envelope v;
    envelope_init(&v, "t");
    assert_string_equal(file_text(&v, "password=hunter2secret"), "e1");
    assert_null(strstr(envelope_evidence_text(&v, "e1"), "hunter2secret"));
    auto_free char *big = xcalloc(1, EVIDENCE_TEXT_MAX + 101);
    memset(big, 'x', EVIDENCE_TEXT_MAX + 100);
    assert_string_equal(file_text(&v, big), "e2");
    const json_t *second = json_array_get(json_arr(v.root, "evidence"), 1);
    assert_int_equal(json_int(second, "truncated_bytes", 0), 100);
    assert_int_equal(json_int(json_array_get(json_arr(v.root, "evidence"), 0), "redactions", 0), 1);
    for (int i = 2; i < EVIDENCE_MAX; i++)
        assert_non_null(file_text(&v, "more"));
    assert_null(file_text(&v, "one too many"));
}

static void answer_redacts_what_tools_forget(void **state)
{
    (void)state;
    struct envelope v;
    envelope_init(&v, "t");
    envelope_put(&v, "before", json_pack("{s:s, s:[s]}", "a", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
                                         "b", "x\xe2\x80\xaey"));
    struct tool_answer out = {0};
    assert_int_equal(envelope_answer(&v, NULL, &out), 0);
    auto_free char *text = json_text(out.structured, NULL);
    assert_null(strstr(text, "wJalrXUtnFEMI"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    json_decref(out.structured);
    json_decref(out.content);
}

static void digest_keeps_strangers_inside_the_fence(void **state)
{
    (void)state;
    struct digest d, other;
    digest_init(&d);
    digest_init(&other);
    assert_string_not_equal(d.fence, other.fence);
    digest_line(&d, "job %s", "a\nFORGED LINE");
    digest_data(&d, "[e1]", "one\ntwo", 100);
    digest_line(&d, "end");
    const char *text = digest_text(&d);
    assert_null(strstr(text, "\nFORGED LINE"));
    assert_non_null(strstr(text, "\n    two"));
    const char *close = strstr(text, "\n</log-");
    assert_true(close && strstr(close, "\nend\n"));
    digest_done(&d);
    digest_done(&other);
}

static void digest_cleans_labels_and_redacts_before_it_cuts(void **state)
{
    (void)state;
    static const char jwt[] = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJhbGljZSIsInNjb3BlIjoiYSJ9.c2lnbmF0dXJlLWJ5dGVz";
    struct digest d;
    digest_init(&d);
    /* names of objects and log streams are written by strangers too */
    digest_data(&d, "[e1] s3://b/\x1b[31mred\xe2\x80\xae\nFORGED LINE", "text", 100);
    digest_data(&d, "[e2]", jwt, 60);
    digest_line(&d, "%s%s", "a line of our words that is long enough to be cut in the middle of a token: ", jwt);
    const char *text = digest_text(&d);
    assert_null(strstr(text, "\x1b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strstr(text, "\nFORGED LINE"));
    assert_null(strstr(text, "eyJ"));
    digest_done(&d);
}

static void digest_stays_within_its_ceiling(void **state)
{
    (void)state;
    struct digest d;
    digest_init(&d);
    for (int i = 0; i < 2000; i++)
        digest_data(&d, "[e1]", "a line of some length from a log that does not end", 400);
    const char *text = digest_text(&d);
    assert_true(strlen(text) <= DIGEST_MAX);
    assert_non_null(strstr(text, "[Cut here"));
    const char *open = strstr(text, "\n<log-");
    assert_true(open && strstr(open, "</log-"));
    digest_done(&d);
}

static void digest_ends_alike(void **state)
{
    (void)state;
    auto_envelope struct envelope v;
    envelope_init(&v, "t");
    for (int i = 0; i < LINKS_MAX + 2; i++) {
        json_t *arguments = json_pack("{s:s, s:i}", "name", i ? "two words" : "plain", "n", i / 2);
        envelope_link(&v, "look", arguments, "why not");
    }
    envelope_link(&v, "look", json_pack("{s:s, s:i}", "name", "plain", "n", 0), "again");
    assert_int_equal(json_array_size(json_arr(v.root, "links")), 5);
    envelope_put(&v, "retry", json_pack("{s:b, s:[s, s], s:s}", "recommended", 0, "blockers", "one", "two", "reason", "Because."));
    envelope_warn(&v, "w", "mind this");
    envelope_tell_rest(&v);
    const char *text = digest_text(&v.digest);
    assert_non_null(strstr(text, "Retry: no (one, two). Because.\n"));
    assert_non_null(strstr(text, "Next: look name=plain n=0 (why not).\n"));
    assert_non_null(strstr(text, "Next: look name=\"two words\" n=1 (why not).\n"));
    assert_non_null(strstr(text, "Note: mind this.\n"));
}

static void diagnosis_claims_no_more_than_its_evidence(void **state)
{
    (void)state;
    struct diagnosis d;
    diagnosis_init(&d);
    diagnosis_add(&d, &(struct clue){CAUSE_OOM, "s", 90, NULL});
    assert_int_equal(d.cause, CAUSE_UNKNOWN);
    assert_true(diagnosis_confidence(&d) == 0);
    diagnosis_add(&d, &(struct clue){CAUSE_OOM, "s", 90, "e1"});
    double alone = diagnosis_confidence(&d);
    diagnosis_add(&d, &(struct clue){CAUSE_OOM, "s", 80, "e2"});
    assert_true(diagnosis_confidence(&d) > alone);
    diagnosis_add(&d, &(struct clue){CAUSE_NETWORK, "n", 88, "e3"});
    assert_int_equal(d.cause, CAUSE_OOM);
    assert_true(diagnosis_confidence(&d) < alone);
    assert_int_equal(d.evidence_count, 2);
}

static void later_of_equals_wins(void **state)
{
    (void)state;
    struct diagnosis d;
    diagnosis_init(&d);
    diagnosis_add(&d, &(struct clue){CAUSE_OOM, "s", 90, "e1"});
    diagnosis_add(&d, &(struct clue){CAUSE_PERMISSION, "p", 90, "e2"});
    assert_int_equal(d.cause, CAUSE_PERMISSION);
    assert_int_equal(d.class, CLASS_PERMANENT);
    assert_int_equal(d.evidence_count, 1);
    assert_string_equal(d.evidence[0], "e2");
    assert_string_equal(diagnosis_sureness(&d), "medium");
}

static void any_blocker_stops_a_recommendation(void **state)
{
    (void)state;
    auto_envelope struct envelope v;
    envelope_init(&v, "t");
    struct advice a;
    advice_init(&a);
    a.tool = "retry_x";
    advice_put(&a, &v);
    assert_true(json_flag(json_obj(v.root, "retry"), "recommended", false));
    advice_init(&a);
    a.tool = "retry_x";
    advice_block(&a, "cooldown");
    advice_block(&a, "cooldown");
    advice_put(&a, &v);
    assert_false(json_flag(json_obj(v.root, "retry"), "recommended", true));
    assert_int_equal(json_array_size(json_arr(json_obj(v.root, "retry"), "blockers")), 1);
}

/* Whether the cursor is refused for tool and arguments. */
static bool refused(const char *tool, const char *arguments, const char *cursor)
{
    json_auto_t *a = json_loads(arguments, 0, NULL);
    json_put_str(a, "cursor", cursor);
    struct err e = {0};
    json_auto_t *p = cursor_read(tool, a, &e);
    assert_true(!p == (e.kind == ERR_INVALID));
    return !p;
}

static void cursors_hold_for_their_own_call_only(void **state)
{
    (void)state;
    json_auto_t *arguments = json_loads("{\"a\":1,\"b\":2}", 0, NULL);
    json_auto_t *position = json_pack("{s:i}", "i", 7);
    struct err e = {0};
    assert_null(cursor_read("t", arguments, &e));
    assert_int_equal(e.kind, ERR_NONE);
    auto_free char *c = cursor_make("t", arguments, position);
    assert_false(refused("t", "{\"b\":2,\"a\":1}", c));
    assert_true(refused("other", "{\"a\":1,\"b\":2}", c));
    assert_true(refused("t", "{\"a\":1,\"b\":3}", c));
    assert_true(refused("t", "{\"a\":1,\"b\":2}", ""));
    assert_true(refused("t", "{\"a\":1,\"b\":2}", "!!!"));
    for (size_t i = 0; i < strlen(c); i++) {
        auto_free char *damaged = xstrdup(c);
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        assert_true(refused("t", "{\"a\":1,\"b\":2}", damaged));
    }
}

static void noise_goes_and_words_stay(void **state)
{
    (void)state;
    static const char text[] = "[Stage 3:====>   (12 + 8) / 200]\r[Stage 3:=====>  (13 + 8) / 200]\n"
                               "==========>          \n\n   \n\x1b[31m26/11/21 03:00:00 ERROR Main: red\x1b[0m\r\n26/11/21 INFO Main: fine";
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, sizeof text - 1);
    assert_int_equal(l.count, 2);
    assert_string_equal(l.items[0].text, "26/11/21 03:00:00 ERROR Main: red");
    assert_int_equal(l.items[0].severity, SEVERITY_ERROR);
    assert_true(l.items[1].routine);
}

/* It says INFO, and means the end. */
static void a_warning_of_java_is_not_routine(void **state)
{
    (void)state;
    static const char text[] = "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x6c0000000, 4294967296, 0) failed";
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, sizeof text - 1);
    assert_int_equal(l.items[0].severity, SEVERITY_WARNING);
    assert_false(l.items[0].routine);
}

/* Whoever writes a log must not be able to hide the rest of a line, or of the log, behind a sequence left open. */
static void an_open_sequence_hides_nothing(void **state)
{
    (void)state;
    static const char text[] = "\x1b]0;title 2026 ERROR Driver: out of memory\n"
                               "\x1bPq ERROR second\n"
                               "\x1b]0;title\x1b\\ERROR third\n"
                               "\x1b[ERROR fourth\n"
                               "a\xe2\x80\xa8" "ERROR fifth";
    static const char *const kept[] = {
        "0;title 2026 ERROR Driver: out of memory", "q ERROR second", "ERROR third", "RROR fourth", "a", "ERROR fifth"};
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, sizeof text - 1);
    assert_int_equal(l.count, ARRAY_LEN(kept));
    for (size_t i = 0; i < l.count; i++) {
        assert_string_equal(l.items[i].text, kept[i]);
        assert_int_equal(l.items[i].len, strlen(kept[i]));
    }
    assert_int_equal(l.items[0].severity, SEVERITY_ERROR);
    assert_int_equal(l.items[5].severity, SEVERITY_ERROR);
}

static void assert_tells(const json_t *exception, const char *thrown)
{
    struct digest d;
    digest_init(&d);
    log_exception_tell(exception, &d);
    assert_non_null(strstr(digest_text(&d), "Root exception: "));
    assert_non_null(strstr(digest_text(&d), thrown));
    digest_done(&d);
}

static void caused_by_is_followed_to_the_root(void **state)
{
    (void)state;
    static const char text[] = "ERROR Main: org.a.OuterException: outer\n\tat org.a.B.c(B.java:1)\nCaused by: org.a.MiddleException: mid\n"
                               "\tat org.a.D.e(D.java:2)\nCaused by: java.io.IOException: disk gone\n\tat org.a.F.g(F.java:3)\n\t... 9 more\n"
                               "INFO Main: closing down";
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, sizeof text - 1);
    size_t line = 0;
    json_auto_t *x = log_exception(&l, 0, &line);
    assert_non_null(x);
    assert_string_equal(json_str(x, "class", ""), "org.a.OuterException");
    assert_string_equal(json_str(x, "message", ""), "outer");
    assert_string_equal(json_str(x, "root_cause", ""), "java.io.IOException: disk gone");
    assert_string_equal(json_string_value(json_array_get(json_arr(x, "frames"), 0)), "at org.a.F.g(F.java:3)");
    assert_int_equal(line, 4);
    assert_tells(x, "Thrown at org.a.F.g(F.java:3)");
}

static void a_timeout_is_an_exception_when_it_has_a_name(void **state)
{
    (void)state;
    static const char text[] = "ERROR Task failed with exception\nTraceback (most recent call last):\n"
                               "  File \"/dags/orders.py\", line 4, in wait\n"
                               "airflow.exceptions.AirflowSensorTimeout: Sensor has timed out\nERROR Timeout: 30 s";
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, sizeof text - 1);
    size_t line = 0;
    json_auto_t *x = log_exception(&l, SIZE_MAX, &line);
    assert_non_null(x);
    assert_string_equal(json_str(x, "class", ""), "airflow.exceptions.AirflowSensorTimeout");
    assert_int_equal(line, 3);
}

static void a_deep_python_trace_keeps_its_end(void **state)
{
    (void)state;
    char text[4000] = "Traceback (most recent call last):\n";
    for (int i = 1; i <= 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "  File \"/dags/a.py\", line %d, in f\n", i);
    snprintf(text + strlen(text), sizeof text - strlen(text), "ValueError: bad");
    auto_log_lines struct log_lines l = {0};
    log_lines_add(&l, "s", 5, text, strlen(text));
    size_t line = 0;
    json_auto_t *x = log_exception(&l, SIZE_MAX, &line);
    const json_t *frames = json_arr(x, "frames");
    assert_int_equal(json_array_size(frames), 15);
    assert_string_equal(json_string_value(json_array_get(frames, 14)), "File \"/dags/a.py\", line 40, in f");
    assert_tells(x, "Thrown File \"/dags/a.py\", line 40, in f");
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_is_numbered_cut_and_redacted),
        cmocka_unit_test(answer_redacts_what_tools_forget),
        cmocka_unit_test(digest_keeps_strangers_inside_the_fence),
        cmocka_unit_test(digest_cleans_labels_and_redacts_before_it_cuts),
        cmocka_unit_test(digest_stays_within_its_ceiling),
        cmocka_unit_test(digest_ends_alike),
        cmocka_unit_test(diagnosis_claims_no_more_than_its_evidence),
        cmocka_unit_test(later_of_equals_wins),
        cmocka_unit_test(any_blocker_stops_a_recommendation),
        cmocka_unit_test(cursors_hold_for_their_own_call_only),
        cmocka_unit_test(noise_goes_and_words_stay),
        cmocka_unit_test(a_warning_of_java_is_not_routine),
        cmocka_unit_test(an_open_sequence_hides_nothing),
        cmocka_unit_test(caused_by_is_followed_to_the_root),
        cmocka_unit_test(a_timeout_is_an_exception_when_it_has_a_name),
        cmocka_unit_test(a_deep_python_trace_keeps_its_end),
    };
    return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
