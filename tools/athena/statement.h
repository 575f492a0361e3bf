/* What a statement of Athena does, read from its text: which kind it is, what it writes, what it reads, and whether running it
   again could do harm. */
#ifndef LW_TOOLS_ATHENA_STATEMENT_H
#define LW_TOOLS_ATHENA_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#define STATEMENT_TABLES_MAX 8
#define STATEMENT_EQUALS_MAX 16

/* What running it once more could do. Whatever is not known for sure is REPEAT_UNSAFE. */
enum repeat {
    REPEAT_HARMLESS, /* it only reads */
    REPEAT_SAME,     /* it changes things, but a second time nothing more (MSCK REPAIR TABLE) */
    REPEAT_PROVABLE, /* it writes; harmless once its target is found untouched by the first run */
    REPEAT_UNSAFE
};

struct table_name {
    char *catalog, *database, *table; /* NULL where the statement leaves them to the context */
};

/* "dt = '2026-11-21'" somewhere in the statement. */
struct equality {
    char *column, *value;
};

struct statement {
    const char *class; /* "SELECT", "INSERT", "CTAS", "UNLOAD", "MERGE", "DDL", ... "UNKNOWN" */
    enum repeat repeat;
    const char *why;          /* in words, for REPEAT_SAME and below */
    struct table_name target; /* what it writes; table NULL for none */
    char *location;           /* "s3://..." that it writes to by its own words, or NULL */
    struct table_name tables[STATEMENT_TABLES_MAX]; /* what it reads */
    size_t table_count;
    struct equality equals[STATEMENT_EQUALS_MAX];
    size_t equal_count;
    bool filtered; /* it has a WHERE */
};

/* `parameters` is the array of values for its question marks (literals of SQL), or NULL. */
void statement_read(const char *sql, const json_t *parameters, struct statement *s);
void statement_done(struct statement *s);
#define auto_statement __attribute__((cleanup(statement_done)))

/* Whether it changes anything, or may. */
bool statement_writes(const struct statement *s);

#endif
