#include "tests/conformance/ask.h"

#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/blocks.h"

#include <string.h>

json_t *elicitation_params(const char *message, json_t *schema)
{
    return json_pack("{s:s, s:o}", "message", message, "requestedSchema", schema);
}

static json_t *form_of_one(const char *property, const char *type)
{
    return json_pack("{s:s, s:{s:{s:s}}, s:[s]}", "type", "object", "properties", property, "type", type, "required", property);
}

json_t *elicitation_for_text(const char *message, const char *property)
{
    return elicitation_params(message, form_of_one(property, "string"));
}

json_t *elicitation_for_yes(const char *message, const char *property)
{
    return elicitation_params(message, form_of_one(property, "boolean"));
}

json_t *sampling_params(const char *prompt, int max_tokens)
{
    return json_pack("{s:[{s:s, s:o}], s:i}", "messages", "role", "user", "content", block_text("%s", prompt),
                     "maxTokens", max_tokens);
}

/* What a client declares that can be asked by this method: its part before the slash. */
static json_t *ability_for(const char *method)
{
    auto_free char *name = xstrndup(method, strcspn(method, "/"));
    return json_pack("{s:{}}", name);
}

bool put_question(const struct tool_call *call, struct question q, struct tool_answer *out, json_t **answer, struct err *e)
{
    json_auto_t *answers = NULL;
    if (!put_questions(call, &q, 1, out, &answers, e))
        return false;
    *answer = json_incref(json_object_get(answers, q.key));
    return true;
}

/* One question of several. Returns false where there is no point in putting the others. */
static bool put_one(const struct tool_call *call, const struct question *q, struct tool_answer *out, json_t *answers,
                    struct err *e)
{
    json_t *answer = NULL;
    switch (call->ask(call, q, &answer)) {
    case ASKED_ANSWERED:
        json_object_set_new(answers, q->key, answer);
        return true;
    case ASKED_LATER:
        return true;
    case ASKED_CANNOT:
        answer_lacking(out, ability_for(q->method));
        return false;
    case ASKED_FULL: /* nothing here is a confirmation */
    case ASKED_ENDED:
        err_set(e, ERR_TIMEOUT, "nobody answered %s in time", q->method);
        return false;
    }
    return false;
}

bool put_questions(const struct tool_call *call, struct question *questions, size_t n, struct tool_answer *out,
                   json_t **answers, struct err *e)
{
    json_auto_t *got = json_object();
    for (size_t i = 1; i < n; i++)
        questions[i - 1].also = &questions[i];
    bool on = true;
    for (size_t i = 0; on && i < n; i++)
        on = put_one(call, &questions[i], out, got, e);
    for (size_t i = 0; i < n; i++)
        json_decref(questions[i].params);
    if (json_object_size(got) < n)
        return false;
    *answers = steal(&got);
    return true;
}

int unanswered(const struct err *e)
{
    return e->kind == ERR_NONE ? 0 : -1;
}

int answer_lacking(struct tool_answer *out, json_t *capabilities)
{
    size_t n;
    auto_free char *text = json_text(capabilities, &n);
    out->required = capabilities;
    return answer_error(out, block_text("The client would have to declare %s for this.", text));
}

const char *elicited_text(const json_t *answer, const char *property, const char *fallback)
{
    return json_str(json_obj(answer, "content"), property, fallback);
}

bool elicited_yes(const json_t *answer, const char *property)
{
    return strcmp(json_str(answer, "action", ""), "accept") == 0 && json_flag(json_obj(answer, "content"), property, false);
}

const char *sampled_text(const json_t *answer)
{
    return json_str(json_obj(answer, "content"), "text", "");
}
