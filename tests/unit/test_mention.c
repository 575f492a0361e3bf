/* What lines of logs name. */
#include "tests/unit/cmocka_all.h"

#include "base/own.h"
#include "tools/logs/mention.h"

#include <stdlib.h>
#include <string.h>

#define UUID "2f1c9f34-6d3e-4c0b-9f0e-0f5a7d1f2a3b"

/* A line, and the job, the run and the query in it; NULL: none. */
static const struct {
    const char *line, *job, *run, *query;
} rows[] = {
    {"nothing at all", NULL, NULL, NULL},
    {"Initializing AWS Glue Job: nightly-orders. Wait for completion: True", "nightly-orders", NULL, NULL},
    {"Polling for AWS Glue Job nightly-orders current run state with status RUNNING", "nightly-orders", NULL, NULL},
    {"glue.start_job_run(JobName='load', Arguments={})", "load", NULL, NULL},
    {"request: {\"JobName\": \"load\", \"RunId\": \"jr_0123abcd\"}", "load", "jr_0123abcd", NULL},
    {"started Glue job load-orders, run jr_0123abcd", "load-orders", "jr_0123abcd", NULL},
    {"the Glue job failed", NULL, NULL, NULL},
    {"waiting for Glue job run jr_0123abcd_attempt_1", NULL, "jr_0123abcd_attempt_1", NULL},
    {"Glue job jr_0123abcd", NULL, "jr_0123abcd", NULL},
    {"data/myjr_0123abcd and jr_ab", NULL, NULL, NULL},
    {"Query execution id: " UUID, NULL, NULL, UUID},
    {"Final state of Athena job is FAILED, query_execution_id is " UUID, NULL, NULL, UUID},
    {"{\"QueryExecutionId\": \"" UUID "\"}", NULL, NULL, UUID},
    {"INFO MicroBatchExecution: Query [id = " UUID "] terminated", NULL, NULL, NULL},
    {"athena said no", NULL, NULL, NULL},
};

static void expect(const char *line, const char *what, const char *got, const char *wanted)
{
    if (got ? !wanted || strcmp(got, wanted) != 0 : wanted != NULL)
        fail_msg("%s: the %s is %s, not %s", line, what, got ? got : "none", wanted ? wanted : "none");
}

static void lines_name_what_runs_elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *line = rows[i].line;
        auto_free char *job = mention_glue_job(line), *run = mention_glue_run(line), *query = mention_query(line);
        expect(line, "job", job, rows[i].job);
        expect(line, "run", run, rows[i].run);
        expect(line, "query", query, rows[i].query);
    }
}

static void names_that_are_too_long_are_none(void **state)
{
    (void)state;
    char line[MENTION_MAX + 16];
    for (size_t n = MENTION_MAX; n <= MENTION_MAX + 1; n++) {
        memcpy(line, "name=", 5);
        memset(line + 5, 'a', n);
        line[5 + n] = '\0';
        auto_free char *behind = mention_after(line, "name=");
        assert_int_equal(behind != NULL, n <= MENTION_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_name_what_runs_elsewhere),
        cmocka_unit_test(names_that_are_too_long_are_none),
    };
    return cmocka_run_group_tests_name("mention", tests, NULL, NULL);
}
