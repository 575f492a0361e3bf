/* The tool verify_source_data: is the data there, all of it, and fresh? */
#include "tools/source/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/begin.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/verify_source_data.json.h"

#include <stdlib.h>
#include <string.h>

static void inquiry_done(struct source_inquiry *q)
{
    parts_done(&q->parts);
    free(q->id);
    free(q->metadata_location);
    json_decref(q->table);
    json_decref(q->iceberg);
    json_decref(q->deleted);
    json_decref(q->checks);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int read_dates(struct source_inquiry *q, const json_t *dates, struct err *e)
{
    const char *from = json_str(dates, "from", ""), *to = json_str(dates, "to", from);
    if (clock_parse(from, &q->expected_from_ms) || clock_parse(to, &q->expected_to_ms))
        return err_set(e, ERR_INVALID,
                       "expected_dates: from and to are dates as 2026-11-21, or times as 2026-11-21T05:00:00Z");
    if (q->expected_to_ms < q->expected_from_ms)
        return err_set(e, ERR_INVALID, "expected_dates: to is before from");
    if (!cadence_parse(json_str(dates, "cadence", "daily"), &q->expected_cadence))
        return err_set(e, ERR_INVALID, "expected_dates: cadence is not known");
    if (q->expected_cadence == CADENCE_HOURLY)
        q->expected_from_ms -= q->expected_from_ms % HOUR_MS;
    if (q->expected_cadence == CADENCE_WEEKDAYS) /* the first weekday at or after `from` */
        q->expected_from_ms = cadence_step(CADENCE_WEEKDAYS, q->expected_from_ms - DAY_MS, 1);
    int count = 0;
    for (int64_t at = q->expected_from_ms; at <= q->expected_to_ms && count <= TARGETS_MAX;
         at = cadence_step(q->expected_cadence, at, 1))
        count++;
    if (!count || count > TARGETS_MAX)
        return err_set(e, ERR_INVALID, "expected_dates: %s",
                       count ? "more than 40 dates; ask in smaller spans" : "no date in that span");
    q->has_expected = true;
    return 0;
}

/* What the document cannot say because it is flat. */
static int check_arguments(struct source_inquiry *q, struct err *e)
{
    const json_t *a = q->call->arguments;
    const char *path = json_str(a, "s3_path", NULL);
    q->database = json_str(a, "database", NULL);
    q->table_name = json_str(a, "table_name", NULL);
    q->max_age_ms =
        json_object_get(a, "max_age_hours") ? (int64_t)(json_num(a, "max_age_hours", 0) * (double)HOUR_MS) : -1;
    q->min_files = json_int(a, "min_files", -1);
    q->min_bytes = json_int(a, "min_bytes", -1);
    if (path ? (q->database || q->table_name) : (!q->database || !q->table_name))
        return err_set(e, ERR_INVALID, "Give either s3_path, or database and table_name.");
    if (path && json_str(a, "partition_filter", NULL))
        return err_set(
            e, ERR_INVALID,
            "partition_filter: goes with database and table_name. For a path name the folder, or use expected_dates.");
    const json_t *dates = json_obj(a, "expected_dates");
    return dates ? read_dates(q, dates, e) : 0;
}

/* A path without a slash at its end may name one object. */
static void try_object(struct source_inquiry *q, const char *path)
{
    struct source_part *p = &q->parts.items[0];
    auto_free char *bucket = NULL, *key = NULL;
    if (!path || strpbrk(path, "{}") || q->has_expected || p->failed || p->objects ||
        source_path_split(path, &bucket, &key, NULL) || !*key || text_ends(key, "/"))
        return;
    json_t *source = coverage_source(envelope_sources(&q->answer), "s3:HeadObject");
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", bucket, "Key", key);
    json_auto_t *head = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_s3_head_object, in, &head, &f)) {
        if (f.err.kind == ERR_NOT_FOUND)
            coverage_absent(source);
        else
            coverage_fault(source, &f);
        return;
    }
    coverage_read(source, 1, 1, json_int(head, "ContentLength", 0), true);
    json_auto_t *object = json_pack("{s:s, s:I}", "Key", key, "Size", (json_int_t)json_int(head, "ContentLength", 0));
    json_put(object, "LastModified", json_incref(json_object_get(head, "LastModified")));
    json_put_str(object, "StorageClass", json_str(head, "StorageClass", NULL));
    free(p->prefix);
    p->prefix = xstrdup(key);
    part_count(p, object);
}

static void list_all(struct source_inquiry *q)
{
    json_t *sources = envelope_sources(&q->answer);
    source_add_priors(q);
    parts_list(q->session, &q->parts, 0, LIST_PAGES, sources);
    source_learn(q);
    bool newest_only =
        !strcmp(q->kind, "partitions") && !q->has_expected && !json_str(q->call->arguments, "partition_filter", NULL);
    if (newest_only) {
        size_t before = q->parts.count;
        source_add_overdue(q);
        parts_list(q->session, &q->parts, before, LIST_PAGES, sources);
    }
}

static int inquire(struct source_inquiry *q, struct tool_answer *out, struct err *e)
{
    const char *path = json_str(q->call->arguments, "s3_path", NULL);
    if (check_arguments(q, e))
        return failure_err(out, e);
    if (q->database)
        q->id = xasprintf("%s.%s", q->database, q->table_name);
    if (path ? source_find_s3(q, path, out) : source_find_table(q, out))
        return -1;
    q->call->progress(q->call, 1, 3, "found where to look; listing");
    if (q->metadata_location) {
        source_read_iceberg(q);
    } else {
        list_all(q);
        try_object(q, path);
        q->call->progress(q->call, 2, 3, "listed; looking inside");
        source_look_inside(q);
        source_find_deleted(q);
    }
    source_judge(q);
    source_advise(q);
    source_describe(q);
    source_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct source_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->now_ms = clock_wall_ms();
    q->partitions_matched = -1;
    q->checks = json_array();
    int rc = tool_begin(call, "verify_source_data", &q->session, &q->answer, out) ? -1 : inquire(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_verify_source_data = {
    .name = "verify_source_data",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
