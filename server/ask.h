/* Asking the client in the middle of a call. A handler sees one function (struct tool_call, ask); behind it are two ways.

   Rounds (ask_rounds.c), where the protocol has no way back to the handler, which is 2026-07-28: the question is recorded, the
   handler returns, the request is answered with input_required, and the client sends it again with its answers (basic patterns,
   multi round-trip requests). What was asked and answered travels sealed in requestState; nothing of it is kept here.

   Waiting (ask_wait.c), where there is one, which is a legacy session, stdio, and a task: the question is posted on the engine's
   board, and the worker waits until somebody has answered it there. */
#ifndef LW_SERVER_ASK_H
#define LW_SERVER_ASK_H

#include "server/rpc.h"
#include "tools/tool.h"

#include <jansson.h>
#include <stdbool.h>

struct call;
struct request;
struct posting;
struct rounds;

/* ---- the board: questions that workers wait on ---- */

struct board;

/* An empty one. */
struct board *board_new(void);
void board_free(struct board *b);

enum delivery {
    DELIVERY_TAKEN,
    DELIVERY_UNKNOWN, /* no such question is open: answered, ended, somebody else's, or never asked */
    DELIVERY_UNFIT    /* not what its method answers with; the question stays open */
};

/* Answers a question with its method's result, which is copied. Any thread. */
enum delivery board_answer(struct board *b, const char *owner, const char *name, const json_t *result);

/* Ends the questions of a call whose client has gone, or is not listened to any more. Any thread; the call must not end
   meanwhile. */
void board_lose(struct board *b, const struct call *c);

/* The questions of one owner that are open now: a new object {name: {method, params}}, empty where there is none. Any thread. */
json_t *board_open(struct board *b, const char *owner);

/* How questions of a call reach its client. Everything here is called on the call's worker, without the board's lock. */
struct asker {
    const char *(*owner)(const struct call *c); /* borrowed */
    /* A new name for a question. */
    char *(*name)(struct call *c, const char *key);
    /* The question is on the board, where board_answer finds it: shows it to the client. */
    void (*post)(struct call *c, const struct posting *p);
    /* It is off the board. `answered`: the client knows; else time ran out, or the call ends, and it should be told. */
    void (*withdraw)(struct call *c, const struct posting *p, bool answered);
};

/* The asker of a legacy session: a request on the call's own stream. */
extern const struct asker ask_session;

/* ---- what a call does with it ---- */

/* Takes what is left of a call's questions off the board. */
void ask_withdraw_all(struct call *c);

/* Reads params.inputResponses and requestState of a request of 2026-07-28 into `c->rounds`. Returns 0, or -1 and `f` (-32602)
   where the state does not open, has expired or belongs to another request. */
int rounds_open(struct call *c, const struct request *q, struct rpc_fault *f);

/* Whether the handler has asked something that has to be answered first. */
bool rounds_has_questions(const struct call *c);

/* The answer that asks for it: resultType input_required. */
void rounds_answer(struct call *c, struct reply *r);

void rounds_free(struct rounds *r);

/* ---- states that have been used up ---- */

/* Nonces of states whose confirmations have been acted on: each counts once. Of this process alone, and bounded, in all and by
   caller. */
struct spent *spent_new(void);
void spent_free(struct spent *s);

#endif
