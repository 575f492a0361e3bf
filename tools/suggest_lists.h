/* Where the names come from that are suggested: one list for each argument. */
#ifndef LW_TOOLS_SUGGEST_LISTS_H
#define LW_TOOLS_SUGGEST_LISTS_H

#include "aws/aws.h"
#include "tools/tool.h"

struct list {
    const char *argument;
    const char *needs; /* another argument without which there is nothing to list; NULL: none */
    bool by_prefix;    /* the service looks for what was typed; else it lists all */

    /* Appends names (strings) to an array, as many as come by before the session's stop. `value`: what was typed. */
    void (*read)(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names);
};

/* The list for an argument, or NULL. */
const struct list *list_for(const char *argument);

#endif
