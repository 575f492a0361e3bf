/* How every tool's run opens and ends. Between the two a function that can fail with an error answer returns 0, or -1 with the
   answer in `out`. */
#ifndef LW_TOOLS_BEGIN_H
#define LW_TOOLS_BEGIN_H

#include "aws/aws.h"
#include "tools/envelope.h"
#include "tools/tool.h"

/* Where the arguments `region` and `account` point, and who asks. Borrows from the call. */
struct aws_where tool_where(const struct tool_call *call, enum aws_access access);

/* Empties `out`, opens a session that reads, in the region and account that the arguments name (else the server's own), and an
   answer of that tool; both are the caller's to free. The call's env is a struct tool_env. Returns 0, or -1 with the error
   answer in `out`. */
int tool_begin(const struct tool_call *call, const char *tool, struct aws_session **session, struct envelope *v,
               struct tool_answer *out);

/* Carries the call's `region` and `account`, where they were given, on to the arguments of a call that leads on. */
void tool_where_on(const struct tool_call *call, json_t *arguments);

/* What a run returns: 0 when there is an answer, of whatever kind, else `rc`. The answer is made to say what this server does not
   offer of the tools that it names. */
int tool_end(const struct tool_call *call, struct tool_answer *out, int rc);

#endif
