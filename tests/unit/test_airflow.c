/* What Airflow's logs become, what their streams are called, and which run stands for which. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/arguments.h"
#include "tools/airflow/dag.h"
#include "tools/airflow/lines.h"
#include "tools/airflow/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One event's message, and the lines it becomes: I, W, E or F for how bad, r when it is routine, f for a frame. */
static const struct {
    const char *message, *lines;
} forms[] = {
    /* Airflow 2, as MWAA writes it, and bare */
    {"[2026-11-21T10:36:00.476+0000] {taskinstance.py:2614} INFO - Dependencies all met",
     "Ir|[2026-11-21T10:36:00.476+0000] {taskinstance.py:2614} INFO - Dependencies all met\n"},
    {"[2026-11-21T10:36:00.476+0000] {taskinstance.py:3337} ERROR - Task failed with exception\nTraceback (most recent call "
     "last):\n  File \"/dags/a.py\", line 3, in load\n    go()\nValueError: bad",
     "Er|[2026-11-21T10:36:00.476+0000] {taskinstance.py:3337} ERROR - Task failed with exception\n"
     "Er|Traceback (most recent call last):\nIf|  File \"/dags/a.py\", line 3, in load\nIf|    go()\nE|ValueError: bad\n"},
    {"Task exited with return code 1", "I|Task exited with return code 1\n"},
    /* what a process of the task said is not Airflow's INFO */
    {"[2026-11-21T10:36:00.476+0000] {subprocess.py:93} INFO - OSError: disk gone", "E|OSError: disk gone\n"},
    {"[2026-11-21T10:36:00.476+0000] {logging_mixin.py:190} INFO - 3 rows", "I|3 rows\n"},
    {"[not a time] {subprocess.py:93 INFO - x", "Ir|[not a time] {subprocess.py:93 INFO - x\n"},
    /* said at INFO, and what a failure is known by */
    {"[2026-11-21T10:36:00.476+0000] {local_task_job_runner.py:266} INFO - Task exited with return code -9. For more",
     "I|[2026-11-21T10:36:00.476+0000] {local_task_job_runner.py:266} INFO - Task exited with return code -9. For more\n"},
    /* Airflow 3 */
    {"{\"event\":\"DAG bundles loaded\",\"level\":\"info\",\"logger\":\"airflow.dag\"}", "Ir|INFO - DAG bundles loaded\n"},
    {"{\"event\":\"IOError: no disk\",\"level\":\"info\",\"logger\":\"task.stdout\"}", "E|IOError: no disk\n"},
    {"{\"event\":\"IOError: no disk\",\"level\":\"info\",\"chan\":\"stdout\",\"logger\":\"task\"}", "E|IOError: no disk\n"},
    {"{\"event\":\"Process terminated by signal\",\"level\":\"critical\",\"signal\":-9,\"signal_name\":\"SIGKILL\"}",
     "F|CRITICAL - Process terminated by signal signal_name=SIGKILL\n"},
    {"{\"event\":\"Task failed with exception\",\"level\":\"error\",\"error_detail\":[{\"exc_type\":\"ValueError\",\"exc_value\":\"bad\","
     "\"is_cause\":false,\"frames\":[{\"filename\":\"/dags/a.py\",\"lineno\":3,\"name\":\"load\"}]},{\"exc_type\":\"KeyError\","
     "\"exc_value\":\"'day'\",\"is_cause\":true,\"frames\":[]}]}",
     "Er|ERROR - Task failed with exception\nEr|Traceback (most recent call last):\nE|KeyError: 'day'\n"
     "Ir|The above exception was the direct cause of the following exception:\n"
     "Er|Traceback (most recent call last):\nIf|  File \"/dags/a.py\", line 3, in load\nE|ValueError: bad\n"},
    {"{\"event\":\"x\",\"level\":\"error\",\"error_detail\":[{\"exc_type\":\"OSError\",\"exc_value\":\"b\"},"
     "{\"exc_type\":\"KeyError\",\"exc_value\":\"'a'\",\"is_cause\":false}]}",
     "E|ERROR - x\nEr|Traceback (most recent call last):\nE|KeyError: 'a'\n"
     "Ir|During handling of the above exception, another exception occurred:\n"
     "Er|Traceback (most recent call last):\nE|OSError: b\n"},
    /* the API server's refusal lies below two members of the same name */
    {"{\"event\":\"Server indicated the task shouldn't be running anymore\",\"level\":\"error\",\"logger\":\"supervisor\","
     "\"status_code\":409,\"detail\":{\"detail\":{\"reason\":\"not_running\",\"current_state\":\"failed\"}}}",
     "E|ERROR - Server indicated the task shouldn't be running anymore status_code=409 reason=not_running "
     "current_state=failed\n"},
    /* cut in the midst of its JSON */
    {"{\"level\":\"error\",\"event\":\"a long text that was cu", "E|ERROR - a long text that was cu\n"},
    {"{\"level\":\"error\",\"event\":\"cut in an escape \\u00", "E|ERROR - cut in an escape\n"},
    {"{\"level\":\"error\",\"event\":\"x\",\"error_detail\":[{\"exc_type\":\"KeyError\",\"exc_value\":\"'day'\",\"frames\":[{\"fil",
     "E|ERROR - x\nE|KeyError: 'day'\n"},
    /* a JSON object that is not of this kind is somebody's own */
    {"{\"event\": 5}", "I|{\"event\": 5}\n"},
    {"", ""},
};

