/* Prompts: plain, with arguments and suggestions for them, with a resource, with an image, and one that asks first. */
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"
#include "tests/conformance/test_prompt_with_arguments.json.h"
#include "tests/conformance/test_prompt_with_embedded_resource.json.h"

static json_t *user_says(json_t *block)
{
    return json_pack("{s:s, s:o}", "role", "user", "content", block);
}

static int get_simple(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)call, (void)e;
    out->messages = json_pack("[o]", user_says(block_text("This is a simple prompt for testing.")));
    return 0;
}

static int get_with_arguments(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)e;
    out->messages = json_pack("[o]", user_says(block_text("Prompt with arguments: arg1='%s', arg2='%s'",
                                                          json_str(call->arguments, "arg1", ""),
                                                          json_str(call->arguments, "arg2", ""))));
    return 0;
}

/* Suggests what begins like that which has been typed. */
static int complete_arguments(const struct tool_call *call, const char *argument, const char *value, struct completion *out,
                              struct err *e)
{
    (void)call, (void)argument, (void)e;
    static const char *const known[] = {"paris", "park", "party", "test", "testing"};
    out->values = json_array();
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (text_starts(known[i], value))
            json_array_append_new(out->values, json_string(known[i]));
    out->total = (int64_t)json_array_size(out->values);
    return 0;
}

static int get_with_resource(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)e;
    json_t *resource = block_resource(json_str(call->arguments, "resourceUri", ""), "text/plain",
                                      "Embedded resource content for testing.");
    json_t *request = block_text("Please process the embedded resource above.");
    out->messages = json_pack("[o, o]", user_says(resource), user_says(request));
    return 0;
}

static int get_with_image(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)call, (void)e;
    out->messages = json_pack("[o, o]", user_says(block_image()), user_says(block_text("Please analyze the image above.")));
    return 0;
}

/* Asks what it is about; without an answer it is about nothing in particular. */
static int get_asking(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *params = elicitation_for_text("What context should the prompt use?", "context"), *answer = NULL;
    struct question q = {.key = "user_context", .method = "elicitation/create", .params = params};
    if (call->ask(call, &q, &answer) == ASKED_LATER)
        return 0;
    out->messages = json_pack("[o]", user_says(block_text("Use this context: %s", elicited_text(answer, "context", "none"))));
    return 0;
}

#define PLAIN_PROMPT_DOCUMENT(name_, description_) "{\"name\":\"" name_ "\",\"description\":\"" description_ "\"}"
#define PLAIN_PROMPT(name_, description_, get_)                                                                                  \
    {                                                                                                                            \
        .name = name_, .get = get_, .document = PLAIN_PROMPT_DOCUMENT(name_, description_),                                      \
        .document_len = sizeof PLAIN_PROMPT_DOCUMENT(name_, description_) - 1                                                    \
    }

static const struct prompt
    asking = PLAIN_PROMPT("test_input_required_result_prompt", "A prompt that asks what it is about.", get_asking),
    simple = PLAIN_PROMPT("test_simple_prompt", "A prompt without arguments.", get_simple),
    with_arguments = {.name = "test_prompt_with_arguments", .get = get_with_arguments, .complete = complete_arguments,
                      DOCUMENT(test_prompt_with_arguments)},
    with_resource = {.name = "test_prompt_with_embedded_resource", .get = get_with_resource,
                     DOCUMENT(test_prompt_with_embedded_resource)},
    with_image = PLAIN_PROMPT("test_prompt_with_image", "A prompt with an image.", get_with_image);

const struct prompt *const fixture_prompts[] = {&asking, &with_arguments, &with_resource, &with_image, &simple};
const size_t fixture_prompt_count = ARRAY_LEN(fixture_prompts);
