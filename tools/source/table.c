/* Which places a table means. */
#include "tools/source/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <string.h>

static const char *location_of(const struct source_inquiry *q)
{
    return json_str(json_obj(q->table, "StorageDescriptor"), "Location", "");
}

static int read_table(struct source_inquiry *q, struct tool_answer *out)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "glue:GetTable");
    json_auto_t *in = json_pack("{s:s, s:s}", "DatabaseName", q->database, "Name", q->table_name);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_glue_get_table, in, &reply, &f)) {
        auto_free char *what = xasprintf("read the table \"%s\"", q->id);
        auto_free char *missing =
            xasprintf("There is no such table or database in the catalog of region %s: check names and region.",
                      aws_session_region(q->session));
        return failure_aws(out, &aws_glue_get_table, &f, what, missing);
    }
    q->table = json_incref(json_obj(reply, "Table"));
    coverage_read(source, 1, q->table != NULL, 0, true);
    return 0;
}

static bool is_iceberg(const json_t *table)
{
    return text_iequal(json_str(json_obj(table, "Parameters"), "table_type", ""), "ICEBERG");
}

static bool is_view(const json_t *table)
{
    return strstr(json_str(table, "TableType", ""), "VIEW") != NULL;
}

/* A table without partitions, or one whose metadata say all there is to say. */
static int find_whole(struct source_inquiry *q, struct tool_answer *out)
{
    struct err e = {0};
    auto_free char *bucket = NULL, *key = NULL;
    if (source_path_split(location_of(q), &bucket, &key, &e)) {
        return failure_say(out, "The table %s has no location in S3 (\"%.200s\"): its data cannot be looked at from here.",
                           q->id, location_of(q));
    }
    auto_free char *prefix = xasprintf("%s%s", key, !*key || text_ends(key, "/") ? "" : "/");
    part_add(&q->parts, q->id, bucket, prefix)->expected = true;
    return 0;
}

int source_find_table(struct source_inquiry *q, struct tool_answer *out)
{
    if (read_table(q, out))
        return -1;
    const char *metadata = json_str(json_obj(q->table, "Parameters"), "metadata_location", NULL);
    bool partitioned = json_array_size(json_arr(q->table, "PartitionKeys")) > 0;
    if (is_view(q->table)) {
        return failure_say(out, "%s is a view: it has no data of its own. Verify the tables it reads.", q->id);
    }
    if (is_iceberg(q->table) && metadata) {
        q->kind = "iceberg";
        q->metadata_location = xstrdup(metadata);
        if (json_str(q->call->arguments, "partition_filter", NULL) || q->has_expected)
            envelope_warn(
                &q->answer, "whole_table",
                "An Iceberg table is looked at as a whole: partition_filter and expected_dates were not used");
        return 0;
    }
    if (partitioned)
        return source_find_partitions(q, out);
    if (json_str(q->call->arguments, "partition_filter", NULL) || q->has_expected) {
        return failure_say(out, "The table %s has no partitions: leave out partition_filter and expected_dates.", q->id);
    }
    q->kind = "table";
    return find_whole(q, out);
}
