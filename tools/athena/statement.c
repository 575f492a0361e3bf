/* Which kind of statement it is, by the words it begins with. The grammar is Trino's for queries and Hive's for DDL (Athena
   User Guide, "SQL reference"). */
#include "tools/athena/statement.h"

#include "base/own.h"
#include "base/text.h"
#include "tools/athena/sql.h"
#include "tools/athena/statement_parts.h"

#include <stdlib.h>
#include <string.h>

#define READS "it only reads"

/* The first row whose words fit counts. */
static const struct verb {
    const char *words, *class;
    enum repeat repeat;
    const char *why;
} verbs[] = {
    {"SELECT", "SELECT", REPEAT_HARMLESS, READS},
    {"VALUES", "SELECT", REPEAT_HARMLESS, READS},
    {"TABLE", "SELECT", REPEAT_HARMLESS, READS},
    {"SHOW", "SHOW", REPEAT_HARMLESS, READS},
    {"DESCRIBE", "DESCRIBE", REPEAT_HARMLESS, READS},
    {"DESC", "DESCRIBE", REPEAT_HARMLESS, READS},
    {"INSERT INTO", "INSERT", REPEAT_PROVABLE, "it adds rows: a second time could add them twice"},
    {"MERGE INTO", "MERGE", REPEAT_PROVABLE, "it changes rows of its target"},
    {"UPDATE", "UPDATE", REPEAT_PROVABLE, "it changes rows of its target"},
    {"DELETE FROM", "DELETE", REPEAT_PROVABLE, "it deletes rows of its target"},
    {"UNLOAD (", "UNLOAD", REPEAT_PROVABLE, "it writes files: a second time could write them twice"},
    {"MSCK REPAIR TABLE", "DDL", REPEAT_SAME,
     "it registers partitions; those that are there stay as they are"},
    {"OPTIMIZE", "OPTIMIZE", REPEAT_SAME, "it rewrites files of a table without changing its rows"},
    {"CREATE DATABASE IF NOT EXISTS", "DDL", REPEAT_SAME, "what is there already stays as it is"},
    {"CREATE SCHEMA IF NOT EXISTS", "DDL", REPEAT_SAME, "what is there already stays as it is"},
    {"CREATE EXTERNAL TABLE IF NOT EXISTS", "DDL", REPEAT_SAME, "what is there already stays as it is"},
    {"CREATE TABLE IF NOT EXISTS", "DDL", REPEAT_SAME, "what is there already stays as it is"},
    {"CREATE", "DDL", REPEAT_UNSAFE, "it changes the catalog"},
    {"ALTER", "DDL", REPEAT_UNSAFE, "it changes the catalog"},
    {"DROP", "DDL", REPEAT_UNSAFE, "it drops what may have been made again since"},
    {"VACUUM", "VACUUM", REPEAT_UNSAFE, "it deletes snapshots and files"},
    {"PREPARE", "PREPARE", REPEAT_UNSAFE, "it changes a prepared statement"},
    {"EXECUTE", "EXECUTE", REPEAT_UNSAFE, "what the prepared statement does now is not known"},
    {"USING", "SELECT", REPEAT_UNSAFE, "it calls a Lambda function, and what that does is not known"},
};

static void settle(struct statement *s, const char *class, enum repeat repeat, const char *why)
{
    s->class = class;
    s->repeat = repeat;
    s->why = why;
}

/* Behind "WITH a AS (...), b (x, y) AS (...)"; the count when it is not written so. */
static size_t behind_with(const struct sql_tokens *t, size_t i)
{
    i += 1 + sql_is(t, i + 1, "RECURSIVE");
    for (;; i++) {
        if (!sql_is_name(t, i++))
            return t->count;
        if (sql_is(t, i, "("))
            i = sql_behind(t, i);
        if (!sql_is(t, i, "AS") || !sql_is(t, i + 1, "("))
            return t->count;
        i = sql_behind(t, i + 1);
        if (!sql_is(t, i, ","))
            return i;
    }
}

/* Behind EXPLAIN and its options. A plain EXPLAIN runs nothing; one with ANALYZE runs what follows. */
static size_t behind_explain(const struct sql_tokens *t, size_t i, bool *runs)
{
    *runs = sql_is(t, i + 1, "ANALYZE");
    i += 1 + *runs;
    i += sql_is(t, i, "VERBOSE");
    bool options = sql_is(t, i, "(") && (sql_is(t, i + 1, "FORMAT") || sql_is(t, i + 1, "TYPE"));
    i = options ? sql_behind(t, i) : i;
    *runs = *runs || sql_is(t, i, "ANALYZE"); /* no order that Athena takes; if it ever does, it runs */
    return i;
}

/* Where the verb stands: behind parentheses, WITH lists and EXPLAIN ANALYZE. */
static size_t verb_of(const struct sql_tokens *t, bool *nested, bool *explained)
{
    size_t i = 0;
    bool runs = true;
    if (sql_is(t, i, "EXPLAIN")) {
        i = behind_explain(t, i, &runs);
        *explained = !runs;
    }
    for (; sql_is(t, i, "(") || sql_is(t, i, "WITH");) {
        *nested = true;
        i = sql_is(t, i, "(") ? i + 1 : behind_with(t, i);
    }
    return i;
}

