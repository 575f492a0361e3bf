#include "tools/logs/gunzip.h"

#include "base/own.h"

#include <string.h>

#define CHUNK 65536
#define GZIP_WINDOW (15 + 16) /* the largest window, with a gzip header (zlib.h, inflateInit2) */

void gunzip_init(struct gunzip *g, uint64_t out_max)
{
    *g = (struct gunzip){.out_max = out_max};
}

void gunzip_done(struct gunzip *g)
{
    if (g->begun)
        inflateEnd(&g->z);
    *g = (struct gunzip){0};
}

bool gunzip_whole(const struct gunzip *g)
{
    return g->ended;
}

static int ceiling(const struct gunzip *g, struct err *e)
{
    if (g->out > g->out_max)
        return err_set(e, ERR_TOO_LARGE, "unpacks to more than %llu MiB; the rest was left",
                       (unsigned long long)(g->out_max >> 20));
    if (g->out > g->in * GUNZIP_RATIO_MAX + GUNZIP_SLACK)
        return err_set(e, ERR_TOO_LARGE, "unpacks to more than %d times its size; the rest was left", GUNZIP_RATIO_MAX);
    return 0;
}

/* The start of a member. Behind the first one anything but another member is padding, and the end. */
static int open_member(struct gunzip *g, struct err *e)
{
    if (g->begun && *g->z.next_in != 0x1f) {
        g->in += g->z.avail_in;
        g->z.avail_in = 0;
        return 0;
    }
    int rc = g->begun ? inflateReset(&g->z) : inflateInit2(&g->z, GZIP_WINDOW);
    if (rc != Z_OK)
        return err_set(e, ERR_INTERNAL, "zlib could not start (%d)", rc);
    g->begun = true;
    g->ended = false;
    return 0;
}

int gunzip_feed(struct gunzip *g, const void *p, size_t n, gunzip_sink *sink, void *ctx, struct err *e)
{
    auto_free char *out = xmalloc(CHUNK);
    g->z.next_in = (Bytef *)(uintptr_t)p;
    g->z.avail_in = (uInt)n;
    while (g->z.avail_in) {
        if (!g->begun || g->ended) {
            if (open_member(g, e))
                return -1;
            continue;
        }
        uInt before = g->z.avail_in;
        g->z.next_out = (Bytef *)out;
        g->z.avail_out = CHUNK;
        int rc = inflate(&g->z, Z_NO_FLUSH);
        size_t got = CHUNK - g->z.avail_out;
        g->in += before - g->z.avail_in;
        g->out += got;
        if (got)
            sink(ctx, out, got);
        g->ended = rc == Z_STREAM_END;
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return err_set(e, ERR_UPSTREAM, "is not whole gzip (%s)", g->z.msg ? g->z.msg : "damaged");
        if (ceiling(g, e))
            return -1;
    }
    return 0;
}
