/* What a statement of Athena does, read from its text; the catalog of error numbers; where results go. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "tests/unit/cpu_time.h"
#include "tools/athena/errors.h"
#include "tools/athena/retry.h"
#include "tools/athena/statement.h"
#include "tools/athena/statement_report.h"

#include <string.h>

/* SQL, its class, h(armless), s(ame), p(rovable) or u(nsafe), and what it writes. */
static const struct {
    const char *sql, *class;
    char repeat;
    const char *target;
} statements[] = {
    {"SELECT 1", "SELECT", 'h', ""},
    {"  select * from t -- INSERT INTO t\n", "SELECT", 'h', ""},
    {"/* DROP TABLE t; */ SELECT ';' || 'INSERT'", "SELECT", 'h', ""},
    {"((SELECT 1) UNION (SELECT 2))", "SELECT", 'h', ""},
    {"VALUES (1), (2)", "SELECT", 'h', ""},
    {"TABLE orders;", "SELECT", 'h', ""},
    {"WITH a AS (SELECT 1), b (x, y) AS (SELECT 2, 3) SELECT * FROM a, b", "SELECT", 'h', ""},
    {"WITH RECURSIVE a (n) AS (VALUES (1)) SELECT n FROM a", "SELECT", 'h', ""},
    {"WITH \"insert\" AS (SELECT 1) SELECT * FROM \"insert\"", "SELECT", 'h', ""},
    {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "INSERT", 'u', "t"},
    {"SHOW TABLES IN sales", "SHOW", 'h', ""},
    {"DESCRIBE sales.orders", "DESCRIBE", 'h', ""},
    {"EXPLAIN INSERT INTO t SELECT 1", "EXPLAIN", 'h', ""},
    {"EXPLAIN (FORMAT JSON) SELECT 1", "EXPLAIN", 'h', ""},
    {"EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE", 'h', ""},
    {"EXPLAIN ANALYZE VERBOSE INSERT INTO t SELECT 1", "EXPLAIN ANALYZE", 'p', "t"},
    {"EXPLAIN (FORMAT JSON) ANALYZE INSERT INTO t SELECT 1", "EXPLAIN ANALYZE", 'u', ""},
    {"EXPLAIN VERBOSE ANALYZE DELETE FROM t", "EXPLAIN ANALYZE", 'u', ""},
    {"insert\n\tinto \"Sales\".\"Daily\" select 1", "INSERT", 'p', "sales.daily"},
    {"MERGE INTO a.b.c USING d ON c.x = d.x WHEN MATCHED THEN DELETE", "MERGE", 'p', "a.b.c"},
    {"UPDATE sales.t SET a = 1", "UPDATE", 'p', "sales.t"},
    {"DELETE FROM sales.t WHERE a = 1", "DELETE", 'p', "sales.t"},
    {"UNLOAD (SELECT 1) TO 's3://b/x/' WITH (format = 'PARQUET')", "UNLOAD", 'p', ""},
    {"CREATE TABLE t WITH (external_location = 's3://b/t') AS SELECT 1", "CTAS", 'p', "t"},
    {"CREATE TABLE IF NOT EXISTS t AS WITH a AS (SELECT 1) SELECT * FROM a", "CTAS", 'p', "t"},
    {"CREATE EXTERNAL TABLE IF NOT EXISTS t (a int) LOCATION 's3://b/t'", "DDL", 's', "t"},
    {"CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/t'", "DDL", 'u', "t"},
    {"CREATE OR REPLACE VIEW v AS SELECT 1", "DDL", 'u', ""},
    {"MSCK REPAIR TABLE sales.t", "DDL", 's', "sales.t"},
    {"MSCK REPAIR TABLE t SYNC PARTITIONS", "DDL", 'u', "t"},
    {"msck repair table t drop /* */ partitions", "DDL", 'u', "t"},
    {"ALTER TABLE `t` ADD IF NOT EXISTS PARTITION (dt='1')", "DDL", 's', "t"},
    {"ALTER TABLE t DROP PARTITION (dt='1')", "DDL", 'u', "t"},
    {"DROP TABLE IF EXISTS t", "DDL", 'u', "t"},
    {"OPTIMIZE t REWRITE DATA USING BIN_PACK", "OPTIMIZE", 's', "t"},
    {"VACUUM t", "VACUUM", 'u', "t"},
    {"EXECUTE q USING 1", "EXECUTE", 'u', ""},
    {"USING EXTERNAL FUNCTION f(x int) RETURNS int LAMBDA 'l' SELECT f(1)", "SELECT", 'u', ""},
    {"SELECT * FROM TABLE(system.query(query => 'DELETE FROM t'))", "SELECT", 'u', ""},
    {"SELECT * FROM TABLE(\"system\".\"query\"(query => 'x'))", "SELECT", 'u', ""},
    {"SELECT * FROM TABLE(pg.system.execute(query => 'DROP TABLE t'))", "SELECT", 'u', ""},
    {"SELECT 1; DROP TABLE t", "SELECT", 'u', ""},
    {"SELECT 'it''s'; ;", "SELECT", 'h', ""},
    {"SELECT 'open", "SELECT", 'u', ""},
    {"SELECT 1 /* open", "SELECT", 'u', ""},
    {"SELECT (1", "SELECT", 'u', ""},
    {"SELECT 1)", "SELECT", 'u', ""},
    {"SELECTED 1", "UNKNOWN", 'u', ""},
    {"CALL x()", "UNKNOWN", 'u', ""},
    {"", "UNKNOWN", 'u', ""},
    {"WITH a SELECT 1", "UNKNOWN", 'u', ""},
};

