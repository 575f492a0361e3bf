/* Any bytes as SQL: they are read to their end, and no way of writing hides a second statement. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"
#include "tools/athena/statement.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *sql = xmemdup(data, size);
    auto_statement struct statement s;
    statement_read(sql, NULL, &s);
    MUST(s.class && s.why);
    MUST(s.table_count <= STATEMENT_TABLES_MAX && s.equal_count <= STATEMENT_EQUALS_MAX);
    MUST(statement_writes(&s) == (s.repeat != REPEAT_HARMLESS));

    auto_free char *two = xasprintf("%s\n; DROP TABLE t", sql);
    auto_statement struct statement both;
    statement_read(two, NULL, &both);
    MUST(both.repeat == REPEAT_UNSAFE);

    auto_free char *behind = xasprintf("/* SELECT */ -- SELECT\n%s", sql);
    auto_statement struct statement same;
    statement_read(behind, NULL, &same);
    MUST(!strcmp(same.class, s.class) && same.repeat == s.repeat);
    return 0;
}
