/* Asking the client: the questions of this server, and what to do about each thing that can become of one. */
#ifndef LW_TESTS_CONFORMANCE_ASK_H
#define LW_TESTS_CONFORMANCE_ASK_H

#include "tools/tool.h"

#include <jansson.h>

/* The parameters of requests a server may make of a client. New references. */
json_t *elicitation_params(const char *message, json_t *schema);         /* takes `schema` over */
json_t *elicitation_for_text(const char *message, const char *property); /* a form of one field */
json_t *elicitation_for_yes(const char *message, const char *property);  /* a form of one box */
json_t *sampling_params(const char *prompt, int max_tokens);

/* Puts one question of a tool and takes `q.params` over. True: `*answer` is the client's, new. False: the tool returns
   unanswered(e), because the client is being asked, or cannot be (`out` then says what it would have to declare), or no
   answer came. */
bool put_question(const struct tool_call *call, struct question q, struct tool_answer *out, json_t **answer, struct err *e);

/* Puts several at once and takes their `params` over. True: `*answers` has each by its key. */
bool put_questions(const struct tool_call *call, struct question *questions, size_t n, struct tool_answer *out,
                   json_t **answers, struct err *e);

/* What a handler returns whose question was not answered: -1 where that is an error, else 0. */
int unanswered(const struct err *e);

/* The answer of a tool that cannot do without what the client lacks: a ClientCapabilities object, taken over. Always
   returns 0. */
int answer_lacking(struct tool_answer *out, json_t *capabilities);

/* Of an ElicitResult: the text that was filled in, or `fallback` where there is none. Borrowed. */
const char *elicited_text(const json_t *answer, const char *property, const char *fallback);

/* Of an ElicitResult: whether the box was ticked and the form sent. */
bool elicited_yes(const json_t *answer, const char *property);

/* Of a CreateMessageResult: the model's text. Borrowed. */
const char *sampled_text(const json_t *answer);

#endif
