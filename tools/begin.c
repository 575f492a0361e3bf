#include "tools/begin.h"

#include "base/json.h"
#include "tools/env.h"
#include "tools/failure.h"

int tool_begin(const struct tool_call *call, const char *tool, struct aws_session **session, struct envelope *v,
               struct tool_answer *out)
{
    const struct tool_env *env = call->env;
    struct err e = {0};
    *out = (struct tool_answer){0};
    struct aws_session *s = aws_session_new(env->aws, json_str(call->arguments, "region", NULL), call->stop, &e);
    if (!s)
        return failure_err(out, &e);
    *session = s;
    envelope_init(v, tool);
    return 0;
}

int tool_end(const struct tool_answer *out, int rc)
{
    return out->content ? 0 : rc;
}
