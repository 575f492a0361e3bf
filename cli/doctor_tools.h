/* What `doctor` says of the tools. */
#ifndef LW_CLI_DOCTOR_TOOLS_H
#define LW_CLI_DOCTOR_TOOLS_H

#include "cli/command.h"
#include "cli/doctor_report.h"

/* Which are offered and which are not; and where two settings contradict each other, which of them counts. */
void doctor_tools(struct doctor_report *r, const struct program *p, const struct settings *s);

#endif
