/* Whether a failed run left its target as it was, so that running it again does not do anything twice. What is proven, and how:
   a new table: the catalog has none of that name, and the place it names is empty;
   UNLOAD: the place is empty;
   an Iceberg table: its newest commit is older than the run (a statement commits whole or not at all, Iceberg spec);
   another table: none of the files that the run's manifest names exists (Athena User Guide, "Working with query results",
   "Identifying query output files": a failed INSERT may leave files behind, and the manifest names what it meant to write). */
#include "tools/athena/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/s3_path.h"

#include <stdio.h>
#include <string.h>

#define WHY 300
#define METADATA_MAX ((size_t)16 << 20)
#define MANIFEST_MAX ((size_t)1 << 20)
#define MANIFEST_FILES 50

/* Reads an object whole. Returns 0, or -1 with the fault in `source` and in `f`. */
static int read_object(struct athena_retry *r, const char *path, size_t max, const char *name,
                       struct buf *body, struct aws_fault *f)
{
    json_t *source = coverage_source(envelope_sources(&r->answer), name);
    auto_free char *bucket = NULL, *key = NULL;
    if (!s3_path_split(path, &bucket, &key)) {
        err_set(&f->err, ERR_INVALID, "\"%.200s\" is no path in S3", path);
        coverage_fault(source, f);
        return -1;
    }
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", bucket, "Key", key);
    json_auto_t *about = NULL;
    if (aws_invoke_blob(r->session, &aws_s3_get_object, in, max, &about, body, f)) {
        coverage_fault(source, f);
        return -1;
    }
    coverage_read(source, 1, 1, (int64_t)body->len, true);
    return 0;
}

static bool place_is_empty(struct athena_retry *r, const char *path, char *why)
{
    json_t *source = coverage_source(envelope_sources(&r->answer), "s3:ListObjectsV2");
    auto_free char *bucket = NULL, *key = NULL;
    if (!s3_path_split(path, &bucket, &key)) {
        snprintf(why, WHY, "\"%.200s\" is no path in S3", path);
        return false;
    }
    auto_free char *prefix = xasprintf("%s%s", key, !key[0] || text_ends(key, "/") ? "" : "/");
    json_auto_t *in = json_pack("{s:s, s:s, s:i}", "Bucket", bucket, "Prefix", prefix, "MaxKeys", 1);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(r->session, &aws_s3_list_objects_v2, in, &reply, &f)) {
        coverage_fault(source, &f);
        snprintf(why, WHY, "%.200s could not be listed", path);
        return false;
    }
    const json_t *first = json_array_get(json_arr(reply, "Contents"), 0);
    coverage_read(source, 1, first != NULL, 0, true);
    if (first)
        snprintf(why, WHY, "%.120s is not empty: it holds %.120s", path, json_str(first, "Key", ""));
    else
        snprintf(why, WHY, "%.250s is empty", path);
    return !first;
}

/* The table that the statement writes. Returns 1 when the catalog has it, 0 when it has not, -1 when nobody knows. */
static int read_target(struct athena_retry *r, json_t **table, char *why)
{
    const struct table_name *t = &r->statement.target;
    const json_t *context = json_obj(r->query, "QueryExecutionContext");
    const char *catalog = t->catalog ? t->catalog : json_str(context, "Catalog", "AwsDataCatalog");
    const char *database = t->database ? t->database : json_str(context, "Database", "");
    if (!text_iequal(catalog, "awsdatacatalog") || !database[0] || !t->table) {
        snprintf(why, WHY, "its target is not a table of the Glue catalog");
        return -1;
    }
    json_t *source = coverage_source(envelope_sources(&r->answer), "glue:GetTable");
    json_auto_t *in = json_pack("{s:s, s:s}", "DatabaseName", database, "Name", t->table);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (!aws_invoke(r->session, &aws_glue_get_table, in, &reply, &f)) {
        coverage_read(source, 1, 1, 0, true);
        *table = json_incref(json_obj(reply, "Table"));
        return 1;
    }
    if (f.err.kind == ERR_NOT_FOUND) {
        coverage_absent(source);
        return 0;
    }
    coverage_fault(source, &f);
    snprintf(why, WHY, "the table %.100s.%.100s could not be read", database, t->table);
    return -1;
}

