/* Where a Glue run's logs are, how a run stands among the others, and what may be passed to one. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "tools/glue/arguments.h"
#include "tools/glue/run.h"
#include "tools/glue/streams.h"

#include <stdio.h>
#include <string.h>

/* Job, run, and the groups and streams to look at, in order. */
static const struct {
    const char *job, *run, *streams;
} places[] = {
    {"{}", "{\"Id\":\"jr_1\",\"LogGroupName\":\"/aws-glue/jobs\"}",
     "/aws-glue/jobs/error:jr_1 /aws-glue/jobs/output:jr_1 /aws-glue/jobs/logs-v2:jr_1-driver"},
    {"{}", "{\"Id\":\"jr_1\",\"LogGroupName\":\"/aws-glue/jobs-etl-kms/\"}",
     "/aws-glue/jobs-etl-kms/error:jr_1 /aws-glue/jobs-etl-kms/output:jr_1 /aws-glue/jobs/logs-v2:jr_1-driver "
     "/aws-glue/jobs/error:jr_1 /aws-glue/jobs/output:jr_1"},
    {"{\"Role\":\"arn:aws:iam::1:role/team/etl\",\"SecurityConfiguration\":\"kms\"}", "{\"Id\":\"jr_1\"}",
     "/aws-glue/jobs-etl-kms/error:jr_1 /aws-glue/jobs-etl-kms/output:jr_1 /aws-glue/jobs/logs-v2:jr_1-driver "
     "/aws-glue/jobs/logs-v2-kms:jr_1-driver /aws-glue/jobs/error:jr_1 /aws-glue/jobs/output:jr_1"},
    {"{\"GlueVersion\":\"5.0\",\"DefaultArguments\":{\"--custom-logGroup-prefix\":\"/own\"}}", "{\"Id\":\"jr_1\"}",
     "/own/error:jr_1 /own/error:jr_1-driver /own/output:jr_1 /aws-glue/jobs/logs-v2:jr_1-driver "
     "/aws-glue/jobs/error:jr_1 /aws-glue/jobs/output:jr_1"},
    {"{\"DefaultArguments\":{\"--continuous-log-logGroup\":\"/job\"}}",
     "{\"Id\":\"jr_1\",\"Arguments\":{\"--continuous-log-logGroup\":\"/run\",\"--continuous-log-logStreamPrefix\":\"p\"}}",
     "/aws-glue/jobs/error:jr_1 /aws-glue/jobs/output:jr_1 /run:p-driver"},
    {"{\"Command\":{\"Name\":\"pythonshell\"}}", "{\"Id\":\"jr_1\"}",
     "/aws-glue/python-jobs/error:jr_1 /aws-glue/python-jobs/output:jr_1"},
};

static void streams_are_resolved_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        json_auto_t *job = json_loads(places[i].job, 0, NULL);
        json_auto_t *run = json_loads(places[i].run, 0, NULL);
        struct glue_streams s;
        glue_streams_of(job, run, &s);
        char seen[2000] = "";
        for (size_t k = 0; k < s.count; k++) {
            size_t at = strlen(seen);
            snprintf(seen + at, sizeof seen - at, "%s%s:%s", k ? " " : "", s.items[k].group, s.items[k].stream);
        }
        assert_string_equal(seen, places[i].streams);
        glue_streams_done(&s);
    }
}

static json_t *a_run(const char *id, const char *state, int started)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:i}", "Id", id, "JobRunState", state, "StartedOn", started, "CompletedOn",
                     started + 10, "ExecutionTime", 10);
}

