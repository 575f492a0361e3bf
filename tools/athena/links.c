/* What to look at next: the table, partition or path that a query could not use, and the bucket that said no. */
#include "tools/athena/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/s3_path.h"

#include <string.h>

#define MARGIN_MS ((int64_t)10 * 60 * 1000)

static void link_path(struct athena_inquiry *q, const char *path)
{
    json_t *args = json_pack("{s:s}", "s3_path", path);
    tool_where_on(q->call, args);
    envelope_link(&q->answer, "verify_source_data", args, "the path this query could not use");
}

/* "dt='2026-11-21' AND hour='03'" of what the statement compares with the table's partition keys. Free it; NULL for none. */
static char *filter_for(const struct athena_inquiry *q, const json_t *table)
{
    auto_buf struct buf filter = BUF_INIT(900);
    size_t i;
    json_t *key;
    json_array_foreach(json_arr(table, "PartitionKeys"), i, key) {
        for (size_t k = 0; k < q->statement.equal_count; k++) {
            const struct equality *e = &q->statement.equals[k];
            if (strcasecmp(e->column, json_str(key, "Name", "")) || strchr(e->value, '\''))
                continue;
            bool number = strstr(json_str(key, "Type", ""), "int") != NULL;
            const char *quote = number ? "" : "'";
            buf_addf(&filter, "%s%s=%s%s%s", filter.len ? " AND " : "", json_str(key, "Name", ""), quote,
                     e->value, quote);
            break;
        }
    }
    return filter.len && !filter.full ? xstrdup(buf_text(&filter)) : NULL;
}

static void link_tables(struct athena_inquiry *q)
{
    size_t i;
    json_t *t;
    json_array_foreach(q->tables, i, t) {
        const json_t *table = json_obj(t, "table");
        if (!table || strstr(json_str(table, "TableType", ""), "VIEW"))
            continue;
        json_t *args = json_pack("{s:s, s:s}", "database", json_str(t, "database", ""), "table_name",
                                 json_str(t, "name", ""));
        auto_free char *filter = filter_for(q, table);
        json_put_str(args, "partition_filter", filter);
        tool_where_on(q->call, args);
        envelope_link(&q->answer, "verify_source_data", args,
                      filter ? "the partition this query reads" : "a table this query reads");
    }
}

/* The folder of a key: "a/b/" of "a/b/c.parquet". */
static char *folder_of(const char *key)
{
    const char *slash = strrchr(key, '/');
    return slash ? xstrndup(key, (size_t)(slash - key) + 1) : xstrdup("");
}

/* The bucket's own log of the minutes in which the query ran. */
static void link_access(struct athena_inquiry *q, const char *path)
{
    auto_free char *bucket = NULL, *key = NULL;
    if (!path || !s3_path_split(path, &bucket, &key))
        return;
    auto_free char *folder = folder_of(key);
    json_t *args = json_pack("{s:s}", "bucket_name", bucket);
    json_put_str(args, "prefix", folder[0] ? folder : NULL);
    int64_t from = athena_submitted_ms(q->query), to = athena_ended_ms(q->query);
    if (from >= 0)
        json_put_time(args, "start_time", from - MARGIN_MS);
    if (to >= 0)
        json_put_time(args, "end_time", to + MARGIN_MS);
    tool_where_on(q->call, args);
    envelope_link(&q->answer, "get_s3_logs", args, "what S3 answered there while the query ran");
}

/* The path that the evidence names, else where the first table lies. Free it; NULL when neither says. */
static char *path_of(const struct athena_inquiry *q)
{
    for (int i = 0; i < q->diagnosis.evidence_count; i++) {
        char *path = s3_path_in(envelope_evidence_text(&q->answer, q->diagnosis.evidence[i]));
        if (path)
            return path;
    }
    return NULL;
}

static const char *location_of(const struct athena_inquiry *q)
{
    const json_t *table = json_obj(json_array_get(q->tables, 0), "table");
    return json_str(json_obj(table, "StorageDescriptor"), "Location", NULL);
}

void athena_link(struct athena_inquiry *q)
{
    enum cause cause = q->diagnosis.cause;
    bool about_s3 = strstr(athena_reason(q->query), "S3") || strstr(athena_reason(q->query), "s3");
    envelope_put(&q->answer, "links", json_array());
    auto_free char *path = path_of(q);
    if ((cause_is_of_data(cause) || cause == CAUSE_SCHEMA) && path)
        link_path(q, path);
    if (cause_is_of_data(cause) || cause == CAUSE_SCHEMA)
        link_tables(q);
    if ((cause == CAUSE_PERMISSION || cause == CAUSE_THROTTLING) && about_s3)
        link_access(q, path ? path : location_of(q));
    if (cause == CAUSE_DATA_MISSING && path)
        link_access(q, path);
}
