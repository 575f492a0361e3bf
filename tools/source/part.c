#include "tools/source/part.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/s3_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 16 /* listings on the wire together */

const char *part_status_name(enum part_status s)
{
    static const char *const names[] = {
        [PART_AVAILABLE] = "available", [PART_LATE] = "late",       [PART_PARTIAL] = "partial",
        [PART_EMPTY] = "empty",         [PART_MISSING] = "missing", [PART_INACCESSIBLE] = "inaccessible",
        [PART_UNKNOWN] = "unknown"};
    return names[s];
}

struct source_part *part_add(struct source_parts *list, const char *name, const char *bucket, const char *prefix)
{
    if (list->count == PARTS_MAX)
        return NULL;
    struct source_part *p = &list->items[list->count++];
    *p = (struct source_part){.name = xstrdup(name), .bucket = xstrdup(bucket), .prefix = xstrdup(prefix), .date_ms = -1,
        .latest_ms = -1, .earliest_ms = -1, .rows = -1, .catalog_rows = -1, .files = json_array()};
    return p;
}

void parts_done(struct source_parts *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct source_part *p = &list->items[i];
        free(p->name);
        free(p->bucket);
        free(p->prefix);
        free(p->next);
        json_decref(p->files);
    }
    list->count = 0;
}

int source_path_split(const char *path, char **bucket, char **key, struct err *e)
{
    if (!s3_path_split(path, bucket, key))
        return err_set(e, ERR_INVALID,
                       "s3_path: \"%.200s\" is not of the form s3://bucket/prefix/ with at most 1,024 bytes behind the bucket",
                       path);
    return 0;
}

/* What Hive and Spark pass over: names that begin with _ or . ("_SUCCESS", "_temporary/", ".part-0.crc"), but not "_k=v". */
static bool is_hidden(const char *name, size_t n)
{
    return n && (name[0] == '.' || (name[0] == '_' && !memchr(name, '=', n)));
}

static bool any_hidden(const char *path)
{
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        if (is_hidden(p, n))
            return true;
        p += n + (p[n] == '/');
    }
    return false;
}

static bool is_archived(const json_t *object)
{
    const char *class = json_str(object, "StorageClass", "");
    return !strcmp(class, "GLACIER") || !strcmp(class, "DEEP_ARCHIVE");
}

static void count_data(struct source_part *p, const json_t *object, const char *key)
{
    int64_t size = json_int(object, "Size", 0), at = aws_time_ms(object, "LastModified");
    p->data_objects++;
    p->bytes += size;
    p->archived += is_archived(object);
    if (at > p->latest_ms)
        p->latest_ms = at;
    if (at >= 0 && (p->earliest_ms < 0 || at < p->earliest_ms))
        p->earliest_ms = at;
    if (json_array_size(p->files) < PART_FILES_KEPT)
        json_array_append_new(p->files, json_pack("{s:s, s:I, s:I}", "key", key, "size", (json_int_t)size,
                                                  "modified_ms", (json_int_t)at));
}

void part_count(struct source_part *p, const json_t *object)
{
    const char *key = json_str(object, "Key", "");
    size_t prefix = strlen(p->prefix);
    const char *below = strlen(key) >= prefix ? key + prefix : "";
    const char *slash = strrchr(key, '/');
    const char *name = slash ? slash + 1 : key;
    p->objects++;
    if (!strcmp(name, "_SUCCESS"))
        p->success_marker = true;
    if (strstr(below, "_temporary/") || text_ends(name, ".inprogress") || text_ends(name, ".tmp") ||
        text_starts(name, "_started"))
        p->unfinished = true;
    if (any_hidden(*below ? below : name) || !*name || text_ends(name, "_$folder$") || text_ends(name, ".crc"))
        return;
    if (json_int(object, "Size", 0) == 0)
        p->zero_byte++;
    else
        count_data(p, object, key);
}

static json_t *question(const struct source_part *p)
{
    json_t *in = json_object();
    json_put_str(in, "Bucket", p->bucket);
    json_put_str(in, "Prefix", p->prefix);
    json_put_str(in, "ContinuationToken", p->next);
    return in;
}

static json_t *source_of(json_t *sources, const char *bucket)
{
    auto_free char *name = xasprintf("s3:ListObjectsV2:%s", bucket);
    size_t i;
    json_t *s;
    json_array_foreach(sources, i, s) {
        if (!strcmp(json_str(s, "name", ""), name))
            return s;
    }
    return coverage_source(sources, name);
}

static void take_page(struct source_part *p, struct aws_item *item, json_t *source)
{
    p->pages++;
    free(steal(&p->next));
    if (!item->output) {
        p->failed = true;
        p->fault = item->fault;
        if (!strcmp(item->fault.code, "NoSuchBucket"))
            coverage_absent(source); /* that is an answer, not a failure to look */
        else
            coverage_fault(source, &item->fault);
        return;
    }
    int64_t bytes = p->bytes;
    const json_t *contents = json_arr(item->output, "Contents");
    size_t i;
    json_t *object;
    json_array_foreach(contents, i, object)
        part_count(p, object);
    const char *next =
        json_flag(item->output, "IsTruncated", false) ? json_str(item->output, "NextContinuationToken", NULL) : NULL;
    p->next = next ? xstrdup(next) : NULL;
    p->complete = !next;
    coverage_read(source, 1, (int64_t)json_array_size(contents), p->bytes - bytes, true);
    json_decref(item->output);
}

static bool wants_page(const struct source_part *p)
{
    return !p->failed && !p->complete && (!p->pages || (p->next && !p->prior));
}

/* One page of up to AT_ONCE parts. Returns how many were asked for. */
static int list_round(struct aws_session *s, struct source_parts *list, size_t first, int pages, json_t *sources)
{
    struct aws_item items[AT_ONCE] = {0};
    struct source_part *parts[AT_ONCE];
    json_auto_t *inputs = json_array();
    int n = 0;
    for (size_t i = first; i < list->count && n < AT_ONCE && n < pages; i++) {
        if (!wants_page(&list->items[i]))
            continue;
        json_array_append_new(inputs, question(&list->items[i]));
        parts[n] = &list->items[i];
        items[n] = (struct aws_item){.op = &aws_s3_list_objects_v2, .input = json_array_get(inputs, (size_t)n)};
        n++;
    }
    aws_invoke_all(s, items, (size_t)n);
    for (int i = 0; i < n; i++)
        take_page(parts[i], &items[i], source_of(sources, parts[i]->bucket));
    return n;
}

void parts_list(struct aws_session *s, struct source_parts *list, size_t first, int pages, json_t *sources)
{
    for (int n; pages > 0 && (n = list_round(s, list, first, pages, sources)) > 0;)
        pages -= n;
    for (size_t i = first; i < list->count; i++) {
        if (!list->items[i].complete)
            json_put_flag(source_of(sources, list->items[i].bucket), "complete", false);
    }
}
