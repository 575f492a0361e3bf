#include "tools/logs/object.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/logs/gunzip.h"
#include "tools/logs/tail.h"
#include "tools/s3_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((int64_t)4 << 20)

void log_object_init(struct log_object *o, const char *bucket, const char *key, json_t *coverage)
{
    *o = (struct log_object){.place = xasprintf("s3://%s", bucket), .key = xstrdup(key), .coverage = coverage};
}

void log_object_done(struct log_object *o)
{
    log_lines_done(&o->lines);
    free(o->place);
    free(o->key);
    *o = (struct log_object){0};
}

int log_uri_parse(const char *uri, char **bucket, char **prefix)
{
    char *key = NULL;
    if (!s3_path_split(uri, bucket, &key))
        return -1;
    *prefix = xasprintf("%s%s", key, *key && !text_ends(key, "/") ? "/" : "");
    free(key);
    return 0;
}

/* One object while it is read. */
struct reading {
    struct aws_session *session;
    struct log_object *object;
    struct tail tail;
    struct gunzip gunzip;
    bool packed;
    int64_t size;  /* of the object; -1 until known */
    int64_t from;  /* where the part just read begins */
    char etag[128];
};

static void note_error(struct log_object *o, const struct err *e)
{
    struct aws_fault f = {.err = *e};
    coverage_fault(o->coverage, &f);
    o->failed = true;
}

/* "bytes 100-199/1234" tells where the part begins and how long the object is; without it the whole came. */
static void read_range_header(struct reading *r, const json_t *about, size_t got)
{
    const char *range = json_str(about, "ContentRange", "");
    const char *slash = strchr(range, '/'), *dash = strchr(range, '-');
    r->from = 0;
    r->size = (int64_t)got;
    if (text_starts(range, "bytes ") && slash && dash && dash < slash) {
        auto_free char *from = xstrndup(range + 6, (size_t)(dash - range - 6));
        if (text_to_i64(from, &r->from) || text_to_i64(slash + 1, &r->size))
            r->from = 0;
    }
    snprintf(r->etag, sizeof r->etag, "%s", json_str(about, "ETag", ""));
}

/* Fetches one range. Returns 0, or -1 when there is no more to be had; coverage then says why. */
static int fetch(struct reading *r, const char *range, struct buf *body)
{
    struct log_object *o = r->object;
    json_auto_t *in = json_pack("{s:s, s:s, s:s}", "Bucket", o->place + 5, "Key", o->key, "Range", range);
    if (r->etag[0])
        json_put_str(in, "IfMatch", r->etag); /* a log that is still being uploaded may be replaced meanwhile */
    json_auto_t *about = NULL;
    struct aws_fault f = {0};
    if (!aws_invoke_blob(r->session, &aws_s3_get_object, in, (size_t)CHUNK, &about, body, &f)) {
        o->found = true;
        read_range_header(r, about, body->len);
        coverage_read(o->coverage, 1, 0, (int64_t)body->len, false);
        json_put_flag(o->coverage, "found", true);
        return 0;
    }
    if (f.status == 416) { /* no byte to give: the object is empty */
        o->found = o->complete = true;
        coverage_read(o->coverage, 1, 0, 0, true);
        json_put_flag(o->coverage, "found", true);
    } else if (f.err.kind == ERR_NOT_FOUND) {
        coverage_absent(o->coverage);
    } else {
        coverage_fault(o->coverage, &f);
        o->failed = true;
    }
    return -1;
}

static int take(struct reading *r, const struct buf *body, bool first)
{
    struct err e = {0};
    if (first)
        r->packed = body->len >= 2 && (unsigned char)body->data[0] == 0x1f && (unsigned char)body->data[1] == 0x8b;
    if (!r->packed) {
        tail_feed(&r->tail, buf_text(body), body->len);
        return 0;
    }
    if (!gunzip_feed(&r->gunzip, body->data, body->len, tail_feed, &r->tail, &e))
        return 0;
    note_error(r->object, &e);
    return -1;
}

/* What is packed can only be read from its start. */
static void read_packed(struct reading *r)
{
    struct log_object *o = r->object;
    int64_t at = 0;
    do {
        char range[64];
        snprintf(range, sizeof range, "bytes=%lld-%lld", (long long)at, (long long)(at + CHUNK - 1));
        auto_buf struct buf body = BUF_INIT((size_t)CHUNK);
        if (fetch(r, range, &body) || take(r, &body, at == 0))
            return;
        if (!body.len)
            break;
        at += (int64_t)body.len;
    } while (at < r->size && at < LOG_OBJECT_FETCH_MAX);
    struct err e = {0};
    if (at < r->size)
        err_set(&e, ERR_TOO_LARGE, "holds %lld MiB packed; the first %lld were read, its end was not", (long long)(r->size >> 20),
                (long long)(LOG_OBJECT_FETCH_MAX >> 20));
    else if (r->packed && !gunzip_whole(&r->gunzip))
        err_set(&e, ERR_UPSTREAM, "ends in the middle: it may still be being uploaded");
    if (e.kind)
        note_error(o, &e);
    o->complete = !e.kind;
}

/* What is plain can be read from its end. */
static void read_plain(struct reading *r)
{
    char range[64];
    snprintf(range, sizeof range, "bytes=-%zu", LOG_OBJECT_TAIL);
    auto_buf struct buf body = BUF_INIT((size_t)CHUNK);
    if (fetch(r, range, &body))
        return;
    const char *text = buf_text(&body);
    const char *line = r->from > 0 ? memchr(text, '\n', body.len) : NULL; /* the first one is cut */
    size_t skip = line ? (size_t)(line - text) + 1 : 0;
    tail_feed(&r->tail, text + skip, body.len - skip);
    r->object->complete = r->from == 0;
}

void log_object_read(struct aws_session *s, struct log_object *o, const char *service)
{
    struct reading r = {.session = s, .object = o, .size = -1};
    tail_init(&r.tail, service, LOG_OBJECT_TAIL);
    gunzip_init(&r.gunzip, LOG_OBJECT_TEXT_MAX);
    if (text_ends(o->key, ".gz"))
        read_packed(&r);
    else
        read_plain(&r);
    o->left_out = r.tail.left;
    tail_finish(&r.tail, o->key, &o->lines);
    json_put_int(o->coverage, "items", (int64_t)r.tail.lines);
    json_put_flag(o->coverage, "complete", o->complete && !o->failed);
    tail_done(&r.tail);
    gunzip_done(&r.gunzip);
}
