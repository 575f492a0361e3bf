/* Where an answer that was cut goes on. A cursor is opaque to callers and holds for one tool and one set of arguments. */
#ifndef LW_TOOLS_CURSOR_H
#define LW_TOOLS_CURSOR_H

#include "base/err.h"

#include <jansson.h>

#define CURSOR_TEXT_MAX 4096 /* characters; the documents say so as well */

/* Makes a cursor out of a position (an object; borrowed) for this tool and these arguments, whose own `cursor` does not
   count. A position must name nothing that the call could not reach anyway: a caller can make one up. Free with free(). */
char *cursor_make(const char *tool, const json_t *arguments, const json_t *position);

/* The position in the argument `cursor`, as a new reference; NULL with `e` clear when the argument is not there, NULL with
   ERR_INVALID when the cursor is damaged or belongs to another tool or to other arguments. */
json_t *cursor_read(const char *tool, const json_t *arguments, struct err *e);

#endif
