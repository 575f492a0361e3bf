/* Which partitions of a table the question is about: those that match, those expected, or the newest. */
#include "tools/source/catalog.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/failure.h"
#include "tools/source/filter.h"

#include <stdlib.h>
#include <string.h>

#define CATALOG_PAGES 10 /* of up to 1,000 partitions */
#define CADENCE_FROM 30  /* newest dates the cadence is read off */

static int gather(const json_t *page, void *ctx)
{
    json_array_extend(ctx, json_arr(page, "Partitions"));
    return 0;
}

/* New reference, or NULL with an error answer in `out`. */
static json_t *read_partitions(struct source_inquiry *q, const char *filter, struct tool_answer *out)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "glue:GetPartitions");
    json_auto_t *in = json_pack("{s:s, s:s, s:b}", "DatabaseName", q->database, "TableName", q->table_name,
                                "ExcludeColumnSchema", true);
    json_put_str(in, "Expression", filter);
    json_auto_t *list = json_array();
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    int pages = aws_each_page(q->session, &aws_glue_get_partitions, in, CATALOG_PAGES, gather, list, &next, &f);
    if (pages < 0) {
        auto_free char *what = xasprintf("read the partitions of %s", q->id);
        failure_aws(out, &aws_glue_get_partitions, &f, what, "Check database, table and region.");
        return NULL;
    }
    coverage_read(source, pages, (int64_t)json_array_size(list), 0, !next);
    if (next)
        envelope_warn(&q->answer, "partitions_left_out",
                      "The table has more than %zu matching partitions; give a narrower partition_filter",
                      json_array_size(list));
    return steal(&list);
}

static int older_first(const void *a, const void *b)
{
    const struct catalog_row *x = a, *y = b;
    if (x->date_ms != y->date_ms)
        return x->date_ms < y->date_ms ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void rows_of(const struct source_inquiry *q, const json_t *partitions, struct catalog *c)
{
    size_t i;
    json_t *p;
    c->rows = xcalloc(json_array_size(partitions) + 1, sizeof *c->rows);
    json_array_foreach(partitions, i, p) {
        struct catalog_row *r = &c->rows[c->count];
        if (catalog_row_of(q->table, p, r))
            continue;
        c->count++;
    }
    qsort(c->rows, c->count, sizeof *c->rows, older_first);
}

static void learn_cadence(struct source_inquiry *q, const struct catalog *c)
{
    int64_t dates[CADENCE_FROM];
    size_t n = 0;
    for (size_t i = c->count; i > 0 && n < CADENCE_FROM; i--) {
        int64_t date = c->rows[i - 1].date_ms;
        if (date >= 0 && (!n || dates[CADENCE_FROM - n] != date))
            dates[CADENCE_FROM - ++n] = date;
    }
    q->has_cadence = q->has_expected || cadence_infer(dates + CADENCE_FROM - n, n, &q->cadence);
    if (q->has_expected)
        q->cadence = q->expected_cadence;
}

static void add_matching(struct source_inquiry *q, const struct catalog *c)
{
    size_t first = c->count > TARGETS_MAX ? c->count - TARGETS_MAX : 0;
    for (size_t i = first; i < c->count; i++)
        catalog_add(q, &c->rows[i], true);
    q->targets_left_out = first;
}

static void add_newest(struct source_inquiry *q, const struct catalog *c)
{
    const struct catalog_row *newest = &c->rows[c->count - 1];
    for (size_t i = c->count; i > 0 && c->rows[i - 1].date_ms == newest->date_ms; i--) {
        if (q->parts.count == TARGETS_MAX || (newest->date_ms < 0 && q->parts.count))
            break;
        catalog_add(q, &c->rows[i - 1], false);
    }
}

static void add_expected(struct source_inquiry *q, const struct catalog *c)
{
    for (int64_t at = q->expected_from_ms; at <= q->expected_to_ms; at = cadence_step(q->expected_cadence, at, 1)) {
        bool found = false;
        for (size_t i = 0; i < c->count; i++) {
            if (c->rows[i].date_ms == at) {
                catalog_add(q, &c->rows[i], true);
                found = true;
            }
        }
        if (!found)
            catalog_add_unregistered(q, c, at);
    }
}

/* Nothing matches in the catalog: is it there all the same, where it would have to be? */
static void add_unmatched(struct source_inquiry *q, const json_t *equal)
{
    auto_free char *location = equal ? catalog_location(q->table, equal) : NULL;
    struct err e = {0};
    auto_free char *bucket = NULL, *key = NULL;
    if (!location || source_path_split(location, &bucket, &key, &e)) {
        q->nothing_expected = true;
        return;
    }
    auto_free char *name = catalog_name(q->table, equal);
    struct source_part *p = part_add(&q->parts, name, bucket, key);
    p->expected = true;
    p->registry = UNREGISTERED;
    struct date_layout layout;
    size_t start;
    int64_t date;
    if (source_prefix_layout(key, &layout, &date, &start))
        p->date_ms = date;
}

static int find_registered(struct source_inquiry *q, const char *filter, const json_t *equal, struct tool_answer *out)
{
    json_auto_t *partitions = read_partitions(q, filter, out);
    if (!partitions)
        return -1;
    struct catalog c = {0};
    rows_of(q, partitions, &c);
    q->partitions_matched = (int)json_array_size(partitions);
    learn_cadence(q, &c);
    if (q->has_expected)
        add_expected(q, &c);
    else if (filter && !c.count)
        add_unmatched(q, equal);
    else if (filter)
        add_matching(q, &c);
    else if (c.count)
        add_newest(q, &c);
    else
        q->nothing_expected = true;
    catalog_done(&c);
    return 0;
}

static int find_projected(struct source_inquiry *q, const json_t *equal, struct tool_answer *out)
{
    q->kind = "projection";
    struct err e = {0};
    int rc = q->has_expected ? catalog_add_projected(q, &e) : 0;
    if (rc == 0 && !q->has_expected && !equal)
        rc = err_set(
            &e, ERR_INVALID,
            "%s uses partition projection: its partitions are in no catalog. Give partition_filter as equalities "
            "of all keys (dt='2026-11-21'), or expected_dates.",
            q->id);
    if (rc) {
        return failure_err(out, &e);
    }
    if (!q->has_expected)
        add_unmatched(q, equal);
    for (size_t i = 0; i < q->parts.count; i++)
        q->parts.items[i].registry = REGISTRY_NONE;
    return 0;
}

int source_find_partitions(struct source_inquiry *q, struct tool_answer *out)
{
    const char *filter = json_str(q->call->arguments, "partition_filter", NULL);
    json_auto_t *keys = catalog_keys(q->table);
    json_auto_t *equal = NULL;
    struct err e = {0};
    q->kind = "partitions";
    if (filter && q->has_expected)
        err_set(&e, ERR_INVALID, "Give either partition_filter or expected_dates, not both.");
    if (e.kind || (filter && filter_check(filter, keys, &equal, &e))) {
        return failure_err(out, &e);
    }
    if (text_iequal(json_str(json_obj(q->table, "Parameters"), "projection.enabled", ""), "true"))
        return find_projected(q, equal, out);
    return find_registered(q, filter, equal, out);
}
