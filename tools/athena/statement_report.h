/* A statement in facts and words, as both Athena tools show it. */
#ifndef LW_TOOLS_ATHENA_STATEMENT_REPORT_H
#define LW_TOOLS_ATHENA_STATEMENT_REPORT_H

#include "tools/athena/statement.h"

#include <jansson.h>

/* {class, type?, substatement?, side_effects, why, target?, location?, hash, length}, where `hash` is the same for the same
   statement with the same values in the same database. `query` is the execution. New reference. */
json_t *statement_facts(const struct statement *s, const json_t *query);

/* "sales.orders", as far as the statement says. Free it. */
char *table_name_text(const struct table_name *n);

#endif
