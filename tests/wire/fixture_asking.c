/* Tools that ask the client, or tell it what they do. */
#include "tests/wire/fixture_asking.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

static int say(struct tool_answer *out, const char *text)
{
    out->content = json_pack("[{s:s, s:s}]", "type", "text", "text", text);
    return 0;
}

/* What a tool answers that got no answer itself. `required`: what the client would have to declare; taken over. */
static int unanswered(struct tool_answer *out, enum asked how, json_t *required)
{
    out->is_error = how != ASKED_LATER;
    if (how == ASKED_CANNOT)
        out->required = required;
    else
        json_decref(required);
    return say(out, how == ASKED_LATER ? "to be thrown away" : how == ASKED_CANNOT ? "cannot ask" : "nobody answered");
}

static json_t *form(const char *message, const char *member)
{
    return json_pack("{s:s, s:s, s:{s:s, s:{s:{s:s, s:i}}, s:[s]}}", "mode", "form", "message", message, "requestedSchema",
                     "type", "object", "properties", member, "type", "string", "maxLength", 40, "required", member);
}

/* What was filled in, or what was done instead. */
static const char *filled(const json_t *answer, const char *member)
{
    const char *action = json_str(answer, "action", "");
    return strcmp(action, "accept") == 0 ? json_str(json_obj(answer, "content"), member, "") : action;
}

static int run_ask(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *params = form("Who are you?", "name"), *answer = NULL;
    struct question q = {.key = "who", .method = "elicitation/create", .params = params};
    enum asked how = call->ask(call, &q, &answer);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{}}", "elicitation"));
    bool accepted = strcmp(json_str(answer, "action", ""), "accept") == 0;
    auto_free char *text = accepted ? xasprintf("hello %s", filled(answer, "name")) : xstrdup(filled(answer, "name"));
    return say(out, text);
}

/* One question after the other; `together` puts both before waiting for the first. */
static int ask_two(const struct tool_call *call, bool together, struct tool_answer *out)
{
    json_auto_t *first = form("The first?", "text"), *second = form("The second?", "text"), *a = NULL, *b = NULL;
    struct question last = {.key = "second", .method = "elicitation/create", .params = second};
    struct question q = {.key = "first", .method = "elicitation/create", .params = first, .also = together ? &last : NULL};
    enum asked how = call->ask(call, &q, &a);
    if (how == ASKED_ANSWERED)
        how = call->ask(call, &last, &b);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{}}", "elicitation"));
    auto_free char *text = xasprintf("%s and %s", filled(a, "text"), filled(b, "text"));
    return say(out, text);
}

static int run_ask_both(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return ask_two(call, true, out);
}

static int run_ask_twice(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    return ask_two(call, false, out);
}

/* Counts an answer only where this server has asked on these arguments. */
static int run_confirm(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    const char *what = json_str(call->arguments, "what", "");
    json_auto_t *params = json_pack("{s:s, s:{s:s, s:{}}}", "message", what, "requestedSchema", "type", "object", "properties");
    json_auto_t *answer = NULL;
    struct question q = {.key = "sure", .method = "elicitation/create", .params = params, .bound = true};
    enum asked how = call->ask(call, &q, &answer);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{}}", "elicitation"));
    auto_free char *text = xasprintf("%s: %s", what, json_str(answer, "action", ""));
    return say(out, text);
}

static int run_visit(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *params = json_pack("{s:s, s:s, s:s}", "mode", "url", "message", "Look there.", "url",
                                    "https://lake.example.com/x");
    json_auto_t *answer = NULL;
    struct question q = {.key = "visit", .method = "elicitation/create", .params = params};
    enum asked how = call->ask(call, &q, &answer);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{s:{}}}", "elicitation", "url"));
    return say(out, json_str(answer, "action", ""));
}

static int run_sample(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *params = json_pack("{s:[{s:s, s:{s:s, s:s}}], s:i}", "messages", "role", "user", "content", "type", "text",
                                    "text", "What is the capital of France?", "maxTokens", 100);
    json_auto_t *answer = NULL;
    struct question q = {.key = "capital", .method = "sampling/createMessage", .params = params};
    enum asked how = call->ask(call, &q, &answer);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{}}", "sampling"));
    return say(out, json_str(json_obj(answer, "content"), "text", "no text"));
}

static int run_roots(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    json_auto_t *answer = NULL;
    struct question q = {.key = "roots", .method = "roots/list"};
    enum asked how = call->ask(call, &q, &answer);
    if (how != ASKED_ANSWERED)
        return unanswered(out, how, json_pack("{s:{}}", "roots"));
    return say(out, json_str(json_array_get(json_arr(answer, "roots"), 0), "uri", "no root"));
}

/* Says something at four levels; `long`: so many characters at the last. */
static int run_chat(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    (void)e;
    size_t n = (size_t)json_int(call->arguments, "long", 4);
    auto_free char *text = xcalloc(n + 1, 1);
    memset(text, 'x', n);
    call->log(call, NOTE_DEBUG, "chat", json_string("all of it"));
    call->log(call, NOTE_INFO, "chat", json_pack("{s:i}", "step", 1));
    call->log(call, NOTE_WARNING, NULL, json_true());
    call->log(call, NOTE_ERROR, "chat", json_string(text));
    return say(out, "chatted");
}

#define TOOL(id, what, schema) \
    const struct tool fixture_##id = {.name = #id, .run = run_##id, .document = DOCUMENT(id, what, schema), \
                                      .document_len = sizeof DOCUMENT(id, what, schema) - 1}
#define DOCUMENT(id, what, schema) \
    "{\"name\":\"" #id "\",\"description\":\"" what "\",\"inputSchema\":{\"type\":\"object\"," schema "}}"
#define NO_ARGUMENTS "\"additionalProperties\":false"

TOOL(ask, "Asks who you are.", NO_ARGUMENTS);
TOOL(ask_both, "Asks two questions at once.", NO_ARGUMENTS);
TOOL(ask_twice, "Asks two questions, one after the other.", NO_ARGUMENTS);
TOOL(chat, "Says what it does.", "\"properties\":{\"long\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000}}");
TOOL(confirm, "Does it if a person agrees.", "\"properties\":{\"what\":{\"type\":\"string\"},\"how\":{\"type\":\"string\"}}");
TOOL(roots, "Asks for the folders.", NO_ARGUMENTS);
TOOL(sample, "Asks the client's model.", NO_ARGUMENTS);
TOOL(visit, "Sends a person to a page.", NO_ARGUMENTS);
