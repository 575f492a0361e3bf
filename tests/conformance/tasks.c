/* Tools that take long. A client that knows the tasks extension is answered with a task; where it does not, the call takes as
   long as it takes. */
#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/ask.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/confirm_delete.json.h"
#include "tests/conformance/fixture.h"
#include "tests/conformance/greet.json.h"
#include "tests/conformance/slow_compute.json.h"

#define JOB_MS 200

static int work(const struct tool_call *call, double ms, struct err *e)
{
    enum stop_why why = stop_sleep(call->stop, (int64_t)ms);
    return why == STOP_GO_ON ? 0 : stop_err(why, "working", e);
}

/* Never a task: it takes no time. */
static int run_greet(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return answer_with(out, block_text("Hello, %s!", json_str(call->arguments, "name", "")));
}

static int run_slow(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    double seconds = json_num(call->arguments, "seconds", 0);
    if (seconds > 0)
        call->detach(call);
    if (work(call, seconds * 1000, e))
        return -1;
    return answer_with(out, block_text("Computed %s.", json_str(call->arguments, "label", "it")));
}

/* Runs as a task or not at all; and then it fails, as a tool does. */
static int run_failing(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    if (!call->detach(call))
        return answer_lacking(out, json_pack("{s:{s:{}}}", "extensions", "io.modelcontextprotocol/tasks"));
    if (work(call, JOB_MS, e))
        return -1;
    return answer_error(out, block_text("The job failed, as it always does."));
}

/* Fails with an error of the protocol, not of the tool: the task finds that it needs what the client has not declared. */
static int run_protocol_error(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    call->detach(call);
    if (work(call, JOB_MS, e))
        return -1;
    json_auto_t *answer = NULL;
    if (!put_question(call, (struct question){.key = "roots", .method = "roots/list", .params = json_object()}, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text("The client has %zu roots.", json_array_size(json_arr(answer, "roots"))));
}

/* Asks from within the task. */
static int run_confirm(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    call->detach(call);
    const char *file = json_str(call->arguments, "filename", "");
    auto_free char *message = xasprintf("Delete %s?", file);
    json_auto_t *answer = NULL;
    struct question q = {.key = "confirm", .method = "elicitation/create", .params = elicitation_for_yes(message, "confirm")};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    return answer_with(out, block_text(elicited_yes(answer, "confirm") ? "%s could be deleted now." : "%s stays.", file));
}

/* Asks for two things at once from within the task; they may be answered one by one. */
static int run_two(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    call->detach(call);
    json_auto_t *answers = NULL;
    struct question questions[] = {
        {.key = "name", .method = "elicitation/create", .params = elicitation_for_text("What is your name?", "name")},
        {.key = "confirm", .method = "elicitation/create", .params = elicitation_for_yes("Go on?", "confirm")},
    };
    if (!put_questions(call, questions, ARRAY_LEN(questions), out, &answers, e))
        return unanswered(e);
    return answer_with(out, block_text("%s said %s.", elicited_text(json_obj(answers, "name"), "name", "Somebody"),
                                       elicited_yes(json_obj(answers, "confirm"), "confirm") ? "yes" : "no"));
}

/* Asks first and becomes a task then. */
static int run_asked_task(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    json_auto_t *answer = NULL;
    struct question q = {.key = "user_name", .method = "elicitation/create",
                         .params = elicitation_for_text("Who is this job for?", "name"), .bound = true};
    if (!put_question(call, q, out, &answer, e))
        return unanswered(e);
    call->detach(call);
    if (work(call, JOB_MS, e))
        return -1;
    return answer_with(out, block_text("Done for %s.", elicited_text(answer, "name", "nobody")));
}

static const struct tool tools[] = {
    {.name = "greet", .run = run_greet, DOCUMENT(greet)},
    {.name = "slow_compute", .run = run_slow, DOCUMENT(slow_compute)},
    {.name = "confirm_delete", .run = run_confirm, DOCUMENT(confirm_delete)},
    PLAIN_TOOL("failing_job", "Fails, as a task.", run_failing),
    PLAIN_TOOL("protocol_error_job", "Needs the client's roots, and finds out late.", run_protocol_error),
    PLAIN_TOOL("multi_input", "Asks two things at once, as a task.", run_two),
    PLAIN_TOOL("test_tool_with_task", "Asks who a job is for, and does it as a task.", run_asked_task),
};

const struct tool_table task_tools = {tools, ARRAY_LEN(tools)};