static void messages_become_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        auto_log_lines struct log_lines l = {0};
        airflow_lines_add(&l, "s", 1000, forms[i].message, strlen(forms[i].message));
        char seen[4000] = "";
        for (size_t k = 0; k < l.count; k++) {
            size_t at = strlen(seen);
            snprintf(seen + at, sizeof seen - at, "%c%s%s|%s\n", "IWEF"[l.items[k].severity], l.items[k].routine ? "r" : "",
                     l.items[k].frame ? "f" : "", l.items[k].text);
        }
        assert_string_equal(seen, forms[i].lines);
    }
}

static void a_time_counts_when_it_has_a_zone(void **state)
{
    (void)state;
    static const char zone[] = "{\"timestamp\":\"1970-01-01T00:00:05.5Z\",\"event\":\"a\",\"level\":\"info\"}";
    static const char none[] = "{\"timestamp\":\"1970-01-01T00:00:05.5\",\"event\":\"b\",\"level\":\"info\"}";
    auto_log_lines struct log_lines l = {0};
    airflow_lines_add(&l, "s", 1000, zone, sizeof zone - 1);
    airflow_lines_add(&l, "s", 1000, none, sizeof none - 1);
    assert_int_equal(l.items[0].ts_ms, 5500);
    assert_int_equal(l.items[1].ts_ms, 1000);
}

static void streams_are_named_and_taken_apart(void **state)
{
    (void)state;
    auto_free char *plain = stream_prefix("d", "manual__2026-11-21T10:00:00+00:00", "t.u", -1);
    auto_free char *mapped = stream_prefix("d", "r", "t", 7);
    assert_string_equal(plain, "dag_id=d/run_id=manual__2026-11-21T10_00_00+00_00/task_id=t.u/");
    assert_string_equal(mapped, "dag_id=d/run_id=r/task_id=t/map_index=7/");
    auto_free char *stream = stream_name(mapped, 3);
    assert_int_equal(stream_attempt(stream, mapped), 3);
    auto_free char *run = NULL;
    auto_free char *task = NULL;
    int index = 0, attempt = 0;
    assert_true(stream_parse(stream, &run, &task, &index, &attempt));
    assert_string_equal(run, "r");
    assert_string_equal(task, "t");
    assert_int_equal(index, 7);
    assert_int_equal(attempt, 3);
    static const char *const others[] = {"scheduler_ip-10-0-0-1_1700000000.log", "dag_id=d/run_id=r/task_id=t/attempt=x.log",
                                         "dag_id=d/run_id=r/task_id=t/attempt=1.log.trigger.5.log", "dag_id=d/run_id=r/", ""};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(stream_parse(others[i], &run, &task, &index, &attempt));
}

