/* Gzip, unpacked as it comes, with a ceiling on what may come out: an object of a few KiB can hold gigabytes. */
#ifndef LW_TOOLS_LOGS_GUNZIP_H
#define LW_TOOLS_LOGS_GUNZIP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#define GUNZIP_RATIO_MAX 600            /* bytes out for one in; logs reach 250 */
#define GUNZIP_SLACK ((uint64_t)1 << 20) /* out before the ratio counts */

struct gunzip {
    z_stream z;
    bool begun;
    bool ended; /* at the end of a member: what follows is the next one (RFC 1952 section 2.2) or padding */
    uint64_t in, out;
    uint64_t out_max;
};

/* Takes bytes that came out, at most 64 KiB at a time. */
typedef void gunzip_sink(void *ctx, const char *p, size_t n);

/* Will unpack at most `out_max` bytes. */
void gunzip_init(struct gunzip *g, uint64_t out_max);

/* Unpacks the next `n` bytes. Returns 0, or -1 with ERR_TOO_LARGE at a ceiling or ERR_UPSTREAM for what is not gzip; what came
   out before has been handed over. */
int gunzip_feed(struct gunzip *g, const void *p, size_t n, gunzip_sink *sink, void *ctx, struct err *e);

/* Whether all that came is whole: the last member has ended. */
bool gunzip_whole(const struct gunzip *g);

/* Safe on a zeroed struct. */
void gunzip_done(struct gunzip *g);
#define auto_gunzip __attribute__((cleanup(gunzip_done)))

#endif
