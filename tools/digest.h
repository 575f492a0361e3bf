/* The text a person (or a model) reads first: short lines in our words, and lines from strangers inside a fence.
   Whatever goes in is redacted; what strangers wrote cannot close the fence, which is random per call. */
#ifndef LW_TOOLS_DIGEST_H
#define LW_TOOLS_DIGEST_H

#include "base/buf.h"

#include <stdbool.h>

#define DIGEST_MAX 20000      /* characters of a whole digest: what hosts show without cutting */
#define DIGEST_ERROR_MAX 1900 /* characters of an error answer */
#define DIGEST_EVIDENCE_MAX 400 /* bytes of one evidence item in the digest */

struct digest {
    struct buf text;
    char fence[24];
    bool in_data;    /* a fence is open */
    bool fence_told; /* what the fence means has been said */
    bool cut;        /* something did not fit */
};

/* Empty, with a fence of its own. */
void digest_init(struct digest *d);
/* Frees what it holds. */
void digest_done(struct digest *d);

/* One line in our words. Names from AWS may be among the arguments: control characters and line ends in them become blanks. */
void digest_line(struct digest *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Text from strangers (log lines, error messages): `label` (ours: evidence id, time, place) and the text, in a fence that
   stays open until the next digest_line. Cut at `max` bytes, its lines indented. */
void digest_data(struct digest *d, const char *label, const char *text, size_t max);

/* Closes the fence and says what did not fit. Borrowed until digest_done. */
const char *digest_text(struct digest *d);

#endif
