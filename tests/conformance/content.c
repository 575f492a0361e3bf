/* Tools that answer with every kind of content, with an error, and with documents that say more than most. */
#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"
#include "tests/conformance/json_schema_2020_12_tool.json.h"
#include "tests/conformance/test_routed_argument.json.h"

static int run_text(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_with(out, block_text("This is a simple text response for testing."));
}

static int run_image(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_with(out, block_image());
}

static int run_audio(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_with(out, json_pack("{s:s, s:s, s:s}", "type", "audio", "data", silence_wav, "mimeType", "audio/wav"));
}

static int run_embedded(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    return answer_with(out, block_resource("test://embedded-resource", "text/plain", "This is an embedded resource content."));
}

static int run_mixed(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)e;
    json_t *resource = block_resource("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}");
    out->content = json_pack("[o, o, o]", block_text("Multiple content types test:"), block_image(), resource);
    return 0;
}

/* What a tool could not foresee: the engine makes the answer, with isError. */
static int run_failing(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)call, (void)out;
    return err_set(e, ERR_UPSTREAM, "This tool intentionally returns an error for testing");
}

/* Says what arguments it was given: that they passed the schema is the point. */
static int run_arguments(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    size_t n;
    auto_free char *text = json_text(call->arguments, &n);
    return answer_with(out, block_text("Arguments: %s", text));
}

static const struct tool tools[] = {
    PLAIN_TOOL("test_simple_text", "Answers with text.", run_text),
    PLAIN_TOOL("test_reconnection", "Answers at once, with text: no stream is there to come back to.", run_text),
    PLAIN_TOOL("test_image_content", "Answers with an image.", run_image),
    PLAIN_TOOL("test_audio_content", "Answers with sound.", run_audio),
    PLAIN_TOOL("test_embedded_resource", "Answers with a resource inside.", run_embedded),
    PLAIN_TOOL("test_multiple_content_types", "Answers with text, an image and a resource.", run_mixed),
    PLAIN_TOOL("test_error_handling", "Fails.", run_failing),
    {.name = "json_schema_2020_12_tool", .run = run_arguments, DOCUMENT(json_schema_2020_12_tool)},
    {.name = "test_routed_argument", .run = run_arguments, DOCUMENT(test_routed_argument)},
};

const struct tool_table content_tools = {tools, ARRAY_LEN(tools)};
