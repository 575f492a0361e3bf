/* Root-cause documents that were kept in S3 (--rca-bucket), one folder for each ticket: read back as a resource. */
#ifndef LW_TOOLS_SERVICENOW_RCA_KEPT_H
#define LW_TOOLS_SERVICENOW_RCA_KEPT_H

#include "aws/aws.h"
#include "tools/offer.h"

/* The template lakewarden://rca/{number}. */
extern const struct resource rca_kept;

/* Appends the numbers of tickets that have documents and begin with `value`; see struct list. */
void rca_kept_numbers(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names);

#endif
