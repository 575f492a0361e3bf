#include "tools/logs/tail.h"

#include "base/own.h"
#include "tools/logs/stamp.h"
#include "tools/signatures.h"

#include <stdlib.h>
#include <string.h>

#define END_LINES_MAX 8000
#define EARLY_LINES_MAX 2000
#define NEAR_LINES 2       /* kept before an error */
#define FOLLOWING_LINES 30 /* kept behind it while they are its trace */

static void push(struct tail_lines *q, struct tail_line line)
{
    if (q->first + q->count == q->cap) {
        if (q->first > q->count) {
            memmove(q->items, q->items + q->first, q->count * sizeof *q->items);
            q->first = 0;
        } else {
            q->cap = q->cap ? q->cap * 2 : 64;
            q->items = xrealloc(q->items, q->cap * sizeof *q->items);
        }
    }
    q->items[q->first + q->count++] = line;
    q->bytes += line.len;
}

static struct tail_line shift(struct tail_lines *q)
{
    struct tail_line line = q->items[q->first++];
    q->count--;
    q->bytes -= line.len;
    if (!q->count)
        q->first = 0;
    return line;
}

static void lines_done(struct tail_lines *q)
{
    while (q->count)
        free(shift(q).text);
    free(q->items);
    *q = (struct tail_lines){0};
}

void tail_init(struct tail *t, const char *service, size_t max_bytes)
{
    *t = (struct tail){.service = service, .max_bytes = max_bytes, .partial = BUF_INIT(LOG_LINE_MAX)};
}

void tail_done(struct tail *t)
{
    buf_done(&t->partial);
    lines_done(&t->end);
    lines_done(&t->early);
    lines_done(&t->near);
}

static bool has(const struct tail_line *l, size_t head, const char *word)
{
    return memmem(l->text, l->len < head ? l->len : head, word, strlen(word)) != NULL;
}

/* Matching every line of a huge log against all signatures takes seconds; most lines say in their first words that they are not
   worth it, and of the others only those that hold one of these can be. */
static bool is_error(const struct tail *t, const struct tail_line *l)
{
    static const char *const hints[] = {"rror", "xception", "ailed", "ailure", "enied", "illed", "exceed", "imed out", "not ",
                                        "nable to", "ost ", "No space", "OutOfMemory"};
    if (has(l, 100, " INFO ") || has(l, 100, " DEBUG ") || has(l, 100, " TRACE "))
        return false;
    if (has(l, 100, " ERROR ") || has(l, 100, " FATAL "))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (has(l, l->len, hints[i]))
            return signatures_match(t->service, l->text, l->len) != NULL;
    }
    return false;
}

/* Whether a line goes on with the trace of the error before it. */
static bool belongs(const struct tail_line *l)
{
    size_t blank = strspn(l->text, " \t");
    return blank > 0 || !strncmp(l->text, "Caused by", 9) || !strncmp(l->text, "Traceback", 9);
}

static void keep_early(struct tail *t, struct tail_line line)
{
    push(&t->early, line);
    if (t->early.count > EARLY_LINES_MAX) {
        free(shift(&t->early).text);
        t->left++;
    }
}

/* A line has moved out of the end: kept if it is an error, or belongs to one. */
static void sift(struct tail *t, struct tail_line line)
{
    bool error = is_error(t, &line);
    if (error || (t->following > 0 && belongs(&line))) {
        while (t->near.count)
            keep_early(t, shift(&t->near));
        t->following = error ? FOLLOWING_LINES : t->following - 1;
        keep_early(t, line);
        return;
    }
    t->following = 0;
    push(&t->near, line);
    if (t->near.count > NEAR_LINES) {
        free(shift(&t->near).text);
        t->left++;
    }
}

static void take_line(struct tail *t, const char *p, size_t n)
{
    t->lines++;
    push(&t->end, (struct tail_line){xmemdup(p, n), n});
    while (t->end.count > END_LINES_MAX || t->end.bytes > t->max_bytes)
        sift(t, shift(&t->end));
}

static void end_partial(struct tail *t)
{
    if (t->partial.len)
        take_line(t, t->partial.data, t->partial.len);
    buf_cut(&t->partial, 0);
}

void tail_feed(void *tail, const char *p, size_t n)
{
    struct tail *t = tail;
    while (n) {
        const char *stop = memchr(p, '\n', n);
        size_t len = stop ? (size_t)(stop - p) : n;
        size_t room = LOG_LINE_MAX - t->partial.len;
        if (stop && !t->partial.len && len)
            take_line(t, p, len < LOG_LINE_MAX ? len : LOG_LINE_MAX);
        else
            buf_add(&t->partial, p, len < room ? len : room); /* what a line is too long for is left */
        if (stop)
            end_partial(t);
        p += len + (stop != NULL);
        n -= len + (stop != NULL);
    }
}

static void emit(struct tail_lines *q, const char *stream, int64_t *ts_ms, struct log_lines *lines)
{
    while (q->count) {
        struct tail_line line = shift(q);
        int64_t at = log_stamp(line.text, line.len);
        *ts_ms = at >= 0 ? at : *ts_ms;
        log_lines_add(lines, stream, *ts_ms, line.text, line.len);
        free(line.text);
    }
}

void tail_finish(struct tail *t, const char *stream, struct log_lines *lines)
{
    int64_t ts_ms = -1;
    end_partial(t);
    emit(&t->early, stream, &ts_ms, lines);
    emit(&t->near, stream, &ts_ms, lines);
    emit(&t->end, stream, &ts_ms, lines);
}
