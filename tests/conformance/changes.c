/* Tools that change something, and say so to the clients that listen. The tables themselves stay as they are. */
#include "base/own.h"
#include "server/engine.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"

static int run_tools_changed(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct fixture *fixture = call->env;
    engine_list_changed(fixture->engine, ENGINE_TOOLS);
    return answer_with(out, block_text("The list of tools has changed."));
}

static int run_prompts_changed(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct fixture *fixture = call->env;
    engine_list_changed(fixture->engine, ENGINE_PROMPTS);
    return answer_with(out, block_text("The list of prompts has changed."));
}

static int run_resource_updated(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    struct fixture *fixture = call->env;
    int version = ++fixture->watched_version;
    engine_resource_updated(fixture->engine, WATCHED_URI);
    return answer_with(out, block_text("%s is at version %d.", WATCHED_URI, version));
}

static const struct tool tools[] = {
    PLAIN_TOOL("test_trigger_tool_change", "Says that the list of tools has changed.", run_tools_changed),
    PLAIN_TOOL("test_trigger_prompt_change", "Says that the list of prompts has changed.", run_prompts_changed),
    PLAIN_TOOL("test_trigger_resource_update", "Changes the watched resource.", run_resource_updated),
};

const struct tool_table change_tools = {tools, ARRAY_LEN(tools)};
