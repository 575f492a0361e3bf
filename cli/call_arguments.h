/* NAME=VALUE words to the arguments of a tool. */
#ifndef LW_CLI_CALL_ARGUMENTS_H
#define LW_CLI_CALL_ARGUMENTS_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

/* Each value becomes what the tool's input schema says its name is: a string as it stands; a number, boolean, array or object
   from JSON. A single word that begins with '{' is the whole arguments object. `input` may be NULL: then every value is a
   string. New reference, or NULL with ERR_CONFIG naming the word. */
json_t *call_arguments(const json_t *input, const char *const *words, size_t n, struct err *e);

/* Adds to an error about a flag, where an argument of the tool is called so, how that is given. `input` is as above. */
void call_arguments_hint(const json_t *input, int argc, char *const *argv, struct err *e);

#endif
