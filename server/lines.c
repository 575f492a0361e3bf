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
    if (n || l->skipping)
        fn(ctx, buf_text(&l->pending), n, l->skipping);
    buf_cut(&l->pending, 0);
    l->skipping = false;
}

/* Keeps what fits; the rest of an over-long line is dropped. */
static void keep(struct lines *l, const char *p, size_t n)
{
    size_t room = l->line_max - l->pending.len;
    if (n > room)
        l->skipping = true;
    buf_add(&l->pending, p, n < room ? n : room);
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
    if (l->pending.len)
        emit(l, fn, ctx);
}