static void statements_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        auto_statement struct statement s;
        statement_read(statements[i].sql, NULL, &s);
        auto_free char *target = table_name_text(&s.target);
        char repeat = "hspu"[s.repeat];
        if (strcmp(s.class, statements[i].class) || repeat != statements[i].repeat || strcmp(target, statements[i].target))
            fail_msg("%s: %s %c %s", statements[i].sql, s.class, repeat, target);
        assert_non_null(s.why);
    }
}

/* SQL, what it reads, what it compares, with the parameters 'p1' and 2. */
static const struct {
    const char *sql, *tables, *equals;
} readings[] = {
    {"SELECT * FROM sales.orders o, customers c WHERE o.dt = '2026-11-21' AND c.id = 7", "sales.orders customers ", "dt=2026-11-21 id=7 "},
    {"WITH a AS (SELECT * FROM x) SELECT * FROM a JOIN b ON a.i = b.i", "x b ", ""},
    {"SELECT EXTRACT(year FROM d), TRIM(' ' FROM s), x IS DISTINCT FROM y FROM t", "t ", ""},
    {"SELECT * FROM UNNEST(ARRAY[1]) CROSS JOIN t", "t ", ""},
    {"SELECT * FROM t WHERE a = ? AND b = DATE '2026-01-02' AND c = ? AND d <= 'x' AND e != 'y'", "t ", "a=p1 b=2026-01-02 c=2 "},
    {"INSERT INTO a SELECT * FROM b WHERE \"K\" = 'it''s'", "b ", "K=it's "},
    {"MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE", "b ", ""},
    {"DELETE FROM t WHERE x = 1", "", "x=1 "},
    {"SELECT * FROM t, t, T", "t ", ""},
    {"WITH a (x, y) AS (SELECT * FROM s.a), \"B\" AS (SELECT * FROM a) SELECT * FROM b, s.b", "s.a s.b ", ""},
    {"SELECT (SELECT max(x) FROM u), substring(y FROM 2) FROM t", "u t ", ""},
    {"DESCRIBE sales.t", "sales.t ", ""},
};

static void what_they_read_is_found(void **state)
{
    (void)state;
    json_auto_t *parameters = json_pack("[s, s]", "'p1'", "2");
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        auto_statement struct statement s;
        auto_buf struct buf tables = BUF_INIT(1000), equals = BUF_INIT(1000);
        statement_read(readings[i].sql, parameters, &s);
        for (size_t k = 0; k < s.table_count; k++) {
            auto_free char *name = table_name_text(&s.tables[k]);
            buf_addf(&tables, "%s ", name);
        }
        for (size_t k = 0; k < s.equal_count; k++)
            buf_addf(&equals, "%s=%s ", s.equals[k].column, s.equals[k].value);
        if (strcmp(buf_text(&tables), readings[i].tables) || strcmp(buf_text(&equals), readings[i].equals))
            fail_msg("%s: %s| %s", readings[i].sql, buf_text(&tables), buf_text(&equals));
    }
}

