/* The first rows of a result, for those who ask. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define ROWS_SHOWN 20
#define CELL_MAX 200 /* bytes of one value */

static json_t *columns_of(const json_t *result)
{
    json_t *out = json_array();
    size_t i;
    json_t *c;
    json_array_foreach(json_arr(json_obj(result, "ResultSetMetadata"), "ColumnInfo"), i, c)
        json_array_append_new(
            out, json_pack("{s:s, s:s}", "name", json_str(c, "Name", ""), "type", json_str(c, "Type", "")));
    return out;
}

/* A value that is null has no text at all. */
static json_t *cell(const json_t *datum)
{
    const char *text = json_str(datum, "VarCharValue", NULL);
    return text ? json_stringn(text, text_utf8_floor(text, strlen(text) < CELL_MAX ? strlen(text) : CELL_MAX))
                : json_null();
}

static json_t *row_of(const json_t *row)
{
    json_t *out = json_array();
    size_t i;
    json_t *datum;
    json_array_foreach(json_arr(row, "Data"), i, datum) json_array_append_new(out, cell(datum));
    return out;
}

/* Queries repeat their columns' names as the first row (Athena API, GetQueryResults); SHOW, DESCRIBE and DDL do not. */
static bool is_header(const struct athena_inquiry *q, const json_t *row, const json_t *columns)
{
    const json_t *data = json_arr(row, "Data");
    if (strcmp(json_str(q->query, "StatementType", ""), "DML") ||
        json_array_size(data) != json_array_size(columns))
        return false;
    size_t i;
    json_t *c;
    json_array_foreach(columns, i, c) {
        if (strcmp(json_str(json_array_get(data, i), "VarCharValue", "\n"), json_str(c, "name", "")))
            return false;
    }
    return true;
}

void athena_read_results(struct athena_inquiry *q)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "athena:GetQueryResults");
    json_auto_t *in =
        json_pack("{s:s, s:i}", "QueryExecutionId", athena_id(q->query), "MaxResults", ROWS_SHOWN + 1);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_athena_get_query_results, in, &reply, &f)) {
        coverage_fault(source, &f);
        return;
    }
    const json_t *result = json_obj(reply, "ResultSet"), *list = json_arr(result, "Rows");
    json_t *columns = columns_of(result), *rows = json_array();
    size_t first = is_header(q, json_array_get(list, 0), columns), n = json_array_size(list);
    for (size_t i = first; i < n && i < first + ROWS_SHOWN; i++)
        json_array_append_new(rows, row_of(json_array_get(list, i)));
    bool more = n > first + ROWS_SHOWN || json_str(reply, "NextToken", NULL);
    coverage_read(source, 1, (int64_t)(n - first), 0, !more);
    json_t *o = json_pack("{s:o, s:o, s:b}", "columns", columns, "rows", rows, "truncated", more);
    if (json_object_get(reply, "UpdateCount"))
        json_put_int(o, "rows_written", json_int(reply, "UpdateCount", 0));
    envelope_put(&q->answer, "result", o);
}
