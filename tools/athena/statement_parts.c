#include "tools/athena/statement_parts.h"

#include "base/own.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Athena and the catalog know names in lower case only, quoted or not. Free it. */
static char *lower_name(const struct sql_token *t)
{
    char *name = sql_value(t);
    for (char *p = name; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

/* Reads "[[catalog.]database.]table" at `i` and returns the index behind it, or `i` when there is no name. */
static size_t read_name(const struct sql_tokens *t, size_t i, struct table_name *out)
{
    char *parts[3] = {NULL, NULL, NULL};
    size_t n = 0;
    while (n < 3 && sql_is_name(t, i)) {
        parts[n++] = lower_name(&t->items[i++]);
        if (!sql_is(t, i, ".") || n == 3)
            break;
        i++;
    }
    *out = (struct table_name){.table = n ? parts[n - 1] : NULL,
                               .database = n > 1 ? parts[n - 2] : NULL,
                               .catalog = n > 2 ? parts[0] : NULL};
    return i;
}

static void drop_name(struct table_name *n)
{
    free(n->catalog);
    free(n->database);
    free(n->table);
    *n = (struct table_name){0};
}

/* "external_location = 's3://...'" among the properties of a new table, or "TO 's3://...'" of UNLOAD. */
static void find_location(const struct sql_tokens *t, size_t verb, struct statement *s)
{
    bool unload = sql_is(t, verb, "UNLOAD");
    for (size_t i = verb; i + 1 < t->count && !s->location; i++) {
        bool property =
            (sql_is(t, i, "external_location") || sql_is(t, i, "location")) && sql_is(t, i + 1, "=");
        size_t at = unload ? i + 1 : i + 2;
        bool here = unload ? sql_is(t, i, "TO") && !t->items[i].depth : property;
        if (here && at < t->count && t->items[at].kind == SQL_TEXT)
            s->location = sql_value(&t->items[at]);
    }
}

void statement_find_target(const struct sql_tokens *t, size_t verb, struct statement *s)
{
    static const char *const openings[] = {"INSERT INTO",
                                           "MERGE INTO",
                                           "DELETE FROM",
                                           "UPDATE",
                                           "OPTIMIZE",
                                           "VACUUM",
                                           "MSCK REPAIR TABLE",
                                           "CREATE TABLE IF NOT EXISTS",
                                           "CREATE TABLE",
                                           "CREATE EXTERNAL TABLE IF NOT EXISTS",
                                           "CREATE EXTERNAL TABLE",
                                           "ALTER TABLE",
                                           "DROP TABLE IF EXISTS",
                                           "DROP TABLE"};
    if (!statement_writes(s))
        return;
    for (size_t k = 0; k < ARRAY_LEN(openings) && !s->target.table; k++) {
        if (!sql_are(t, verb, openings[k]))
            continue;
        size_t words = 1;
        for (const char *p = openings[k]; *p; p++)
            words += *p == ' ';
        read_name(t, verb + words, &s->target);
    }
    if (!strcmp(s->class, "CTAS") || !strcmp(s->class, "UNLOAD"))
        find_location(t, verb, s);
}

/* Whether the WITH list of the statement makes a table of that name: "name AS (" or "name (x) AS (". */
static bool is_own(const struct sql_tokens *t, const struct table_name *n)
{
    if (n->database)
        return false;
    for (size_t i = 0; i + 2 < t->count; i++) {
        if (!sql_is_name(t, i))
            continue;
        size_t as = sql_is(t, i + 1, "(") ? sql_behind(t, i + 1) : i + 1;
        if (!sql_is(t, as, "AS") || !sql_is(t, as + 1, "("))
            continue;
        auto_free char *name = sql_value(&t->items[i]);
        if (text_iequal(name, n->table))
            return true;
    }
    return false;
}

static bool same_name(const struct table_name *a, const struct table_name *b)
{
    return text_iequal(a->table, b->table) &&
           text_iequal(a->database ? a->database : "", b->database ? b->database : "");
}

static void add_table(const struct sql_tokens *t, struct statement *s, struct table_name *n)
{
    bool known = !n->table || s->table_count == STATEMENT_TABLES_MAX || is_own(t, n);
    for (size_t i = 0; i < s->table_count && !known; i++)
        known = same_name(&s->tables[i], n);
    if (known)
        drop_name(n);
    else
        s->tables[s->table_count++] = *n;
}

/* FROM also stands in EXTRACT(year FROM d), TRIM(' ' FROM x) and IS DISTINCT FROM. */
static bool opens_tables(const struct sql_tokens *t, size_t i)
{
    if (sql_is(t, i, "JOIN"))
        return true;
    if (!sql_is(t, i, "FROM") || (i && (sql_is(t, i - 1, "DISTINCT") || sql_is(t, i - 1, "DELETE"))))
        return false;
    static const char *const functions[] = {"EXTRACT", "TRIM", "SUBSTRING"};
    for (size_t k = i; k-- > 0;) {
        if (t->items[k].depth == t->items[i].depth - 1 && sql_is(t, k, "(")) {
            for (size_t f = 0; f < ARRAY_LEN(functions); f++) {
                if (k && sql_is(t, k - 1, functions[f]))
                    return false;
            }
            return true;
        }
    }
    return true;
}

/* Reads the table at `i` and, where it ends in a comma (perhaps behind an alias), the next ones. */
static void read_tables(const struct sql_tokens *t, size_t i, struct statement *s)
{
    for (;;) {
        struct table_name n;
        size_t behind = read_name(t, i, &n);
        if (sql_is(t, behind, "("))
            drop_name(&n); /* a function: UNNEST(...), TABLE(...) */
        add_table(t, s, &n);
        behind += sql_is(t, behind, "AS");
        behind += sql_is_name(t, behind) && sql_is(t, behind + 1, ",");
        if (!sql_is(t, behind, ",") || behind <= i)
            return;
        i = behind + 1;
    }
}

void statement_find_tables(const struct sql_tokens *t, struct statement *s)
{
    for (size_t i = 0; i < t->count; i++) {
        s->filtered = s->filtered || sql_is(t, i, "WHERE");
        bool shows = i == 0 && (sql_is(t, 0, "DESCRIBE") || sql_is(t, 0, "DESC"));
        bool merges = sql_is(t, i, "USING") && i && sql_is(t, 0, "MERGE");
        if (sql_is_name(t, i + 1) && (shows || merges || opens_tables(t, i)))
            read_tables(t, i + 1, s);
    }
}

/* The value at `i`: 'text', a number, DATE 'text', or a question mark, whose value the `asked`th parameter is. NULL for others. */
static char *value_at(const struct sql_tokens *t, size_t i, const json_t *parameters, size_t asked)
{
    i += sql_is(t, i, "DATE") || sql_is(t, i, "TIMESTAMP");
    if (i >= t->count)
        return NULL;
    if (t->items[i].kind == SQL_TEXT || t->items[i].kind == SQL_NUMBER)
        return sql_value(&t->items[i]);
    const char *given = sql_is(t, i, "?") ? json_string_value(json_array_get(parameters, asked)) : NULL;
    if (!given)
        return NULL;
    size_t n = strlen(given);
    bool quoted = n >= 2 && given[0] == '\'' && given[n - 1] == '\'';
    return quoted ? xstrndup(given + 1, n - 2) : xstrdup(given);
}

void statement_find_equals(const struct sql_tokens *t, const json_t *parameters, struct statement *s)
{
    size_t asked = 0;
    for (size_t i = 0; i + 1 < t->count; i++) {
        bool before = i && (sql_is(t, i, "=") && !sql_is(t, i - 1, "<") && !sql_is(t, i - 1, ">") &&
                            !sql_is(t, i - 1, "!"));
        char *value = before && sql_is_name(t, i - 1) ? value_at(t, i + 1, parameters, asked) : NULL;
        asked += sql_is(t, i, "?");
        if (!value)
            continue;
        if (s->equal_count == STATEMENT_EQUALS_MAX) {
            free(value);
            return;
        }
        s->equals[s->equal_count++] = (struct equality){sql_value(&t->items[i - 1]), value};
    }
}
