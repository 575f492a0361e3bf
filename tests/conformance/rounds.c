/* Tools that ask for several things, or for one thing after the other. Each reads as if its client answered on the spot. In
   2026-07-28 it is run again with every round of answers; which of them count is the engine's business. */
#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"

#define ELICIT "elicitation/create"
#define SAMPLE "sampling/createMessage"
#define ROOTS "roots/list"

static int run_name(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "user_name", .method = ELICIT, .params = elicitation_for_text("What is your name?", "name")};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("Hello, %s!", elicited_text(answer, "name", "stranger")));
}

static int run_capital(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "capital_question", .method = SAMPLE,
                         .params = sampling_params("What is the capital of France?", 100)};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("The model says: %s", sampled_text(answer)));
}

static int run_roots(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "client_roots", .method = ROOTS, .params = json_object()};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("The client has %zu roots.", json_array_size(json_arr(answer, "roots"))));
}

/* A bound question: a yes counts only where it was this server that asked. */
static int confirm(const struct tool_call *call, const char *yes, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "confirm", .method = ELICIT, .params = elicitation_for_yes("Please confirm", "ok"), .bound = true};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("%s", elicited_yes(answer, "ok") ? yes : "Then not."));
}

static int run_state(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return confirm(call, "state-ok", out, e);
}

static int run_tampered(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return confirm(call, "Confirmed.", out, e);
}

static int run_multiple(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answers = NULL;
    struct question questions[] = {
        {.key = "user_name", .method = ELICIT, .params = elicitation_for_text("What is your name?", "name"), .bound = true},
        {.key = "greeting", .method = SAMPLE, .params = sampling_params("Generate a greeting", 50), .bound = true},
        {.key = "client_roots", .method = ROOTS, .params = json_object(), .bound = true},
    };
    if (!put_questions(call, questions, ARRAY_LEN(questions), out, &answers, e))
        return unanswered(e);
    return answer_with(out, block_text("%s %s, with %zu roots.", sampled_text(json_obj(answers, "greeting")),
                                       elicited_text(json_obj(answers, "user_name"), "name", "stranger"),
                                       json_array_size(json_arr(json_obj(answers, "client_roots"), "roots"))));
}

static int run_steps(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *name = NULL, *color = NULL;
    struct question first = {.key = "step1", .method = ELICIT, .bound = true,
                             .params = elicitation_for_text("Step 1: What is your name?", "name")};
    if (!put_question(call, first, out, &name, e))
        return unanswered(e);
    struct question second = {.key = "step2", .method = ELICIT, .bound = true,
                              .params = elicitation_for_text("Step 2: What is your favorite color?", "color")};
    if (!put_question(call, second, out, &color, e))
        return unanswered(e);
    return answer_with(out, block_text("%s likes %s.", elicited_text(name, "name", "Somebody"),
                                       elicited_text(color, "color", "nothing")));
}

/* Asks the person and the model, whichever this client has: no answer is needed. */
static int run_either(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *form = elicitation_for_text("What is your name?", "name"), *prompt = sampling_params("Greet somebody", 50);
    struct question greeting = {.key = "greeting", .method = SAMPLE, .params = prompt};
    struct question name = {.key = "user_name", .method = ELICIT, .params = form, .also = &greeting};
    json_auto_t *named = NULL, *greeted = NULL;
    enum asked person = call->ask(call, &name, &named), model = call->ask(call, &greeting, &greeted);
    if (person == ASKED_LATER || model == ASKED_LATER)
        return 0;
    return answer_with(out, block_text("%s %s!", greeted ? sampled_text(greeted) : "Hello,",
                                       elicited_text(named, "name", "stranger")));
}

static const struct tool tools[] = {
    PLAIN_TOOL("test_input_required_result_elicitation", "Asks the person's name.", run_name),
    PLAIN_TOOL("test_input_required_result_sampling", "Asks the client's model.", run_capital),
    PLAIN_TOOL("test_input_required_result_list_roots", "Counts the client's roots.", run_roots),
    PLAIN_TOOL("test_input_required_result_request_state", "Asks for a confirmation.", run_state),
    PLAIN_TOOL("test_input_required_result_tampered_state", "Asks for a confirmation.", run_tampered),
    PLAIN_TOOL("test_input_required_result_multiple_inputs", "Asks person, model and client at once.", run_multiple),
    PLAIN_TOOL("test_input_required_result_multi_round", "Asks two things, one after the other.", run_steps),
    PLAIN_TOOL("test_input_required_result_capabilities", "Asks whom the client lets it ask.", run_either),
};

const struct tool_table round_tools = {tools, ARRAY_LEN(tools)};