static void a_run_is_placed_among_the_others(void **state)
{
    (void)state;
    json_auto_t *runs = json_array();
    json_array_append_new(runs, a_run("new", "RUNNING", 600));
    json_array_append_new(runs, a_run("bad2", "TIMEOUT", 500));
    json_array_append_new(runs, a_run("bad1", "FAILED", 400));
    json_array_append_new(runs, a_run("ok2", "SUCCEEDED", 300));
    json_array_append_new(runs, a_run("ok1", "SUCCEEDED", 200));
    json_array_append_new(runs, a_run("bad0", "FAILED", 100));
    struct glue_view g = {.job_name = "x", .runs = runs};
    struct glue_context c;
    assert_string_equal(glue_run_id(glue_latest_failed(runs)), "bad2");
    glue_context_of(&g, json_array_get(runs, 1), 700000, &c);
    assert_string_equal(glue_run_id(c.newer_in_flight), "new");
    assert_null(c.newer_success);
    assert_null(c.newer_failed);
    assert_int_equal(c.past.failures_in_row, 2);
    assert_int_equal(c.past.successes_before, 2);
    assert_int_equal(c.past.usual_ms, 10000);
    glue_context_of(&g, json_array_get(runs, 2), 700000, &c);
    assert_string_equal(glue_run_id(c.newer_failed), "bad2");
    assert_int_equal(c.past.failures_in_row, 1);
}

static void states_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool failed, in_flight;
    } states[] = {{"FAILED", true, false},   {"TIMEOUT", true, false},  {"ERROR", true, false},   {"EXPIRED", true, false},
                  {"STOPPED", false, false}, {"SUCCEEDED", false, false}, {"STARTING", false, true}, {"RUNNING", false, true},
                  {"STOPPING", false, true}, {"WAITING", false, true},  {"NEW_STATE", false, false}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        json_auto_t *run = a_run("r", states[i].name, 1);
        assert_int_equal(glue_run_failed(run), states[i].failed);
        assert_int_equal(glue_run_in_flight(run), states[i].in_flight);
    }
}

static void code_is_never_passed(void **state)
{
    (void)state;
    json_auto_t *job = json_loads("{\"DefaultArguments\":{\"--day\":\"1\",\"--extra-jars\":\"s3://a\"}}", 0, NULL);
    json_auto_t *same = json_loads("{\"Arguments\":{\"--day\":\"2\",\"--extra-jars\":\"s3://a\"}}", 0, NULL);
    json_auto_t *own = json_loads("{\"Arguments\":{\"--Extra-Jars\":\"s3://b\"}}", 0, NULL);
    assert_null(glue_run_code_argument(job, same));
    assert_string_equal(glue_run_code_argument(job, own), "--Extra-Jars");
    json_auto_t *passed = glue_arguments_to_pass(job, same, NULL);
    assert_int_equal(json_object_size(passed), 1);
    assert_string_equal(json_str(passed, "--day", ""), "2");
    static const char *const refused[] = {"--scriptLocation", "--EXTRA-PY-FILES", "--additional-python-modules", "--conf",
                                          "--class", "--job-language", "--user-jars-first", "--TempDir", "--enable-metrics",
                                          "--db_password", "--unknown"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        json_auto_t *overrides = json_pack("{s:s}", refused[i], "x");
        struct err e = {0};
        assert_int_equal(glue_overrides_check(job, same, overrides, &e), -1);
        assert_non_null(strstr(e.text, refused[i]));
    }
    static const struct {
        const char *value;
        int rc;
    } values[] = {{"--extra-py-files=s3://evil/x", -1}, {"--", -1}, {"-1", 0}, {"a --b", 0}, {"", 0}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        json_auto_t *overrides = json_pack("{s:s}", "--day", values[i].value);
        struct err e = {0};
        assert_int_equal(glue_overrides_check(job, same, overrides, &e), values[i].rc);
    }
}

static void secrets_are_not_shown(void **state)
{
    (void)state;
    json_auto_t *args = json_pack("{s:s, s:s}", "--db_password", "hunter2", "--day", "1");
    json_auto_t *shown = glue_arguments_shown(args);
    assert_string_equal(json_str(shown, "--db_password", ""), "[redacted]");
    assert_string_equal(json_str(shown, "--day", ""), "1");
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_resolved_in_order), cmocka_unit_test(a_run_is_placed_among_the_others),
        cmocka_unit_test(states_are_told_apart),         cmocka_unit_test(code_is_never_passed),
        cmocka_unit_test(secrets_are_not_shown),
    };
    return cmocka_run_group_tests_name("glue", tests, NULL, NULL);
}
