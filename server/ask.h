/* Asking the client in the middle of a call. A handler sees one function (struct tool_call, ask); behind it are two ways.

   Rounds (ask_rounds.c), where the protocol has no way back to the handler, which is 2026-07-28: the question is recorded, the
   handler returns, the request is answered with input_required, and the client sends it again with its answers (basic patterns,
   multi round-trip requests). What was asked and answered travels sealed in requestState; nothing of it is kept here.

   Waiting (ask_wait.c), where there is one, which is a legacy session, stdio, and a task: the question is posted on the engine's
   board, and the worker waits until somebody has answered it there. */
#ifndef LW_SERVER_ASK_H
#define LW_SERVER_ASK_H

#include "base/waiter.h"
#include "server/rpc.h"
#include "tools/tool.h"

#include <jansson.h>
#include <stdbool.h>

struct call;
struct request;
struct schema;

/* ---- the board: questions that workers wait on ---- */

/* One question on the board. All but `waiting`, `state` and `answer` is written before it is posted. */
struct posting {
    const struct call *call;
    char *key;    /* what the handler calls it */
    char *owner;  /* who may answer: the key of a session, the id of a task */
    char *name;   /* by what: the id of a JSON-RPC request, a key of a task's inputRequests; unique for its owner */
    json_t *request; /* {method, params}, as it goes out */
    struct schema *form; /* what the answer must fit, or NULL */

    /* under the board's lock */
    enum posting_state { POSTING_OPEN, POSTING_ANSWERED, POSTING_REFUSED, POSTING_IMPOSSIBLE } state;
    json_t *answer;
    struct waiter *waiting;
    struct posting *prev, *next; /* the board's list */
    struct posting *next_of_call;
};

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

/* Ends it without an answer: the client will not (`can`), or cannot be asked such a thing. Any thread. */
enum delivery board_refuse(struct board *b, const char *owner, const char *name, bool can);

/* Ends the questions of a call whose client has gone. Any thread; the call must not end meanwhile. */
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

/* Posts a question and goes on: ASKED_LATER, or ASKED_CANNOT where the call has too many open. */
enum asked ask_post(struct call *c, const struct question *q);

/* Waits for an answer on the call's asker (`c->asker`; for a task set by call_detach, else the session's). The call's deadline
   does not run meanwhile; the wait has a limit of its own. */
enum asked ask_and_wait(struct call *c, const struct question *q, json_t **answer);

/* Takes what is left of a call's questions off the board. */
void ask_withdraw_all(struct call *c);

/* Reads params.inputResponses and requestState of a request of 2026-07-28 into `c->rounds`. Returns 0, or -1 and `f` (-32602)
   where the state does not open, has expired or belongs to another request. */
int rounds_open(struct call *c, const struct request *q, struct rpc_fault *f);

/* Whether there is an answer in hand that fits. A confirmation may still be refused when it is taken: it counts once. */
bool rounds_has_answer(const struct call *c, const struct question *q, const struct schema *form);

/* The answer that is in hand and fits, or NULL. New. */
json_t *rounds_take(struct call *c, const struct question *q, const struct schema *form);

/* Records a question for the round to come: ASKED_LATER, or ASKED_CANNOT where there is no room for it. */
enum asked rounds_record(struct call *c, const struct question *q);

/* Whether the handler has asked something that has to be answered first. */
bool rounds_has_questions(const struct call *c);

/* The answer that asks for it: resultType input_required. */
void rounds_answer(struct call *c, struct reply *r);

struct rounds;
void rounds_free(struct rounds *r);

/* ---- states that have been used up ---- */

#define SPENT_NONCE_LEN 16

/* Nonces of states whose confirmations have been acted on: each counts once. Of this process alone, and bounded. */
struct spent *spent_new(void);
void spent_free(struct spent *s);

/* Uses one up. False where that has been done before, or no more can be remembered: then it does not count. Any thread. */
bool spent_take(struct spent *s, const unsigned char nonce[SPENT_NONCE_LEN], int64_t expires_wall_ms);

/* ---- what an answer must look like ---- */

/* Whether it is what the method answers with: ElicitResult, CreateMessageResult, ListRootsResult. `form`: what an accepted form's
   content must fit, or NULL. */
bool ask_fits(const char *method, const struct schema *form, const json_t *result);

/* The compiled requestedSchema of a question, NULL where it has none. Returns 0, or -1 and why it is no schema. */
int ask_form(const struct question *q, struct schema **form, struct err *e);

#endif
