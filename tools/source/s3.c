/* Which places a path means: itself, or one for each expected date. */
#include "tools/source/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <stdlib.h>
#include <string.h>

/* A folder, so that dt=1 never takes in dt=10; an object given by its whole key is found by source_try_object. */
static char *as_folder(const char *key)
{
    return xasprintf("%s%s", key, !*key || text_ends(key, "/") ? "" : "/");
}

static struct source_part *add_folder(struct source_inquiry *q, const char *name, const char *bucket, const char *key)
{
    auto_free char *prefix = as_folder(key);
    struct source_part *p = part_add(&q->parts, *name ? name : bucket, bucket, prefix); /* the whole bucket */
    size_t start;
    struct date_layout layout;
    int64_t date;
    if (p && source_prefix_layout(prefix, &layout, &date, &start)) {
        p->date_ms = date;
        free(p->name);
        p->name = xstrndup(prefix + start, strlen(prefix) - start - 1);
    }
    return p;
}

static int add_from_template(struct source_inquiry *q, const char *path, struct err *e)
{
    for (int64_t at = q->expected_from_ms; at <= q->expected_to_ms; at = cadence_step(q->expected_cadence, at, 1)) {
        auto_buf struct buf filled = BUF_INIT(1200);
        auto_free char *bucket = NULL, *key = NULL;
        if (date_template(path, at, &filled, e) || source_path_split(buf_text(&filled), &bucket, &key, e))
            return -1;
        struct source_part *p = add_folder(q, key, bucket, key);
        if (!p)
            return 0;
        p->date_ms = at;
        p->expected = true;
    }
    return 0;
}

/* The first folder below the path that carries a date shows how the others are called. Free it; NULL when none does. */
static char *dated_folder(struct source_inquiry *q, const char *bucket, const char *prefix, struct aws_fault *f)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "s3:ListObjectsV2:folders");
    json_auto_t *in = json_pack("{s:s, s:s, s:s}", "Bucket", bucket, "Prefix", prefix, "Delimiter", "/");
    json_auto_t *page = NULL;
    if (aws_invoke(q->session, &aws_s3_list_objects_v2, in, &page, f)) {
        coverage_fault(source, f);
        return NULL;
    }
    const json_t *folders = json_arr(page, "CommonPrefixes");
    coverage_read(source, 1, (int64_t)json_array_size(folders), 0, true);
    size_t i;
    json_t *o;
    json_array_foreach(folders, i, o) {
        struct date_layout layout;
        int64_t date;
        size_t start;
        if (source_prefix_layout(json_str(o, "Prefix", ""), &layout, &date, &start) && start == strlen(prefix))
            return xstrdup(json_str(o, "Prefix", ""));
    }
    return NULL;
}

static int add_from_folders(struct source_inquiry *q, const char *bucket, const char *key, struct tool_answer *out)
{
    auto_free char *prefix = as_folder(key);
    struct aws_fault f = {0};
    auto_free char *sample = dated_folder(q, bucket, prefix, &f);
    if (!sample && !f.err.kind) {
        return failure_say(
            out,
            "expected_dates: no folder in s3://%s/%s is called after a date, so it is not known what the expected ones are "
            "called. Give s3_path as a template, for instance s3://%s/%sdt={yyyy-MM-dd}/.",
            bucket, prefix, bucket, prefix);
    }
    if (!sample) { /* the place itself then shows why it cannot be read */
        add_folder(q, key, bucket, key);
        return 0;
    }
    struct source_part like = {.bucket = (char *)(uintptr_t)bucket, .prefix = sample};
    for (int64_t at = q->expected_from_ms; at <= q->expected_to_ms; at = cadence_step(q->expected_cadence, at, 1)) {
        struct source_part *p = source_part_for(q, &like, at);
        if (p)
            p->expected = true;
    }
    return 0;
}

int source_find_s3(struct source_inquiry *q, const char *path, struct tool_answer *out)
{
    struct err e = {0};
    auto_free char *bucket = NULL, *key = NULL;
    q->kind = "s3";
    q->id = xstrdup(path);
    q->has_cadence = q->has_expected;
    q->cadence = q->expected_cadence;
    if (strpbrk(path, "*?")) {
        return failure_say(
            out, "s3_path: patterns with * or ? are not supported. Give a prefix, or a template with expected_dates.");
    }
    if (strpbrk(path, "{}")) {
        if (!q->has_expected)
            err_set(&e, ERR_INVALID, "s3_path: a template needs expected_dates");
        if (e.kind || add_from_template(q, path, &e)) {
            return failure_err(out, &e);
        }
        return 0;
    }
    if (source_path_split(path, &bucket, &key, &e)) {
        return failure_err(out, &e);
    }
    if (q->has_expected)
        return add_from_folders(q, bucket, key, out);
    add_folder(q, key, bucket, key)->expected = true;
    return 0;
}
