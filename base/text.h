/* Strict text: numbers, base64, hex, percent-encoding, UTF-8. Nothing here is lenient: what is not exactly right is refused. */
#ifndef LW_BASE_TEXT_H
#define LW_BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal without sign games, spaces or leading zeros ("0", "-7", "42"). Returns 0, or -1 if it is not one or does not fit. */
int text_to_i64(const char *s, int64_t *out);

/* As text_to_i64, and within [min, max]. */
int text_to_range(const char *s, int64_t min, int64_t max, int64_t *out);

/* Compares `n` bytes in a time that depends on `n` only. */
bool text_equal_ct(const void *a, const void *b, size_t n);

/* Whether `s` begins, or ends, with the other. Both are NUL-terminated. */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

/* Whether it is an ASCII letter, a digit, or one of `others`. A NUL is never. */
bool text_is_word(char c, const char *others);

/* How many characters at the start of `s` are. */
size_t text_word_span(const char *s, const char *others);

/* Whether the bytes are a token (RFC 9110 section 5.6.2): the name of a header field, a method. */
bool text_is_token(const char *s, size_t n);

/* ASCII only, whatever the locale. */
bool text_iequal(const char *a, const char *b);
bool text_istarts(const char *s, const char *prefix);

/* base64url without padding (RFC 7515 section 2). Decoding refuses padding, foreign characters and
   non-canonical trailing bits; nothing is added to `out` then. Returns 0, or -1. */
int text_b64url_decode(const char *s, size_t n, struct buf *out);
int text_b64url_encode(const void *p, size_t n, struct buf *out);

/* base64 with padding (RFC 4648 section 4), as strict. */
int text_b64_decode(const char *s, size_t n, struct buf *out);
int text_b64_encode(const void *p, size_t n, struct buf *out);

/* Lower-case hex; `out` holds 2 * n + 1 bytes. */
void text_hex(const void *p, size_t n, char *out);

/* Percent-encodes all but RFC 3986 unreserved characters and those in `keep`. Returns 0, or -1 when `out` is full. */
int text_percent_encode(const char *s, size_t n, const char *keep, struct buf *out);

/* Undoes percent-encoding; a stray '%' stays as it is. `plus_is_space` for form bodies. Returns 0, or -1 when `out` is full. */
int text_percent_decode(const char *s, size_t n, bool plus_is_space, struct buf *out);

/* The first UUID in a text (RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits) that no digits or dashes stand right before or
   digits behind. Borrowed; its TEXT_UUID_LEN characters are not ended by NUL. NULL when there is none. */
const char *text_uuid_in(const char *s);
#define TEXT_UUID_LEN 36

/* Whether the bytes are UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(const char *s, size_t n);

/* Length in bytes of the UTF-8 sequence at `s` (1 to 4) and its code point, or 0 if there is none. */
size_t text_utf8_next(const char *s, size_t n, uint32_t *cp);

/* The largest length <= `n` that does not cut a UTF-8 sequence of `s`. */
size_t text_utf8_floor(const char *s, size_t n);

/* Number of code points; the bytes must be UTF-8. */
size_t text_utf8_count(const char *s, size_t n);

#endif
