/* Tools that ask the client one thing and answer with what it said. */
#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"
#include "tests/conformance/form_of_defaults.json.h"
#include "tests/conformance/form_of_enums.json.h"
#include "tests/conformance/form_of_user.json.h"
#include "tests/conformance/test_elicitation.json.h"
#include "tests/conformance/test_sampling.json.h"

static int run_sampling(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "answer", .method = "sampling/createMessage",
                         .params = sampling_params(json_str(call->arguments, "prompt", ""), 100)};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("LLM response: %s", sampled_text(answer)));
}

static int run_missing(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "answer", .method = "sampling/createMessage", .params = sampling_params("Say something.", 20)};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("It said: %s", sampled_text(answer)));
}

static int run_streaming(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "name", .method = "elicitation/create", .params = elicitation_for_text("Who is there?", "name")};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("Hello, %s!", elicited_text(answer, "name", "nobody")));
}

struct form {
    const char *message;
    const char *schema; /* JSON text */
    size_t schema_len;
    const char *label; /* what stands before the answer */
};

/* The schema of documents/<name>.json, as the build has made it. */
#define FORM(name) .schema = name##_document, .schema_len = sizeof name##_document - 1

/* Shows a form, and answers with how it was filled in. */
static int show_form(const struct tool_call *call, const struct form *form, struct tool_answer *out, struct err *e)
{
    json_t *schema = json_parse(form->schema, form->schema_len, JSON_DEPTH_CLIENT, e);
    if (!schema)
        return -1;
    json_auto_t *answer = NULL;
    struct question q = {.key = "form", .method = "elicitation/create", .params = elicitation_params(form->message, schema)};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    json_t *content = json_obj(answer, "content");
    size_t n;
    auto_free char *filled = content ? json_text(content, &n) : xstrdup("{}");
    return answer_with(out, block_text("%s: action=%s, content=%s", form->label, json_str(answer, "action", ""), filled));
}

static int run_elicitation(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    struct form form = {json_str(call->arguments, "message", ""), FORM(form_of_user), .label = "User response"};
    return show_form(call, &form, out, e);
}

static int run_defaults(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    struct form form = {"Please check the values that are filled in", FORM(form_of_defaults), .label = "Elicitation completed"};
    return show_form(call, &form, out, e);
}

static int run_enums(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    struct form form = {"Please choose", FORM(form_of_enums), .label = "Elicitation completed"};
    return show_form(call, &form, out, e);
}

static const struct tool tools[] = {
    {.name = "test_sampling", .run = run_sampling, DOCUMENT(test_sampling)},
    {.name = "test_elicitation", .run = run_elicitation, DOCUMENT(test_elicitation)},
    PLAIN_TOOL("test_elicitation_sep1034_defaults", "Shows a form with values filled in.", run_defaults),
    PLAIN_TOOL("test_elicitation_sep1330_enums", "Shows a form with every kind of choice.", run_enums),
    PLAIN_TOOL("test_missing_capability", "Asks the client's model, and cannot do without.", run_missing),
    PLAIN_TOOL("test_streaming_elicitation", "Asks who is there.", run_streaming),
};

const struct tool_table asking_tools = {tools, ARRAY_LEN(tools)};