static bool new_table_unchanged(struct athena_retry *r, char *why)
{
    json_auto_t *table = NULL;
    int known = read_target(r, &table, why);
    if (known > 0)
        snprintf(why, WHY, "the table %.200s exists by now", r->statement.target.table);
    if (known)
        return false;
    if (r->statement.location)
        return place_is_empty(r, r->statement.location, why);
    snprintf(why, WHY, "the catalog has no table %.200s, and its files go to a place of their own",
             r->statement.target.table);
    return true;
}

static bool iceberg_unchanged(struct athena_retry *r, const char *metadata_location, char *why)
{
    auto_buf struct buf body = BUF_INIT(METADATA_MAX);
    struct aws_fault f = {0};
    bool read = !read_object(r, metadata_location, METADATA_MAX, "s3:GetObject:iceberg_metadata", &body, &f);
    json_auto_t *metadata = read ? json_parse(buf_text(&body), body.len, JSON_DEPTH_UPSTREAM, NULL) : NULL;
    int64_t updated = json_int(metadata, "last-updated-ms", -1), submitted = athena_submitted_ms(r->query);
    if (updated < 0 || submitted < 0)
        snprintf(why, WHY, "the table's Iceberg metadata do not say when it was last changed");
    else
        snprintf(why, WHY, "the table's newest commit is %s than the run",
                 updated < submitted ? "older" : "newer");
    return updated >= 0 && updated < submitted;
}

/* Whether S3 says for certain that there is no such object. */
static bool is_absent(struct athena_retry *r, const char *path)
{
    auto_free char *bucket = NULL, *key = NULL;
    if (!s3_path_split(path, &bucket, &key))
        return false;
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", bucket, "Key", key);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    return aws_invoke(r->session, &aws_s3_head_object, in, &reply, &f) && f.err.kind == ERR_NOT_FOUND;
}

static bool manifest_unchanged(struct athena_retry *r, char *why)
{
    const char *manifest = json_str(json_obj(r->query, "Statistics"), "DataManifestLocation", "");
    auto_buf struct buf body = BUF_INIT(MANIFEST_MAX);
    struct aws_fault f = {0};
    if (!manifest[0] || read_object(r, manifest, MANIFEST_MAX, "s3:GetObject:manifest", &body, &f)) {
        snprintf(why, WHY, "no manifest says what files the run meant to write");
        return false;
    }
    int files = 0;
    for (char *p = body.data; p && *p; files++) {
        size_t n = strcspn(p, "\r\n");
        auto_free char *path = xstrndup(p, n);
        p += n + strspn(p + n, "\r\n");
        if (files == MANIFEST_FILES) {
            snprintf(why, WHY, "the manifest names too many files to look for");
            return false;
        }
        if (!is_absent(r, path)) {
            snprintf(why, WHY, "the run left %.200s behind, or it could not be looked for", path);
            return false;
        }
    }
    if (files)
        snprintf(why, WHY, "none of the %d files the run meant to write exists", files);
    else
        snprintf(why, WHY, "the manifest of the run names no file: it proves nothing");
    return files > 0;
}

bool athena_target_unchanged(struct athena_retry *r, char *why)
{
    if (!strcmp(r->statement.class, "UNLOAD")) {
        snprintf(why, WHY, "the statement does not say where it writes");
        return r->statement.location && place_is_empty(r, r->statement.location, why);
    }
    if (!strcmp(r->statement.class, "CTAS"))
        return new_table_unchanged(r, why);
    json_auto_t *table = NULL;
    int known = read_target(r, &table, why);
    if (known == 0)
        snprintf(why, WHY, "its target does not exist");
    if (known <= 0)
        return false;
    const json_t *parameters = json_obj(table, "Parameters");
    const char *metadata = json_str(parameters, "metadata_location", "");
    if (text_iequal(json_str(parameters, "table_type", ""), "ICEBERG"))
        return iceberg_unchanged(r, metadata, why);
    return manifest_unchanged(r, why);
}
