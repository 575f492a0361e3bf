/* One page of a log as it stands, for whoever goes through it by cursor. */
#ifndef LW_TOOLS_LOGS_PAGE_H
#define LW_TOOLS_LOGS_PAGE_H

#include "tools/envelope.h"
#include "tools/logs/read.h"

/* Files every line as evidence and prints all of it. What finds no room is warned of. */
void log_page_tell(const struct log_source *source, struct envelope *v);

#endif
