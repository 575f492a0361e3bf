/* Tools for what comes later than an answer: changes that are told to who listens, and calls that go on as tasks. */
#include "tests/wire/fixture_late.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DOCUMENT(text) .document = text, .document_len = sizeof text - 1

static int answer_text(struct tool_answer *out, char *text)
{
    out->content = json_pack("[{s:s, s:s}]", "type", "text", "text", text);
    free(text);
    return 0;
}

static int run_announce(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    static const struct {
        const char *name;
        enum engine_list list;
    } lists[] = {{"tools", ENGINE_TOOLS}, {"prompts", ENGINE_PROMPTS}, {"resources", ENGINE_RESOURCES}};
    const struct fixture_env *env = call->env;
    if (!env)
        return err_set(e, ERR_INVALID, "there is no engine to tell");
    const char *wanted = json_str(call->arguments, "list", ""), *uri = json_str(call->arguments, "uri", NULL);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (strcmp(lists[i].name, wanted) == 0)
            engine_list_changed(env->engine, lists[i].list);
    if (uri)
        engine_resource_updated(env->engine, uri);
    return answer_text(out, xstrdup("announced"));
}

static json_t *form(const char *member)
{
    return json_pack("{s:s, s:s+, s:{s:s, s:{s:{s:s}}}}", "mode", "form", "message", "What is your ", member, "requestedSchema", "type",
                     "object", "properties", member, "type", "string");
}

/* Asks for a name and a colour at once; says what came of it. */
static int ask_both(const struct tool_call *call, char **said, struct err *e)
{
    json_auto_t *name_params = form("name"), *colour_params = form("colour"), *name = NULL, *colour = NULL;
    struct question second = {.key = "colour", .method = "elicitation/create", .params = colour_params};
    struct question first = {.key = "name", .method = "elicitation/create", .params = name_params, .also = &second};
    enum asked how = call->ask(call, &first, &name);
    if (how == ASKED_ANSWERED)
        how = call->ask(call, &second, &colour);
    if (how != ASKED_ANSWERED)
        return how == ASKED_LATER ? 0 : err_set(e, ERR_UPSTREAM, "nobody answered");
    *said = xasprintf("%s likes %s", json_str(json_obj(name, "content"), "name", "somebody"),
                      json_str(json_obj(colour, "content"), "colour", "nothing"));
    return 0;
}

static int run_linger(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    const char *fails = json_str(call->arguments, "fails", "");
    bool detached = call->detach(call);
    auto_free char *said = NULL;
    call->progress(call, 1, 2, "half way");
    if (json_flag(call->arguments, "asks", false) && (ask_both(call, &said, e) || !said))
        return e->kind == ERR_NONE ? 0 : -1;
    enum stop_why why = stop_sleep(call->stop, json_int(call->arguments, "ms", 0));
    if (why != STOP_GO_ON && !json_flag(call->arguments, "stubborn", false))
        return stop_err(why, "lingering", e);
    if (strcmp(fails, "tool") == 0)
        return err_set(e, ERR_UPSTREAM, "the upstream is on fire");
    if (strcmp(fails, "protocol") == 0)
        out->required = json_pack("{s:{}}", "roots");
    out->structured = json_pack("{s:b}", "detached", detached);
    return answer_text(out, said ? steal(&said) : xstrdup("lingered"));
}

const struct tool tool_announce = {
    .name = "announce", .run = run_announce,
    DOCUMENT("{\"name\":\"announce\",\"description\":\"Says that something has changed.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"list\":{\"type\":\"string\",\"enum\":[\"tools\",\"prompts\",\"resources\"]},\"uri\":{\"type\":\"string\"}},"
             "\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}")};
const struct tool tool_linger = {
    .name = "linger", .run = run_linger,
    DOCUMENT("{\"name\":\"linger\",\"description\":\"Takes long, as a task where it can.\",\"inputSchema\":{\"type\":\"object\","
             "\"properties\":{\"ms\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":600000},\"asks\":{\"type\":\"boolean\"},"
             "\"stubborn\":{\"type\":\"boolean\"},"
             "\"fails\":{\"type\":\"string\",\"enum\":[\"tool\",\"protocol\"]}},\"additionalProperties\":false},"
             "\"annotations\":{\"readOnlyHint\":true}}")};
