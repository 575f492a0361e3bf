/* A short name for a JSON value: the same for equal values whatever the order of their keys. */
#ifndef LW_TOOLS_FINGERPRINT_H
#define LW_TOOLS_FINGERPRINT_H

#include <jansson.h>

#define FINGERPRINT_TEXT 33

/* The first 128 bits of SHA-256 over the value's compact text with sorted keys, in hex; `out` holds FINGERPRINT_TEXT bytes. */
void fingerprint_json(const json_t *value, char *out);

#endif
