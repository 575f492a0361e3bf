/* Where in a document we are: a chain of stack frames, written out only when there is something to say.
   Inside schema/ only. */
#ifndef LW_SCHEMA_PLACE_H
#define LW_SCHEMA_PLACE_H

#include "base/buf.h"

#include <jansson.h>
#include <stddef.h>

struct place {
    const struct place *up; /* NULL for the document itself */
    const char *key;        /* a member's name, or NULL for an item */
    size_t index;
};

/* Bytes a pointer or a value may take in a message, with its NUL. */
#define PLACE_TEXT_MAX 160
#define VALUE_TEXT_MAX 96

/* The JSON pointer (RFC 6901), "/" for the document itself. Control characters are written \u00XX; of a deep
   pointer the end is kept, of long names the beginning, and "..." stands for the rest. */
const char *place_text(const struct place *at, char text[PLACE_TEXT_MAX]);

/* A value in a few words: `integer 5`, `string "abc"`, `array [1,2...`, `null`. Long ones are cut at 60 bytes. */
const char *value_text(const json_t *v, char text[VALUE_TEXT_MAX]);

/* Appends the JSON text of a value, cut at 60 bytes. */
void value_add(const json_t *v, struct buf *out);

#endif
