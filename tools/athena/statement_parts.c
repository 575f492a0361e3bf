#include "tools/athena/statement_parts.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 2000 /* of tables looked at in one statement */

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

/* What is known while the tables are looked for; a statement may be long, so nothing is looked for twice. */
struct finding {
    const struct sql_tokens *t;
    struct statement *s;
    json_t *own;    /* the names that the WITH list makes, as keys */
    size_t *opened; /* by depth: behind the parenthesis that was opened there last */
    int left;       /* names that are still looked at */
};

/* "name AS (" or "name (x, y) AS (": the name, or NULL when none stands before the AS at `i`. */
static const struct sql_token *name_before(const struct sql_tokens *t, size_t i)
{
    if (i && sql_is(t, i - 1, ")")) {
        for (i--; i && !sql_is(t, i - 1, "(") && !sql_is(t, i - 1, ")"); i--)
            ;
        i -= i > 0;
    }
    return i && sql_is_name(t, i - 1) ? &t->items[i - 1] : NULL;
}

static json_t *own_tables(const struct sql_tokens *t)
{
    json_t *own = json_object();
    for (size_t i = 0; i < t->count; i++) {
        const struct sql_token *before = sql_are(t, i, "AS (") ? name_before(t, i) : NULL;
        auto_free char *name = before ? lower_name(before) : NULL;
        if (name)
            json_put_flag(own, name, true);
    }
    return own;
}

static bool same_name(const struct table_name *a, const struct table_name *b)
{
    return text_iequal(a->table, b->table) &&
           text_iequal(a->database ? a->database : "", b->database ? b->database : "");
}

static void add_table(struct finding *f, struct table_name *n)
{
    struct statement *s = f->s;
    bool own = n->table && !n->database && json_object_get(f->own, n->table);
    bool known = !n->table || own || s->table_count == STATEMENT_TABLES_MAX;
    for (size_t i = 0; i < s->table_count && !known; i++)
        known = same_name(&s->tables[i], n);
    if (known)
        drop_name(n);
    else
        s->tables[s->table_count++] = *n;
}

/* FROM also stands in EXTRACT(year FROM d), TRIM(' ' FROM x) and IS DISTINCT FROM. */
static bool opens_tables(const struct finding *f, size_t i)
{
    const struct sql_tokens *t = f->t;
    if (sql_is(t, i, "JOIN"))
        return true;
    if (!sql_is(t, i, "FROM") || (i && (sql_is(t, i - 1, "DISTINCT") || sql_is(t, i - 1, "DELETE"))))
        return false;
    static const char *const functions[] = {"EXTRACT", "TRIM", "SUBSTRING"};
    size_t inside = t->items[i].depth > 0 ? f->opened[t->items[i].depth - 1] : 0;
    for (size_t k = 0; k < ARRAY_LEN(functions) && inside > 1; k++) {
        if (sql_is(t, inside - 2, functions[k]))
            return false;
    }
    return true;
}

/* Reads the table at `i` and, where it ends in a comma (perhaps behind an alias), the next ones. */
static void read_tables(struct finding *f, size_t i)
{
    const struct sql_tokens *t = f->t;
    for (; f->left > 0; f->left--) {
        struct table_name n;
        size_t behind = read_name(t, i, &n);
        if (sql_is(t, behind, "("))
            drop_name(&n); /* a function: UNNEST(...), TABLE(...) */
        add_table(f, &n);
        behind += sql_is(t, behind, "AS");
        behind += sql_is_name(t, behind) && sql_is(t, behind + 1, ",");
        if (!sql_is(t, behind, ",") || behind <= i)
            return;
        i = behind + 1;
    }
}

void statement_find_tables(const struct sql_tokens *t, struct statement *s)
{
    json_auto_t *own = own_tables(t);
    auto_free size_t *opened = xcalloc(t->count + 1, sizeof *opened);
    struct finding f = {.t = t, .s = s, .own = own, .opened = opened, .left = NAMES_MAX};
    for (size_t i = 0; i < t->count; i++) {
        s->filtered = s->filtered || sql_is(t, i, "WHERE");
        if (sql_is(t, i, "("))
            opened[t->items[i].depth] = i + 1;
        bool shows = i == 0 && (sql_is(t, 0, "DESCRIBE") || sql_is(t, 0, "DESC"));
        bool merges = sql_is(t, i, "USING") && i && sql_is(t, 0, "MERGE");
        if (sql_is_name(t, i + 1) && (shows || merges || opens_tables(&f, i)))
            read_tables(&f, i + 1);
    }
}

/* The value at `i`: 'text', a number, DATE 'text', or a question mark, whose value the `asked`th parameter is. NULL for
   others. */
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
