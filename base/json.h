/* jansson with our limits: strict parsing, and getters that know what they want. */
#ifndef LW_BASE_JSON_H
#define LW_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nesting allowed in what clients send and in what upstreams answer. jansson alone would recurse 2,048 levels. */
#define JSON_DEPTH_CLIENT 64
#define JSON_DEPTH_UPSTREAM 128

/* Makes jansson abort when memory runs out and seeds its hash; call once, before any thread starts. */
void json_setup(void);

/* Parses exactly one JSON value (any type) of `n` bytes. Duplicate keys, trailing bytes, invalid UTF-8 and more
   than `max_depth` levels are errors (ERR_INVALID, with the place). Embedded NULs in strings are kept.
   The caller owns the result. */
json_t *json_parse(const char *p, size_t n, int max_depth, struct err *e);

/* Compact text of any value, keys in insertion order. Free with free(). Never NULL for a valid value. */
char *json_text(const json_t *v, size_t *len);

/* Compact text appended to a buffer; -1 when it is full. */
int json_add(struct buf *b, const json_t *v);

/* Borrowed string member, or `fallback` when absent or not a string. Stops at an embedded NUL: for keys whose
   values are checked by schema or come from AWS. */
const char *json_str(const json_t *object, const char *key, const char *fallback);

/* Whether it is a string of exactly this text. Lengths count: "x" and "x\u0000y" differ. NULL is no string. */
bool json_is_text(const json_t *v, const char *text);

/* Integer member (also a real without fraction), or `fallback`. */
int64_t json_int(const json_t *object, const char *key, int64_t fallback);

/* Number member, or `fallback`. */
double json_num(const json_t *object, const char *key, double fallback);

/* Boolean member, or `fallback`. */
bool json_flag(const json_t *object, const char *key, bool fallback);

/* Borrowed member of that type, or NULL. */
json_t *json_obj(const json_t *object, const char *key);
json_t *json_arr(const json_t *object, const char *key);

/* Which of two items comes first: negative for `a`, positive for `b`, 0 where neither does. */
typedef int json_order_fn(const json_t *a, const json_t *b);

/* A new array of the same items in that order; those of which neither comes first keep theirs. NULL is an empty array. */
json_t *json_sorted(const json_t *array, json_order_fn *order);

/* A new string from any bytes: what is not UTF-8 becomes U+FFFD. Never NULL. */
json_t *json_str_lossy(const char *p, size_t n);

/* Sets a member unless `value` is NULL; takes the value over. */
void json_put(json_t *object, const char *key, json_t *value);

/* Sets a string member unless `value` is NULL. */
void json_put_str(json_t *object, const char *key, const char *value);
void json_put_int(json_t *object, const char *key, int64_t value);
void json_put_flag(json_t *object, const char *key, bool value);

/* Sets an RFC 3339 string unless `wall_ms` is negative. */
void json_put_time(json_t *object, const char *key, int64_t wall_ms);

#endif
