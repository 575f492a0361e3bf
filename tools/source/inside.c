/* What the files hold, without reading them: rows of a Parquet file stand in its footer, and a CSV file of one line is a
   header. */
#include "tools/source/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/source/parquet_footer.h"

#include <stdio.h>
#include <string.h>

#define FILES_MAX 24              /* opened in one call */
#define TAIL_BYTES ((int64_t)32768) /* most footers fit, so one request does */
#define SMALL_FILE ((int64_t)65536) /* a CSV file that is nothing but a header is smaller */

struct look {
    struct source_inquiry *q;
    json_t *source;
    int left;
};

static bool is_kind(const struct source_inquiry *q, const char *key, const char *extension, const char *format)
{
    const char *input = json_str(json_obj(q->table, "StorageDescriptor"), "InputFormat", "");
    return text_ends(key, extension) ||
           (format && strstr(input, format) && !strchr(strrchr(key, '/') ? strrchr(key, '/') : key, '.'));
}

/* `n` bytes of a file from `from` on. */
static int read_range(struct look *l, const struct source_part *p, const char *key, int64_t from, int64_t n,
                      struct buf *body)
{
    char range[64];
    snprintf(range, sizeof range, "bytes=%lld-%lld", (long long)from, (long long)(from + n - 1));
    json_auto_t *in = json_pack("{s:s, s:s, s:s}", "Bucket", p->bucket, "Key", key, "Range", range);
    json_auto_t *about = NULL;
    struct aws_fault f = {0};
    if (aws_invoke_blob(l->q->session, &aws_s3_get_object, in, (size_t)n, &about, body, &f)) {
        coverage_fault(l->source, &f);
        return -1;
    }
    coverage_read(l->source, 1, 1, (int64_t)body->len, true);
    return (int64_t)body->len == n ? 0 : -1; /* it was changed meanwhile */
}

static void note_corrupt(struct source_part *p, const char *key)
{
    if (!p->corrupt++)
        snprintf(p->corrupt_key, sizeof p->corrupt_key, "%s", key);
}

static void add_rows(struct source_part *p, int64_t rows, const char *method)
{
    p->rows = (p->rows < 0 ? 0 : p->rows) + rows;
    p->rows_files++;
    p->rows_method = method;
}

static void look_at_parquet(struct look *l, struct source_part *p, const char *key, int64_t size)
{
    int64_t take = size < TAIL_BYTES ? size : TAIL_BYTES;
    auto_buf struct buf tail = BUF_INIT((size_t)TAIL_BYTES);
    auto_buf struct buf more = BUF_INIT(PARQUET_FOOTER_MAX);
    size_t footer_len;
    int64_t rows;
    struct err e = {0};
    if (size < 12) {
        note_corrupt(p, key);
        return;
    }
    if (read_range(l, p, key, size - take, take, &tail))
        return;
    if (parquet_tail(tail.data, tail.len, size, &footer_len, &e)) {
        if (e.kind == ERR_UPSTREAM)
            note_corrupt(p, key);
        return;
    }
    const char *footer = tail.data + tail.len - PARQUET_TAIL - footer_len;
    if (footer_len + PARQUET_TAIL > tail.len) {
        if (read_range(l, p, key, size - PARQUET_TAIL - (int64_t)footer_len, (int64_t)footer_len, &more))
            return;
        footer = more.data;
    }
    if (parquet_rows(footer, footer_len, &rows, &e))
        note_corrupt(p, key);
    else
        add_rows(p, rows, "parquet_footer");
}

/* A single line is a header where the table says that there is one, or where it holds no digit. */
static void look_at_csv(struct look *l, struct source_part *p, const char *key, int64_t size)
{
    auto_buf struct buf text = BUF_INIT((size_t)SMALL_FILE);
    if (size > SMALL_FILE || read_range(l, p, key, 0, size, &text))
        return;
    size_t lines = 0, bytes = 0;
    bool digit = false;
    for (size_t i = 0; i <= text.len; i++) {
        bool end = i == text.len || text.data[i] == '\n';
        lines += end && bytes;
        bytes = end ? 0 : bytes + (text.data[i] != '\r');
        digit = digit || (i < text.len && text.data[i] >= '0' && text.data[i] <= '9');
    }
    bool header = strcmp(json_str(json_obj(l->q->table, "Parameters"), "skip.header.line.count", "0"), "0") != 0;
    if (lines == 0 || (lines == 1 && (header || !digit)))
        add_rows(p, 0, "header_only");
    else if (header)
        add_rows(p, (int64_t)lines - 1, "line_count");
}

static void look_at_part(struct look *l, struct source_part *p)
{
    size_t i;
    json_t *file;
    json_array_foreach(p->files, i, file) {
        const char *key = json_str(file, "key", "");
        int64_t size = json_int(file, "size", 0);
        bool parquet = is_kind(l->q, key, ".parquet", "Parquet");
        if (l->left <= 0 || (!parquet && !is_kind(l->q, key, ".csv", NULL) && !is_kind(l->q, key, ".tsv", NULL)))
            continue;
        l->left--;
        if (parquet)
            look_at_parquet(l, p, key, size);
        else
            look_at_csv(l, p, key, size);
    }
}

void source_look_inside(struct source_inquiry *q)
{
    struct look l = {.q = q, .left = FILES_MAX};
    for (size_t i = 0; i < q->parts.count && l.left > 0; i++) {
        struct source_part *p = &q->parts.items[i];
        if (p->prior || p->failed || !p->data_objects || p->archived)
            continue;
        if (!l.source)
            l.source = coverage_source(envelope_sources(&q->answer), "s3:GetObject:footers");
        look_at_part(&l, p);
    }
}
