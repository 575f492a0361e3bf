/* The runbooks: a page for each cause of tools/cause.h, as resources lakewarden://runbook/CAUSE. */
#ifndef LW_TOOLS_RUNBOOKS_RUNBOOKS_H
#define LW_TOOLS_RUNBOOKS_RUNBOOKS_H

#include "tools/offer.h"

#define RUNBOOK_URI "lakewarden://runbook/"

extern const struct resource runbooks[];
extern const size_t runbooks_count;

/* The ResourceContents of a cause's runbook. New reference, or NULL when there is none. */
json_t *runbook_contents(const char *cause);

#endif
