/* The tables a statement reads, as the Glue catalog has them: for links, and for whether it reads more than it must. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

/* Other catalogs are not Glue's, information_schema is Athena's own, and "t$partitions" is no table of its own. */
static bool is_glues(const struct athena_inquiry *q, const struct table_name *n)
{
    const json_t *context = json_obj(q->query, "QueryExecutionContext");
    const char *catalog = n->catalog ? n->catalog : json_str(context, "Catalog", "AwsDataCatalog");
    const char *database = n->database ? n->database : json_str(context, "Database", "");
    return text_iequal(catalog, "awsdatacatalog") && database[0] &&
           !text_iequal(database, "information_schema") && !strchr(n->table, '$');
}

void athena_read_tables(struct athena_inquiry *q)
{
    const char *own = json_str(json_obj(q->query, "QueryExecutionContext"), "Database", "");
    struct aws_item items[ATHENA_TABLES_READ] = {0};
    json_t *inputs[ATHENA_TABLES_READ] = {0};
    size_t n = 0;
    for (size_t i = 0; i < q->statement.table_count && n < ATHENA_TABLES_READ; i++) {
        const struct table_name *t = &q->statement.tables[i];
        if (!is_glues(q, t))
            continue;
        inputs[n] =
            json_pack("{s:s, s:s}", "DatabaseName", t->database ? t->database : own, "Name", t->table);
        items[n] = (struct aws_item){.op = &aws_glue_get_table, .input = inputs[n]};
        n++;
    }
    q->tables = json_array();
    aws_invoke_all(q->session, items, n);
    for (size_t i = 0; i < n; i++) {
        auto_free char *name = xasprintf("glue:GetTable:%s.%s", json_str(inputs[i], "DatabaseName", ""),
                                         json_str(inputs[i], "Name", ""));
        json_t *source = coverage_source(envelope_sources(&q->answer), name);
        bool missing = !items[i].output && items[i].fault.err.kind == ERR_NOT_FOUND;
        if (items[i].output)
            coverage_read(source, 1, 1, 0, true);
        else if (missing)
            coverage_absent(source);
        else
            coverage_fault(source, &items[i].fault);
        json_t *o = json_pack("{s:s, s:s, s:b}", "database", json_str(inputs[i], "DatabaseName", ""), "name",
                              json_str(inputs[i], "Name", ""), "missing", missing);
        json_put(o, "table", json_incref(json_obj(items[i].output, "Table")));
        json_array_append_new(q->tables, o);
        json_decref(items[i].output);
        json_decref(inputs[i]);
    }
}
