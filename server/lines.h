/* Splits a byte stream into lines, with a ceiling. */
#ifndef LW_SERVER_LINES_H
#define LW_SERVER_LINES_H

#include "base/buf.h"
#include "server/id_scan.h"

#include <stdbool.h>
#include <stddef.h>

struct lines {
    struct buf pending;
    size_t line_max;
    bool skipping;       /* inside a line that is too long */
    struct id_scan scan; /* of that line */
};

/* `line` is without its LF or CRLF and borrowed. Of a line that is too long to be kept only `overlong` is left, else NULL. */
typedef void line_fn(void *ctx, const char *line, size_t n, const struct id_scan *overlong);

/* An empty splitter; lines longer than `line_max` bytes are cut to that. */
void lines_init(struct lines *l, size_t line_max);
void lines_done(struct lines *l);

/* Takes the next bytes; calls `fn` for each line that they complete. Blank lines are passed over. */
void lines_feed(struct lines *l, const char *p, size_t n, line_fn *fn, void *ctx);

/* The stream ended: a last line without LF still counts. */
void lines_end(struct lines *l, line_fn *fn, void *ctx);

#endif
