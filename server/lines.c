#include "server/lines.h"

#include <string.h>

void lines_init(struct lines *l, size_t line_max)
{
    *l = (struct lines){.pending = BUF_INIT(line_max), .line_max = line_max};
}

void lines_done(struct lines *l)
{
    buf_done(&l->pending);
}

static void emit(struct lines *l, line_fn *fn, void *ctx)
{
    size_t n = l->pending.len;
    if (n && l->pending.data[n - 1] == '\r')
        n--;
    if (l->skipping)
        fn(ctx, "", 0, &l->scan);
    else if (n)
        fn(ctx, buf_text(&l->pending), n, NULL);
    buf_cut(&l->pending, 0);
    l->skipping = false;
}

/* Keeps the bytes, or from the ceiling on only looks for the line's id in them. */
static void keep(struct lines *l, const char *p, size_t n)
{
    if (!l->skipping && buf_add(&l->pending, p, n) == 0)
        return;
    if (!l->skipping) {
        l->skipping = true;
        l->scan = (struct id_scan){0};
        id_scan_feed(&l->scan, buf_text(&l->pending), l->pending.len);
        buf_cut(&l->pending, 0);
    }
    id_scan_feed(&l->scan, p, n);
}

void lines_feed(struct lines *l, const char *p, size_t n, line_fn *fn, void *ctx)
{
    while (n) {
        const char *lf = memchr(p, '\n', n);
        size_t part = lf ? (size_t)(lf - p) : n;
        keep(l, p, part);
        if (!lf)
            return;
        emit(l, fn, ctx);
        p += part + 1;
        n -= part + 1;
    }
}

void lines_end(struct lines *l, line_fn *fn, void *ctx)
{
    if (l->pending.len || l->skipping)
        emit(l, fn, ctx);
}
