/* A growing byte buffer with a ceiling. Always NUL-terminated behind its length; the bytes may hold NULs. */
#ifndef LW_BASE_BUF_H
#define LW_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* NULL until something is added */
    size_t len;
    size_t cap;
    size_t max; /* bytes; nothing beyond it is ever kept */
    bool full;  /* an addition was refused; stays set, so a chain of additions is checked once at its end */
};

/* An empty buffer that will hold at most `max` bytes. Allocates nothing. */
#define BUF_INIT(max_bytes) ((struct buf){.max = (max_bytes)})

/* Each adds its bytes whole or not at all. Returns 0, or -1 (and sets `full`) where the ceiling forbids it. */
int buf_add(struct buf *b, const void *p, size_t n);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The text so far; "" when empty. Borrowed until the next addition. */
const char *buf_text(const struct buf *b);

/* Cuts the length back to `len` (which must not exceed the present one); `full` is cleared. */
void buf_cut(struct buf *b, size_t len);

/* Hands the bytes over (NUL-terminated, free with free(), never NULL) and leaves an empty buffer. */
char *buf_steal(struct buf *b, size_t *len);

/* Frees the bytes; the struct can be used again. Safe on a zeroed struct. */
void buf_done(struct buf *b);

#define auto_buf __attribute__((cleanup(buf_done)))

#endif
