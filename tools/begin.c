#include "tools/begin.h"

#include "base/json.h"
#include "tools/env.h"
#include "tools/failure.h"

struct aws_where tool_where(const struct tool_call *call, enum aws_access access)
{
    return (struct aws_where){
        .region = json_str(call->arguments, "region", NULL),
        .account = json_str(call->arguments, "account", NULL),
        .access = access,
        .subject = call->subject,
    };
}

int tool_begin(const struct tool_call *call, const char *tool, struct aws_session **session, struct envelope *v,
               struct tool_answer *out)
{
    const struct tool_env *env = call->env;
    struct err e = {0};
    *out = (struct tool_answer){0};
    struct aws_where where = tool_where(call, AWS_READ);
    struct aws_session *s = aws_session_new(env->aws, &where, call->stop, &e);
    if (!s)
        return failure_err(out, &e);
    *session = s;
    envelope_init(v, tool);
    return 0;
}

void tool_where_on(const struct tool_call *call, json_t *arguments)
{
    json_put_str(arguments, "region", json_str(call->arguments, "region", NULL));
    json_put_str(arguments, "account", json_str(call->arguments, "account", NULL));
}

int tool_end(const struct tool_call *call, struct tool_answer *out, int rc)
{
    tool_choice_tell(tool_choice_of(call), out);
    return out->content ? 0 : rc;
}
