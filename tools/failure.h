/* The answer of a tool that could not do its work: one paragraph that says what was wrong and what to do about it. */
#ifndef LW_TOOLS_FAILURE_H
#define LW_TOOLS_FAILURE_H

#include "aws/aws.h"
#include "tools/tool.h"

/* An error answer in the tool's own words: redacted, at most DIGEST_ERROR_MAX characters. Always returns -1, so
   that `return failure_say(out, ...)` ends whatever was under way, up to tool_end. */
int failure_say(struct tool_answer *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An error answer for what AWS said no with. `what` finishes "Could not ..." ("read the Glue job \"x\"").
   `missing` is the advice for a thing that does not exist ("Check the name and the region us-east-1."). Always returns -1. */
int failure_aws(struct tool_answer *out, const struct aws_operation *op, const struct aws_fault *f, const char *what,
                const char *missing);

/* An error answer for an error of our own side (no region, stopped, bad cursor). Always returns -1. */
int failure_err(struct tool_answer *out, const struct err *e);

#endif
