/* The end of a long log, and what was worth keeping before it, out of text that streams by and is never held whole. */
#ifndef LW_TOOLS_LOGS_TAIL_H
#define LW_TOOLS_LOGS_TAIL_H

#include "base/buf.h"
#include "tools/logs/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines in order; those at the front go first. */
struct tail_lines {
    struct tail_line {
        char *text;
        size_t len;
    } *items;
    size_t first, count, cap;
    size_t bytes;
};

struct tail {
    const char *service; /* whose signatures make an early line worth keeping; borrowed */
    size_t max_bytes;    /* of text at the end that is kept whole */
    struct buf partial;  /* the line under way */
    struct tail_lines end;   /* the last lines */
    struct tail_lines early; /* errors from before, with a little context */
    struct tail_lines near;  /* the few lines before the present one, in case it turns out an error */
    int following;       /* so many lines behind an error are kept with it if they belong to it */
    size_t lines;        /* seen in all */
    size_t left;         /* seen and not kept */
};

/* Empty; `service` is borrowed. */
void tail_init(struct tail *t, const char *service, size_t max_bytes);

/* Takes the next bytes of the text; fits gunzip_sink. */
void tail_feed(void *tail, const char *p, size_t n);

/* The text has ended: adds what was kept to `lines`, oldest first, each with the time it states or that of the line before it
   (-1 when there is none). `stream` must outlive the lines. */
void tail_finish(struct tail *t, const char *stream, struct log_lines *lines);

void tail_done(struct tail *t);
#define auto_tail __attribute__((cleanup(tail_done)))

#endif
