/* How steps and job runs of EMR are told apart, and how a run stands among the others. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "tools/emr/run.h"
#include "tools/emr/shown.h"

#include <string.h>

static json_t *parsed(const char *text)
{
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    return o;
}

/* Two runs, and whether they do the same work or are of one kind. */
static const struct {
    enum emr_runtime runtime;
    const char *a, *b;
    bool work, kind;
} pairs[] = {
    {EMR_EC2, "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"--day\",\"2026-11-21\"]}}",
     "{\"Name\":\"other\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"--day\",\"2026-11-21\"]}}", true, true},
    {EMR_EC2, "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"--day\",\"2026-11-21\"]}}",
     "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"--day\",\"2026-11-9\"]}}", false, true},
    {EMR_EC2, "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"a.py\"]}}",
     "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Args\":[\"b.py\"]}}", false, false},
    {EMR_EC2, "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\",\"Properties\":{\"a\":\"b\"}}}", "{\"Name\":\"x\",\"Config\":{\"Jar\":\"c.jar\"}}",
     true, true},
    {EMR_SERVERLESS, "{\"name\":\"load 2026-11-21\"}", "{\"name\":\"load 2026-11-20\"}", false, true},
    {EMR_SERVERLESS, "{\"name\":\"load [retry:0a1b2c3d]\"}", "{\"name\":\"load\"}", true, true},
    {EMR_SERVERLESS, "{}", "{}", false, false},
    {EMR_EKS, "{\"name\":\"a\",\"jobDriver\":{\"sparkSubmitJobDriver\":{\"entryPoint\":\"x\"}}}",
     "{\"name\":\"b\",\"jobDriver\":{\"sparkSubmitJobDriver\":{\"entryPoint\":\"x\"}}}", true, true},
};

static void same_work_and_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        json_auto_t *a = parsed(pairs[i].a), *b = parsed(pairs[i].b);
        struct emr_run x, y;
        emr_run_of(pairs[i].runtime, a, &x);
        emr_run_of(pairs[i].runtime, b, &y);
        assert_int_equal(emr_same_work(&x, &y), pairs[i].work);
        assert_int_equal(emr_same_kind(&x, &y), pairs[i].kind);
    }
}

static void marks_are_found(void **state)
{
    (void)state;
    char mark[FINGERPRINT_TEXT];
    struct emr_target t = {EMR_EC2, "j-1", "s-1"};
    struct emr_run run;
    emr_mark_of(&t, "s-1", mark);
    char text[200];
    snprintf(text, sizeof text, "{\"Name\":\"load [retry:%.8s]\"}", mark);
    json_auto_t *step = parsed(text);
    emr_run_of(EMR_EC2, step, &run);
    assert_true(emr_is_retry_of(&run, mark));
    snprintf(text, sizeof text, "{\"name\":\"load\",\"clientToken\":\"lakewarden-retry-%s\"}", mark);
    json_auto_t *job = parsed(text);
    emr_run_of(EMR_EKS, job, &run);
    assert_true(emr_is_retry_of(&run, mark));
    emr_mark_of(&t, "s-2", mark);
    assert_false(emr_is_retry_of(&run, mark));
    json_auto_t *other = parsed("{\"name\":\"load\",\"clientToken\":\"mine\"}");
    emr_run_of(EMR_EKS, other, &run);
    assert_false(emr_is_retry_of(&run, mark));
}

/* Newest first, as state letters: F failed, S succeeded, R running, C cancelled. The one looked at is in lower case. */
static const struct {
    const char *runs;
    int failures, successes;
    bool in_flight, success, failed;
} standings[] = {
    {"fSSS", 1, 3, false, false, false}, {"fFSS", 2, 2, false, false, false}, {"RfS", 1, 1, true, false, false},
    {"SfS", 1, 1, false, true, false},   {"FfS", 1, 1, false, false, true},   {"fCSS", 1, 0, false, false, false},
    {"CfS", 1, 1, false, false, true},   {"fSFS", 1, 1, false, false, false}, {"f", 1, 0, false, false, false},
};

static void runs_stand_among_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof standings / sizeof standings[0]; i++) {
        struct emr_run runs[8] = {0};
        const struct emr_run *looked_at = NULL;
        static const char *const ids[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
        size_t n = strlen(standings[i].runs);
        for (size_t k = 0; k < n; k++) {
            char c = standings[i].runs[k];
            runs[k] = (struct emr_run){.id = ids[k], .name = "load", .created_ms = 1000 - (int64_t)k,
                                       .state = c == 'S' ? "COMPLETED" : c == 'R' ? "RUNNING" : c == 'C' ? "CANCELLED" : "FAILED"};
            looked_at = c == 'f' ? &runs[k] : looked_at;
        }
        struct emr_context c;
        emr_context_of(runs, n, looked_at, 2000, &c);
        assert_int_equal(c.past.failures_in_row, standings[i].failures);
        assert_int_equal(c.past.successes_before, standings[i].successes);
        assert_int_equal(c.newer_in_flight != NULL, standings[i].in_flight);
        assert_int_equal(c.newer_success != NULL, standings[i].success);
        assert_int_equal(c.newer_failed != NULL, standings[i].failed);
    }
}

static void secrets_are_not_shown(void **state)
{
    (void)state;
    static const char *const pairs_shown[][2] = {
        {"[\"--password\",\"x\",\"--day\",\"1\"]", "[\"--password\",\"[redacted]\",\"--day\",\"1\"]"},
        {"[\"--db_password=x\"]", "[\"--db_password=[redacted]\"]"},
        {"[{\"Key\":\"db.password\",\"Value\":\"x\"}]", "[{\"Key\":\"db.password\",\"Value\":\"[redacted]\"}]"},
        {"{\"a\":{\"api_token\":\"x\",\"n\":1}}", "{\"a\":{\"api_token\":\"[redacted]\",\"n\":1}}"},
        {"{\"name\":\"a\",\"list\":[1,true,null]}", "{\"name\":\"a\",\"list\":[1,true,null]}"},
    };
    for (size_t i = 0; i < sizeof pairs_shown / sizeof pairs_shown[0]; i++) {
        json_auto_t *in = parsed(pairs_shown[i][0]);
        json_auto_t *out = emr_shown(in);
        char *text = json_text(out, NULL);
        assert_string_equal(text, pairs_shown[i][1]);
        free(text);
    }
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_work_and_kind),
        cmocka_unit_test(marks_are_found),
        cmocka_unit_test(runs_stand_among_others),
        cmocka_unit_test(secrets_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
