/* Private to base/redact*.c: how the scanner and its recognisers talk. Each recogniser looks at one place of the text
   and either names a span to hide or says no. All of them together take linear time, whatever the text: what one
   looks at and leaves is remembered here, so that nothing is looked at again and again. */
#ifndef LW_BASE_REDACT_PRIVATE_H
#define LW_BASE_REDACT_PRIVATE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct redact_scan {
    const char *p;
    size_t n;
    size_t no_jwt_before; /* no JWT begins before this place */
    size_t no_key_before; /* the run of key characters that ends here has been looked at */
    size_t resumed;       /* something was hidden up to here: a key may begin in mid-run */
    size_t next_end;      /* the next "-----END " from where it was last looked for; n if none */
};

struct redact_span {
    size_t start, end;
};

enum redact_key {
    REDACT_KEY_PLAIN,
    REDACT_KEY_WEAK,   /* "token": also a word of prose, so its value must look like a secret where it may be prose */
    REDACT_KEY_STRONG, /* "password" */
    REDACT_KEY_LINE    /* "Authorization": the value goes on to the end of the line */
};

/* What a key says about its value. */
enum redact_key redact_key_kind(const char *key, size_t n);

/* A key beginning at `i` whose value is to be hidden ("password=...", "\"secret\": ...", "--token ..."). */
bool redact_pair_at(struct redact_scan *s, size_t i, struct redact_span *hide);

/* A secret that shows by its own shape at `i`: token formats, JWT, private key, password in a URL, "Bearer ...". */
bool redact_shape_at(struct redact_scan *s, size_t i, struct redact_span *hide);

/* Length of the run of characters that tokens and base64 are made of, from `i`. */
size_t redact_token_run(const struct redact_scan *s, size_t i);

/* Whether `n` bytes at `i` look random rather than written: `least` characters or more, letters and digits mixed. */
bool redact_looks_random(const struct redact_scan *s, size_t i, size_t n, size_t least);

/* Whether the letter at `i` belongs to an escape such as "\n": text that was put into a JSON string. */
bool redact_is_escape(const struct redact_scan *s, size_t i);

static inline bool redact_is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

#endif