static void long_statements_have_a_ceiling(void **state)
{
    (void)state;
    auto_buf struct buf sql = BUF_INIT((size_t)1 << 20);
    buf_adds(&sql, "SELECT 1");
    while (sql.len < 260000)
        buf_adds(&sql, ", 1");
    auto_statement struct statement s;
    statement_read(buf_text(&sql), NULL, &s);
    assert_int_equal(s.repeat, REPEAT_UNSAFE); /* more tokens than are looked at: nobody knows what comes behind */
}

/* Athena takes 256 KiB of SQL: whatever they hold, they are read in one go. */
static void long_statements_are_read_at_once(void **state)
{
    (void)state;
    static const char *const parts[] = {"FROM a ", "FROM a, ", "FROM from, ", "a(1) FROM a ", "JOIN a(", "f(", "a AS (b), "};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        auto_buf struct buf sql = BUF_INIT(256 * 1024);
        buf_adds(&sql, "WITH a AS (SELECT 1) SELECT ");
        while (!buf_adds(&sql, parts[i]))
            ;
        auto_statement struct statement s;
        int64_t before_ms = cpu_time_ms();
        statement_read(buf_text(&sql), NULL, &s);
        assert_in_range(cpu_time_ms() - before_ms, 0, 5000);
        assert_int_equal(s.repeat, REPEAT_UNSAFE);
    }
}

static void error_numbers_have_a_row_each(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        enum cause cause;
    } known[] = {{0, CAUSE_OOM}, {8, CAUSE_OOM}, {100, CAUSE_SERVICE_FAULT}, {206, CAUSE_TIMEOUT}, {1006, CAUSE_SYNTAX},
        {1109, CAUSE_DATA_MISSING}, {1110, CAUSE_NOT_FOUND}, {1406, CAUSE_THROTTLING}, {1501, CAUSE_PERMISSION},
        {1602, CAUSE_CAPACITY}, {9999, CAUSE_SERVICE_FAULT}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        assert_int_equal(athena_error_type(known[i].number)->cause, known[i].cause);
    assert_null(athena_error_type(-1));
    assert_null(athena_error_type(9));
    assert_null(athena_error_type(1600));
    const struct athena_error_type *before = NULL;
    for (int64_t n = 0; n < 10000; n++) {
        const struct athena_error_type *type = athena_error_type(n);
        if (type && before && type != before)
            assert_true(type->first > before->last);
        before = type ? type : before;
    }
}

/* Where the old result lies, and the folder a new one goes to; "" where the work group decides. */
static void results_go_to_the_old_ones_folder(void **state)
{
    (void)state;
    static const char *const places[][2] = {
        {"s3://b/x/q-1.csv", "s3://b/x/"}, {"s3://b/q-1.txt", "s3://b/"}, {"s3://b/x/tables/q-1", "s3://b/x/"},
        {"s3://b/x/q-1/", "s3://b/x/"}, {"s3://b/x", "s3://b/x/"}, {"s3://b/x/", "s3://b/x/"}, {"s3://b/x/other.csv", "s3://b/x/"}};
    json_auto_t *free_group = json_pack("{s:{s:b}}", "Configuration", "EnforceWorkGroupConfiguration", false);
    json_auto_t *strict = json_pack("{s:{s:b}}", "Configuration", "EnforceWorkGroupConfiguration", true);
    json_auto_t *managed = json_pack("{s:{s:{s:b}}}", "Configuration", "ManagedQueryResultsConfiguration", "Enabled", true);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        json_auto_t *query = json_pack("{s:s, s:{s:s}}", "QueryExecutionId", "q-1", "ResultConfiguration", "OutputLocation", places[i][0]);
        auto_free char *folder = athena_output_folder(query, free_group);
        assert_string_equal(folder, places[i][1]);
        assert_null(athena_output_folder(query, strict));
        assert_null(athena_output_folder(query, managed));
    }
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_told_apart),
        cmocka_unit_test(what_they_read_is_found),
        cmocka_unit_test(long_statements_have_a_ceiling),
        cmocka_unit_test(long_statements_are_read_at_once),
        cmocka_unit_test(error_numbers_have_a_row_each),
        cmocka_unit_test(results_go_to_the_old_ones_folder),
    };
    return cmocka_run_group_tests_name("athena", tests, NULL, NULL);
}
