#include "tools/consent.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void key_of(const char *act, char key[CONSENT_KEY_TEXT])
{
    json_auto_t *o = json_str_lossy(act, strlen(act));
    char print[FINGERPRINT_TEXT];
    json_auto_t *list = json_pack("[O]", o);
    fingerprint_json(list, print);
    snprintf(key, CONSENT_KEY_TEXT, "confirm_%s", print);
}

bool consent_covers(const struct consent *c, const char *act)
{
    char key[CONSENT_KEY_TEXT];
    key_of(act, key);
    return !strcmp(c->given, key);
}

/* A form of one box and one line: the restricted schema that elicitation allows. */
static json_t *question_params(const char *message)
{
    json_auto_t *confirm = json_pack("{s:s, s:s, s:s, s:b}", "type", "boolean", "title", "Do it", "description",
                                     "Left unchecked, nothing is changed", "default", false);
    json_auto_t *note = json_pack("{s:s, s:s, s:s, s:i}", "type", "string", "title", "Note", "description",
                                  "For the record; optional", "maxLength", CONSENT_NOTE_MAX);
    return json_pack("{s:s, s:o, s:{s:s, s:{s:O, s:O}, s:[s]}}", "mode", "form", "message",
                     json_str_lossy(message, strlen(message)), "requestedSchema", "type", "object", "properties", "confirm",
                     confirm, "note", note, "required", "confirm");
}

/* The person's own words, in one line without secrets. */
static void add_note(const json_t *answer, struct buf *to)
{
    const json_t *note = json_object_get(json_obj(answer, "content"), "note");
    size_t n = json_string_length(note);
    if (!n)
        return;
    int secrets = 0;
    auto_buf struct buf clean = BUF_INIT(4 * CONSENT_NOTE_MAX);
    n = n > CONSENT_NOTE_MAX ? text_utf8_floor(json_string_value(note), CONSENT_NOTE_MAX) : n;
    redact_text(json_string_value(note), n, &clean, &secrets);
    for (size_t i = 0; i < clean.len; i++)
        if (clean.data[i] == '\n' || clean.data[i] == '\t' || clean.data[i] == '"')
            clean.data[i] = clean.data[i] == '"' ? '\'' : ' ';
    size_t kept = clean.len < CONSENT_NOTE_MAX ? clean.len : text_utf8_floor(buf_text(&clean), CONSENT_NOTE_MAX);
    buf_addf(to, "; note: \"%.*s\"", (int)kept, buf_text(&clean));
}

/* Anything but a clear yes is a no. */
static bool is_yes(const json_t *answer, struct buf *why)
{
    const char *action = json_str(answer, "action", "");
    bool accepted = !strcmp(action, "accept");
    bool yes = accepted && json_flag(json_obj(answer, "content"), "confirm", false);
    buf_adds(why, yes                          ? "a person confirmed it in the client"
                  : accepted                   ? "the person asked left it unconfirmed"
                  : !strcmp(action, "decline") ? "the person asked declined"
                                               : "the question was closed without an answer");
    add_note(answer, why);
    return yes;
}

static enum consent_word settle(struct consent *c, const struct tool_call *call, const char *key, const json_t *answer, char *why)
{
    auto_buf struct buf words = BUF_INIT(CONSENT_WHY_MAX - 1);
    bool yes = is_yes(answer, &words);
    snprintf(why, CONSENT_WHY_MAX, "%s", buf_text(&words));
    if (!yes)
        return CONSENT_NO;
    snprintf(c->given, sizeof c->given, "%s", key);
    snprintf(c->why, sizeof c->why, "%s", why);
    c->again = call->ask_waits;
    return CONSENT_YES;
}

static enum consent_word refuse(char *why, const char *words)
{
    snprintf(why, CONSENT_WHY_MAX, "%s", words);
    return CONSENT_NO;
}

enum consent_word consent_ask(struct consent *c, const struct tool_call *call, const char *act, const char *message, char *why)
{
    char key[CONSENT_KEY_TEXT];
    key_of(act, key);
    if (c->rounds++ == CONSENT_ROUNDS_MAX)
        return refuse(why, "each time a person had answered, there was something else to be done: look again");
    json_auto_t *params = question_params(message);
    json_auto_t *answer = NULL;
    struct question q = {.key = key, .method = "elicitation/create", .params = params, .bound = true};
    switch (call->ask(call, &q, &answer)) {
    case ASKED_ANSWERED:
        return settle(c, call, key, answer, why);
    case ASKED_LATER:
        return CONSENT_LATER;
    case ASKED_ENDED:
        return stop_check(call->stop) == STOP_GO_ON ? refuse(why, "no answer to the question came in time, or none that fits it")
                                                    : CONSENT_STOPPED;
    case ASKED_FULL:
        return refuse(why, "it was confirmed, but each confirmation counts once, and this server cannot remember more of them "
                           "now: call again in ten minutes");
    case ASKED_CANNOT:
        break;
    }
    return refuse(why, "this client cannot ask a person: use one that can (elicitation, or a terminal), or --writes allow");
}
