/* Reading logs: each line that belongs to the bucket, the window and the filters is counted. */
#include "tools/access/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/cursor.h"

#include <stdlib.h>
#include <string.h>

/* "403" is one status, "4xx" a class of them, and anything else S3's own code. */
static bool error_fits(const struct access_record *r, const char *wanted)
{
    if (strlen(wanted) != 3 || wanted[0] < '1' || wanted[0] > '5')
        return text_iequal(r->fields[ACCESS_ERROR_CODE], wanted);
    return text_iequal(wanted + 1, "xx") ? r->status / 100 == wanted[0] - '0'
                                         : !strcmp(r->fields[ACCESS_STATUS], wanted);
}

static bool is_wanted(const struct access_inquiry *q, const struct access_record *r)
{
    const json_t *args = q->call->arguments;
    const char *prefix = json_str(args, "prefix", NULL), *operation = json_str(args, "operation", NULL);
    const char *error = json_str(args, "error", NULL), *requester = json_str(args, "requester", NULL);
    return !strcmp(r->fields[ACCESS_BUCKET], q->bucket) && r->at_ms >= q->from_ms && r->at_ms <= q->to_ms &&
           (!prefix || text_starts(r->key, prefix)) &&
           (!operation || strcasestr(r->fields[ACCESS_OPERATION], operation)) &&
           (!error || error_fits(r, error)) &&
           (!requester || strcasestr(r->fields[ACCESS_REQUESTER], requester) ||
            !strcmp(r->fields[ACCESS_REMOTE_IP], requester));
}

/* What is not UTF-8 becomes U+FFFD: the rest of the line still counts. */
static char *line_text(const char *p, size_t n)
{
    if (text_is_utf8(p, n))
        return xstrndup(p, n);
    json_auto_t *clean = json_str_lossy(p, n);
    return xstrdup(json_string_value(clean));
}

static void read_line(struct access_inquiry *q, const char *p, size_t n)
{
    if (!n)
        return;
    auto_free char *line = line_text(p, n), *parts = xstrdup(line);
    auto_access_record struct access_record r;
    q->lines++;
    if (access_parse(parts, &r)) {
        q->unparsed++;
        return;
    }
    if (is_wanted(q, &r))
        tally_add(&q->tally, &r, line);
}

static void read_lines(struct access_inquiry *q, const struct buf *body)
{
    const char *p = buf_text(body), *end = p + body->len;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((stop ? stop : end) - p);
        read_line(q, p, n && p[n - 1] == '\r' ? n - 1 : n);
        p += n + 1;
    }
}

/* Returns 0, or -1 when it could not be read. */
static int read_object(struct access_inquiry *q, const json_t *object, json_t *source)
{
    json_auto_t *in = json_pack("{s:s, s:s}", "Bucket", q->target, "Key", json_str(object, "key", ""));
    bool large = json_int(object, "size", 0) > (int64_t)ACCESS_OBJECT_MAX;
    if (large) {
        auto_free char *range = xasprintf("bytes=0-%zu", ACCESS_OBJECT_MAX - 1);
        json_put_str(in, "Range", range);
        q->read_all = false;
        envelope_warn(&q->answer, "log_cut",
                      "The log %s is larger than is read of one: only its beginning was",
                      json_str(object, "key", ""));
    }
    auto_buf struct buf body = BUF_INIT(ACCESS_OBJECT_MAX);
    json_auto_t *about = NULL;
    struct aws_fault f = {0};
    if (aws_invoke_blob(q->session, &aws_s3_get_object, in, ACCESS_OBJECT_MAX, &about, &body, &f)) {
        coverage_fault(source, &f);
        return -1;
    }
    q->objects++;
    q->bytes += (int64_t)body.len;
    coverage_read(source, 1, 1, (int64_t)body.len, !large);
    read_lines(q, &body);
    return 0;
}

/* Where to begin among the keys: behind the one that the last call ended with. */
static size_t first_of(const struct access_inquiry *q, size_t n)
{
    for (size_t i = 0; q->done && i < n; i++) {
        size_t at = q->asked_from ? i : n - 1 - i;
        int order = strcmp(json_str(json_array_get(q->keys, at), "key", ""), q->done);
        if (q->asked_from ? order > 0 : order < 0)
            return i;
    }
    return q->done ? n : 0;
}

void access_read(struct access_inquiry *q)
{
    auto_free char *name = xasprintf("s3:GetObject:%s", q->target);
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    size_t n = json_array_size(q->keys), i = first_of(q, n);
    const char *done = NULL;
    q->read_all = true;
    for (; i < n && q->objects < ACCESS_OBJECTS_MAX && q->bytes < ACCESS_BYTES_MAX; i++) {
        const json_t *object = json_array_get(q->keys, q->asked_from ? i : n - 1 - i);
        if (q->objects % 10 == 0)
            q->call->progress(q->call, 1 + (double)i, 1 + (double)n, "reading access logs");
        if (read_object(q, object, source))
            break; /* what refuses one log refuses the next */
        done = json_str(object, "key", NULL);
    }
    if (!n)
        coverage_absent(source);
    q->read_all = q->read_all && i >= n;
    bool more = i < n || (q->asked_from && !q->listed_all); /* backwards there is nothing to list further */
    if (more && done) {
        json_auto_t *next = json_pack("{s:s}", "done", done);
        q->answer.cursor = cursor_make("get_s3_logs", q->call->arguments, next);
    }
}
