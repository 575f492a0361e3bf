/* Suggestions while somebody types the argument of a prompt or the variable of a template (completion/complete). */
#ifndef LW_TOOLS_SUGGEST_H
#define LW_TOOLS_SUGGEST_H

#include "tools/offer.h"

#define SUGGEST_TIMEOUT_MS 2000

/* complete_fn for the product's arguments, told by their names: those that begin with what was typed first, then those that
   contain it. What may not be listed, or not within SUGGEST_TIMEOUT_MS, is not suggested: never an error. */
int suggest(const struct tool_call *call, const char *argument, const char *value, struct completion *out, struct err *e);

#endif
