/* Tools that tell the client how they are getting on: progress and log messages. */
#include "base/own.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"

/* The work between two messages. Longer than the gap within which the engine leaves out progress notes. */
#define STEP_MS 60

static int work(const struct tool_call *call, struct err *e)
{
    enum stop_why why = stop_sleep(call->stop, STEP_MS);
    return why == STOP_GO_ON ? 0 : stop_err(why, "working", e);
}

/* The last note comes before the last step and not right before the answer: some clients lose it there. */
static int run_progress(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    static const double done[] = {0, 50, 100};
    for (size_t i = 0; i < ARRAY_LEN(done); i++) {
        call->progress(call, done[i], 100, NULL);
        if (work(call, e))
            return -1;
    }
    return answer_with(out, block_text("Told how far it was, %zu times.", ARRAY_LEN(done)));
}

static int run_logging(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    static const char *const messages[] = {"Tool execution started", "Tool processing data", "Tool execution completed"};
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        call->log(call, NOTE_INFO, NULL, json_string(messages[i]));
        if (work(call, e))
            return -1;
    }
    return answer_with(out, block_text("Logged %zu messages.", ARRAY_LEN(messages)));
}

static const struct tool tools[] = {
    PLAIN_TOOL("test_tool_with_progress", "Tells how far it is.", run_progress),
    PLAIN_TOOL("test_tool_with_logging", "Logs three messages.", run_logging),
    PLAIN_TOOL("test_logging_tool", "Logs three messages, to clients that asked for such.", run_logging),
};

const struct tool_table telling_tools = {tools, ARRAY_LEN(tools)};