/* A semicolon may end a statement; whatever stands behind it would be another one. */
static bool is_one_statement(const struct sql_tokens *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (sql_is(t, i, ";") && i + 1 < t->count && !sql_is(t, i + 1, ";"))
            return false;
    }
    return true;
}

/* "TABLE(system.query(query => '...'))" hands text to another database, and so may whatever else a connector has there. */
static bool passes_through(const struct sql_tokens *t)
{
    for (size_t i = 0; i + 2 < t->count; i++) {
        bool name = t->items[i].n == 6 && !strncasecmp(t->items[i].p, "system", 6) && sql_is_name(t, i);
        if (name && sql_is(t, i + 1, ".") && sql_is_name(t, i + 2) && sql_is(t, i + 3, "("))
            return true;
    }
    return false;
}

/* CREATE TABLE t [WITH (...)] AS query. */
static bool is_ctas(const struct sql_tokens *t, size_t i)
{
    if (!sql_are(t, i, "CREATE TABLE"))
        return false;
    for (size_t k = i; k < t->count; k++) {
        bool query = sql_is(t, k + 1, "SELECT") || sql_is(t, k + 1, "WITH") || sql_is(t, k + 1, "(") ||
                     sql_is(t, k + 1, "VALUES") || sql_is(t, k + 1, "TABLE");
        if (!t->items[k].depth && sql_is(t, k, "AS") && query)
            return true;
    }
    return false;
}

/* ALTER TABLE t ADD IF NOT EXISTS PARTITION ... */
static bool adds_partitions(const struct sql_tokens *t, size_t i)
{
    for (size_t k = i; sql_are(t, i, "ALTER TABLE") && k < t->count && k < i + 8; k++) {
        if (sql_are(t, k, "ADD IF NOT EXISTS PARTITION"))
            return true;
    }
    return false;
}

/* MSCK REPAIR TABLE t [ADD|DROP|SYNC] PARTITIONS, as Hive knows it. */
static bool drops_partitions(const struct sql_tokens *t, size_t i)
{
    for (size_t k = i; k < t->count; k++) {
        if (sql_are(t, k, "DROP PARTITIONS") || sql_are(t, k, "SYNC PARTITIONS"))
            return true;
    }
    return false;
}

static void classify(const struct sql_tokens *t, size_t i, bool nested, struct statement *s)
{
    if (is_ctas(t, i)) {
        settle(s, "CTAS", REPEAT_PROVABLE, "it makes a table and its files");
        return;
    }
    if (adds_partitions(t, i)) {
        settle(s, "DDL", REPEAT_SAME, "it registers partitions; those that are there stay as they are");
        return;
    }
    if (sql_are(t, i, "MSCK REPAIR TABLE") && drops_partitions(t, i)) {
        settle(s, "DDL", REPEAT_UNSAFE, "it drops partitions whose files are gone");
        return;
    }
    for (size_t k = 0; k < ARRAY_LEN(verbs); k++) {
        if (!sql_are(t, i, verbs[k].words))
            continue;
        settle(s, verbs[k].class, verbs[k].repeat, verbs[k].why);
        if (nested && s->repeat != REPEAT_HARMLESS)
            s->repeat = REPEAT_UNSAFE;
        return;
    }
}

void statement_read(const char *sql, const json_t *parameters, struct statement *s)
{
    *s = (struct statement){.class = "UNKNOWN", .repeat = REPEAT_UNSAFE, .why = "nobody knows what it does"};
    auto_sql_tokens struct sql_tokens t;
    bool nested = false, explained = false;
    sql_split(sql, &t);
    size_t verb = verb_of(&t, &nested, &explained);
    classify(&t, verb, nested, s);
    if (explained)
        settle(s, "EXPLAIN", REPEAT_HARMLESS, READS);
    else if (sql_is(&t, 0, "EXPLAIN"))
        s->class = "EXPLAIN ANALYZE";
    if (t.broken || !is_one_statement(&t))
        settle(s, s->class, REPEAT_UNSAFE, "its text does not read as one whole statement");
    else if (!explained && passes_through(&t))
        settle(s, s->class, REPEAT_UNSAFE, "it hands a query through to another database");
    statement_find_target(&t, verb, s);
    statement_find_tables(&t, s);
    statement_find_equals(&t, parameters, s);
}

static void name_done(struct table_name *n)
{
    free(n->catalog);
    free(n->database);
    free(n->table);
}

void statement_done(struct statement *s)
{
    name_done(&s->target);
    for (size_t i = 0; i < s->table_count; i++)
        name_done(&s->tables[i]);
    for (size_t i = 0; i < s->equal_count; i++) {
        free(s->equals[i].column);
        free(s->equals[i].value);
    }
    free(s->location);
    *s = (struct statement){0};
}

bool statement_writes(const struct statement *s)
{
    return s->repeat != REPEAT_HARMLESS;
}
