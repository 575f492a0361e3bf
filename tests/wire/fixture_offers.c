/* Prompts and resources whose contents a test can foretell. */
#include "tests/wire/fixture_offers.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT(text) .document = text, .document_len = sizeof text - 1

static json_t *says(const char *role, char *text)
{
    json_t *message = json_pack("{s:s, s:{s:s, s:s}}", "role", role, "content", "type", "text", "text", text);
    free(text);
    return message;
}

/* Asks the person for a word. What was said, or in words why nothing was; free with free(). NULL: later. */
static char *asked(const struct tool_call *call, const char *message)
{
    json_auto_t *params = json_pack("{s:s, s:{s:s, s:{s:{s:s}}}}", "message", message, "requestedSchema", "type", "object",
                                    "properties", "word", "type", "string");
    json_auto_t *answer = NULL;
    struct question q = {.key = "word", .method = "elicitation/create", .params = params};
    enum asked how = call->ask(call, &q, &answer);
    if (how == ASKED_LATER)
        return NULL;
    return xstrdup(how == ASKED_ANSWERED ? json_str(json_obj(answer, "content"), "word", "silent") : "not asked");
}

/* A mood of "?" is asked for. */
static int get_greet(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    const char *name = json_str(call->arguments, "name", ""), *mood = json_str(call->arguments, "mood", "well");
    if (!*name)
        return err_set(e, ERR_INVALID, "name is empty: say whom to greet");
    auto_free char *word = strcmp(mood, "?") == 0 ? asked(call, "How are they?") : xstrdup(mood);
    mood = word ? word : "to be thrown away";
    out->messages = json_pack("[o]", says("user", xasprintf("Greet %s, who is %s.", name, mood)));
    return 0;
}

static int complete_mood(const struct tool_call *call, const char *argument, const char *value, struct completion *out,
                         struct err *e)
{
    static const char *const moods[] = {"angry", "calm", "careful", "well"};
    if (strcmp(value, "broken") == 0)
        return err_set(e, ERR_UPSTREAM, "nobody knows");
    out->values = json_array();
    if (strcmp(value, "?") == 0) {
        auto_free char *word = asked(call, "How are they?");
        json_array_append_new(out->values, json_string(word ? word : "later"));
    }
    /* the name that is already there comes back, so that a test can see the context arrive */
    const char *name = json_str(call->arguments, "name", NULL);
    if (name && strcmp(argument, "mood") == 0)
        json_array_append_new(out->values, json_string(name));
    for (size_t i = 0; strcmp(argument, "mood") == 0 && i < ARRAY_LEN(moods); i++)
        if (text_starts(moods[i], value))
            json_array_append_new(out->values, json_string(moods[i]));
    return 0;
}

static int get_fail(const struct tool_call *call, struct prompt_answer *out, struct err *e)
{
    (void)call, (void)out;
    return err_set(e, ERR_UPSTREAM, "the upstream is on fire");
}

static int read_bytes(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)e;
    *contents = json_pack("[{s:s, s:s, s:s}]", "uri", uri, "mimeType", "application/octet-stream", "blob", "AAEC/w==");
    return 0;
}

static int read_plain(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)e;
    *contents = json_pack("[{s:s, s:s, s:s}]", "uri", uri, "mimeType", "text/plain", "text", "plain words");
    return 0;
}

static int read_note(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    const char *shelf = json_str(call->arguments, "shelf", ""), *id = json_str(call->arguments, "id", "");
    if (strcmp(id, "gone") == 0)
        return err_set(e, ERR_NOT_FOUND, "no note %s on shelf %s", id, shelf);
    if (strcmp(id, "fire") == 0)
        return err_set(e, ERR_UPSTREAM, "the shelf is on fire");
    auto_free char *word = strcmp(id, "asked") == 0 ? asked(call, "Which note?") : xstrdup(id);
    auto_free char *text = xasprintf("note %s of shelf %s", word ? word : "to be thrown away", shelf);
    *contents = json_pack("[{s:s, s:s}]", "uri", uri, "text", text);
    return 0;
}

/* 150 ids: more than may be sent at once. */
static int complete_note(const struct tool_call *call, const char *argument, const char *value, struct completion *out,
                         struct err *e)
{
    (void)call, (void)argument, (void)value, (void)e;
    out->values = json_array();
    for (int i = 0; i < 150; i++)
        json_array_append_new(out->values, json_sprintf("%d", i));
    out->total = 150;
    return 0;
}

static const struct prompt prompt_fail = {
    .name = "fail", .get = get_fail, DOCUMENT("{\"name\":\"fail\",\"description\":\"Fails.\"}")};
static const struct prompt prompt_greet = {
    .name = "greet", .get = get_greet, .complete = complete_mood,
    DOCUMENT("{\"name\":\"greet\",\"title\":\"Greet\",\"description\":\"Greets somebody.\",\"arguments\":[{\"name\":\"name\","
             "\"title\":\"Name\",\"description\":\"whom\",\"required\":true},{\"name\":\"mood\",\"description\":\"how they are\"}]}")};

const struct prompt *const fixture_prompts[] = {&prompt_fail, &prompt_greet};
const size_t fixture_prompt_count = ARRAY_LEN(fixture_prompts);

static const struct resource resource_bytes = {
    .name = "bytes", .read = read_bytes, .ttl_ms = 60000,
    DOCUMENT("{\"name\":\"bytes\",\"uri\":\"fixture://bytes\",\"mimeType\":\"application/octet-stream\",\"size\":4}")};
static const struct resource resource_plain = {
    .name = "plain", .read = read_plain, .ttl_ms = 60000, .open = true,
    DOCUMENT("{\"name\":\"plain\",\"title\":\"Plain words\",\"uri\":\"fixture://plain\",\"mimeType\":\"text/plain\"}")};
static const struct resource resource_note = {
    .name = "note", .read = read_note, .complete = complete_note,
    DOCUMENT("{\"name\":\"note\",\"uriTemplate\":\"fixture://shelf/{shelf}/note-{id}\",\"description\":\"A note.\"}")};

const struct resource *const fixture_resources[] = {&resource_bytes, &resource_plain, &resource_note};
const size_t fixture_resource_count = ARRAY_LEN(fixture_resources);