/* Two runs, and whether the second stands for the first, which failed at ten o'clock. */
static const struct {
    const char *run, *other;
    bool replaces;
} pairs[] = {
#define FAILED "\"dag_run_id\":\"r\",\"state\":\"failed\",\"start_date\":\"2026-11-21T09:00:00Z\",\"end_date\":\"2026-11-21T10:00:00Z\""
#define LATER "\"start_date\":\"2026-11-21T11:00:00Z\""
#define SAME "\"data_interval_start\":\"2026-11-20T00:00:00Z\",\"data_interval_end\":\"2026-11-21T00:00:00Z\""
#define NEXT "\"data_interval_start\":\"2026-11-21T00:00:00Z\",\"data_interval_end\":\"2026-11-22T00:00:00Z\""
    {"{" FAILED "," SAME "}", "{\"dag_run_id\":\"o\",\"run_type\":\"scheduled\",\"state\":\"success\"," LATER "," NEXT "}", false},
    {"{" FAILED "," SAME "}", "{\"dag_run_id\":\"o\",\"run_type\":\"backfill\",\"state\":\"success\"," LATER "," SAME "}", true},
    {"{" FAILED "," SAME "}", "{\"dag_run_id\":\"o\",\"run_type\":\"manual\",\"state\":\"success\"," LATER "," NEXT "}", true},
    {"{" FAILED "," SAME "}", "{\"dag_run_id\":\"o\",\"run_type\":\"manual\",\"state\":\"failed\"," LATER "," NEXT "}", false},
    {"{" FAILED "}", "{\"dag_run_id\":\"retry__r__2\",\"state\":\"failed\"," LATER "}", true},
    {"{" FAILED "}", "{\"dag_run_id\":\"r\",\"state\":\"failed\"," LATER "}", false},
    {"{" FAILED ",\"run_type\":\"manual\",\"conf\":{\"day\":1}}",
     "{\"dag_run_id\":\"o\",\"run_type\":\"manual\",\"state\":\"success\",\"conf\":{\"day\":2}," LATER "}", false},
    {"{" FAILED ",\"run_type\":\"manual\",\"conf\":{\"day\":1}}",
     "{\"dag_run_id\":\"o\",\"run_type\":\"manual\",\"state\":\"success\",\"conf\":{\"day\":1}," LATER "}", true},
    {"{" FAILED "}", "{\"dag_run_id\":\"o\",\"run_type\":\"manual\",\"state\":\"success\",\"start_date\":\"2026-11-21T08:00:00Z\"}",
     false},
};

static void a_run_stands_for_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        json_auto_t *run = json_loads(pairs[i].run, 0, NULL);
        json_auto_t *other = json_loads(pairs[i].other, 0, NULL);
        assert_non_null(run);
        assert_non_null(other);
        json_auto_t *runs = json_pack("[O, O]", other, run);
        if (pairs[i].replaces != (dag_replacement(runs, run) != NULL))
            fail_msg("pair %zu", i);
    }
}

/* Arguments, and the complaint about them; NULL for none. */
static const struct {
    const char *arguments, *complaint;
} given[] = {
    {"{\"environment_name\":\"e\"}", NULL},
    {"{\"environment_name\":\"e\",\"dag_id\":\"team.daily-1\",\"task_id\":\"group.load[12]\",\"execution_date\":\"2026-11-21T02:00:00\"}",
     NULL},
    {"{\"environment_name\":\"e\",\"dag_id\":\"\"}", "/dag_id"},
    {"{\"environment_name\":\"e/..\"}", "/environment_name"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\\u0000x\"}", "/dag_id"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"dag_run_id\":\"a b\"}", "/dag_run_id"},
    {"{\"environment_name\":\"e\",\"try_number\":1}", "/try_number"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"try_number\":0}", "/try_number"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"execution_date\":\"21.11.2026\"}", "/execution_date"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"execution_date\":\"2026-11-21\",\"dag_run_id\":\"r\"}", "/execution_date"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"task_id\":\"load[x]\"}", "/task_id"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"task_id\":\"load[1]x\"}", "/task_id"},
    {"{\"environment_name\":\"e\",\"dag_id\":\"d\",\"task_id\":\"[1]\"}", "/task_id"},
};

static void arguments_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        json_auto_t *arguments = json_loads(given[i].arguments, JSON_ALLOW_NUL, NULL);
        assert_non_null(arguments);
        struct err e = {0};
        auto_free char *task = NULL;
        int index = -1;
        int rc = airflow_arguments_check(arguments, &e) || airflow_task_argument(arguments, &task, &index, &e) ? -1 : 0;
        assert_int_equal(rc, given[i].complaint ? -1 : 0);
        if (given[i].complaint)
            assert_non_null(strstr(e.text, given[i].complaint));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_become_lines),
        cmocka_unit_test(a_time_counts_when_it_has_a_zone),
        cmocka_unit_test(streams_are_named_and_taken_apart),
        cmocka_unit_test(a_run_stands_for_another),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
