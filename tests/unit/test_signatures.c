/* The failure signatures: each matches its own line and wins there, and leaves its other line alone. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tests/unit/cpu_time.h"
#include "tools/signatures.h"

#include <string.h>

static void each_wins_its_own_line(void **state)
{
    (void)state;
    size_t n;
    const struct signature *all = signatures_all(&n);
    assert_true(n >= 45);
    for (size_t i = 0; i < n; i++) {
        const char *service = strcmp(all[i].service, "any") ? all[i].service : "glue";
        const struct signature *best = signatures_match(service, all[i].match, strlen(all[i].match));
        if (best != &all[i])
            fail_msg("%s: its line is won by %s", all[i].id, best ? best->id : "nothing");
    }
}

static void each_leaves_its_other_line(void **state)
{
    (void)state;
    size_t n;
    const struct signature *all = signatures_all(&n);
    for (size_t i = 0; i < n; i++) {
        if (signatures_matches(&all[i], all[i].not_match, strlen(all[i].not_match)))
            fail_msg("%s matches the line it must not", all[i].id);
    }
}

static void ids_are_unique_and_weights_sane(void **state)
{
    (void)state;
    size_t n;
    const struct signature *all = signatures_all(&n);
    for (size_t i = 0; i < n; i++) {
        assert_true(all[i].weight >= 1 && all[i].weight <= 100);
        assert_true(all[i].id[0] && all[i].match[0] && all[i].not_match[0]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(all[i].id, all[j].id);
    }
}

/* Every cause that a log line can show has at least one signature. */
static void causes_are_covered(void **state)
{
    (void)state;
    size_t n;
    const struct signature *all = signatures_all(&n);
    for (int c = CAUSE_UNKNOWN + 1; c < CAUSE_COUNT; c++) {
        bool found = false;
        for (size_t i = 0; i < n && !found; i++)
            found = all[i].cause == (enum cause)c;
        if (!found)
            fail_msg("no signature for %s", cause_name((enum cause)c));
    }
}

static void signatures_of_a_service_are_its_own(void **state)
{
    (void)state;
    const char *line = "LAUNCH ERROR | Error in script file";
    assert_non_null(signatures_match("glue", line, strlen(line)));
    assert_null(signatures_match("airflow", line, strlen(line)));
}

/* Lines made to send a backtracking matcher into the woods: 64 KiB each, all signatures, within a second. */
static void hostile_lines_do_not_stall(void **state)
{
    (void)state;
    static const char *const seeds[] = {"KMS ", "Partition ", "Table 'x", "Total size of serialized results of ",
                                        "MetaException(message:", "kms:Decrypt ", "aaaaaaaa", "Role ", "Input path "};
    int64_t start = cpu_time_ms();
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
        auto_buf struct buf line = BUF_INIT(64 * 1024);
        while (!buf_adds(&line, seeds[i])) {
        }
        signatures_match("glue", line.data, line.len);
    }
    assert_in_range(cpu_time_ms() - start, 0, 999);
}

static void bytes_that_are_no_text_match_nothing(void **state)
{
    (void)state;
    static const char junk[] = "\xff\xfe\0\x80KeyError\xc3";
    assert_null(signatures_match("glue", junk, sizeof junk - 1));
    assert_null(signatures_match("glue", "", 0));
}

/* A row or a query that a line quotes is not what the line says, unless nothing else is known: then it may be a line of JSON. */
static void what_is_quoted_counts_last(void **state)
{
    (void)state;
    static const char row[] = "ValueError: bad row: \"AccessDenied SlowDown\"", json[] = "{\"msg\": \"Error Code: SlowDown\"}";
    const struct signature *s = signatures_match("glue", row, sizeof row - 1);
    assert_int_equal(s->cause, CAUSE_CODE_ERROR);
    assert_null(signatures_rival("glue", row, sizeof row - 1, s));
    assert_int_equal(signatures_match("glue", json, sizeof json - 1)->cause, CAUSE_THROTTLING);
    static const char sample[] = "sample: {\"msg\": \"No space left on device\"}", counts[] = "rows=7 AccessDenied=0 SlowDown=0";
    assert_null(signatures_match("glue", sample, sizeof sample - 1));
    assert_null(signatures_match("glue", counts, sizeof counts - 1));
}

/* What a function answers with stands in quotes and is said nevertheless. */
static void what_an_error_quotes_of_itself_counts(void **state)
{
    (void)state;
    static const char answer[] = "ValueError: it failed: {\"errorMessage\":\"2026-11-20 Task timed out after 3.00 seconds\"}";
    assert_int_equal(signatures_match("airflow", answer, sizeof answer - 1)->cause, CAUSE_TIMEOUT);
}

/* Athena's reasons are Athena's wherever a client repeats them. */
static void what_a_client_passes_on_is_its_service_s(void **state)
{
    (void)state;
    static const char words[] = "awswrangler.exceptions.QueryFailed: Query exhausted resources at this scale factor";
    assert_int_equal(signatures_match("airflow", words, sizeof words - 1)->cause, CAUSE_OOM);
    assert_null(signatures_match("airflow", words + 36, sizeof words - 37));
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wins_its_own_line),
        cmocka_unit_test(each_leaves_its_other_line),
        cmocka_unit_test(ids_are_unique_and_weights_sane),
        cmocka_unit_test(causes_are_covered),
        cmocka_unit_test(signatures_of_a_service_are_its_own),
        cmocka_unit_test(hostile_lines_do_not_stall),
        cmocka_unit_test(what_is_quoted_counts_last),
        cmocka_unit_test(what_an_error_quotes_of_itself_counts),
        cmocka_unit_test(what_a_client_passes_on_is_its_service_s),
        cmocka_unit_test(bytes_that_are_no_text_match_nothing),
    };
    return cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
}
