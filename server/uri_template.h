/* URI templates of level 1 (RFC 6570 section 1.2): literals and {name}. Read backwards: which values lead to a given URI. */
#ifndef LW_SERVER_URI_TEMPLATE_H
#define LW_SERVER_URI_TEMPLATE_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>

/* Whether it is one we can match: every {name} is letters, digits, "_" or ".", none twice, none right behind another.
   Returns 0, or -1 and ERR_CONFIG. */
int uri_template_check(const char *text, struct err *e);

/* The names of the variables, in order: an array of strings. Of a template that has been checked. */
json_t *uri_template_variables(const char *text);

/* The variables' values, percent-decoded, as an object of strings; or NULL where the URI is not of the template's form. A value
   is never empty, holds no "/" in the URI itself, and is UTF-8 without control characters when decoded. */
json_t *uri_template_match(const char *text, const char *uri);

#endif
