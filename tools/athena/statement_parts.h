/* Inside statement.c: what a statement names. */
#ifndef LW_TOOLS_ATHENA_STATEMENT_PARTS_H
#define LW_TOOLS_ATHENA_STATEMENT_PARTS_H

#include "tools/athena/sql.h"
#include "tools/athena/statement.h"

/* What it writes: the table behind INSERT INTO, MERGE INTO, UPDATE, DELETE FROM, CREATE TABLE, and the place that UNLOAD or the
   properties of a new table name. `verb` is where the verb stands. */
void statement_find_target(const struct sql_tokens *t, size_t verb, struct statement *s);

/* What it reads: the tables behind FROM and JOIN, without those that its WITH list makes. */
void statement_find_tables(const struct sql_tokens *t, struct statement *s);

/* Which columns it compares with one value. */
void statement_find_equals(const struct sql_tokens *t, const json_t *parameters, struct statement *s);

#endif
