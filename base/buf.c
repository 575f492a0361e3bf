#include "base/buf.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for `n` more bytes and a NUL. */
static int reserve(struct buf *b, size_t n)
{
    if (b->full || n > b->max - b->len) {
        b->full = true;
        return -1;
    }
    size_t need = b->len + n + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        if (cap < need)
            cap = need;
        if (cap - 1 > b->max)
            cap = b->max + 1;
        b->data = xrealloc(b->data, cap);
        b->cap = cap;
    }
    return 0;
}

int buf_add(struct buf *b, const void *p, size_t n)
{
    if (reserve(b, n))
        return -1;
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
    return 0;
}

int buf_adds(struct buf *b, const char *s)
{
    return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *s = xvasprintf(fmt, ap);
    va_end(ap);
    return buf_adds(b, s);
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

void buf_cut(struct buf *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->data[len] = '\0';
    }
    b->full = false;
}

char *buf_steal(struct buf *b, size_t *len)
{
    char *data = b->data ? b->data : xcalloc(1, 1);
    if (len)
        *len = b->len;
    *b = BUF_INIT(b->max);
    return data;
}

void buf_done(struct buf *b)
{
    free(b->data);
    *b = BUF_INIT(b->max);
}
