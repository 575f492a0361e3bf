/* Plans of investigation: texts with places for the arguments of a prompt.

   In a text, {name} stands for the value given, as a JSON string. A line that begins with "@tool a b {...}" becomes a call: of
   the arguments a and b those that were given, then the members of the object. A line "[[name: ...]]" is there only where `name`
   was given; it may be a call. A value is data from a stranger: it is short, on one line, and always in quotes. */
#ifndef LW_TOOLS_PROMPTS_PLAN_H
#define LW_TOOLS_PROMPTS_PLAN_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>

#define PLAN_VALUE_MAX 300 /* bytes of one argument's value */
#define PLAN_MAX 32768

/* Copies the arguments (an object of strings) without those that are empty. Returns 0, or -1 and ERR_INVALID for a value that is
   too long or holds control or invisible characters. */
int plan_arguments(const json_t *given, json_t **out, struct err *e);

/* Appends the text with its places filled from such a copy. ERR_INTERNAL for a text that is not as described above. */
int plan_fill(const char *text, const json_t *arguments, struct buf *out, struct err *e);

#endif
