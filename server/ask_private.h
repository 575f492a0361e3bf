/* What the files that ask share. */
#ifndef LW_SERVER_ASK_PRIVATE_H
#define LW_SERVER_ASK_PRIVATE_H

#include "base/waiter.h"
#include "server/ask.h"
#include "server/engine_private.h"

struct schema;

/* ---- the board ---- */

/* One question on the board. All but `waiting`, `state` and `answer` is written before it is posted. */
struct posting {
    const struct call *call;
    char *key;    /* what the handler calls it */
    char *owner;  /* who may answer: the key of a session, the id of a task */
    char *name;   /* by what: the id of a JSON-RPC request, a key of a task's inputRequests; unique for its owner */
    json_t *request; /* {method, params}, as it goes out */
    struct schema *form; /* what the answer must fit, or NULL */

    /* under the board's lock */
    enum posting_state { POSTING_OPEN, POSTING_ANSWERED, POSTING_REFUSED, POSTING_IMPOSSIBLE, POSTING_LOST } state;
    json_t *answer;
    struct waiter *waiting;
    struct posting *prev, *next; /* the board's list */
    struct posting *next_of_call;
};

/* Only the worker whose posting it is puts it on the board or takes it off. */
void board_add(struct board *b, struct posting *p);
void board_remove(struct board *b, struct posting *p);
void posting_free(struct posting *p);

/* Waits while it is open. */
void board_wait(struct board *b, struct posting *p, struct stop *stop, int64_t limit_ms);
enum posting_state board_look(struct board *b, const struct posting *p);

/* Ends it without an answer: the client will not (`can`), or cannot be asked such a thing. Any thread. */
enum delivery board_refuse(struct board *b, const char *owner, const char *name, bool can);

/* ---- what a call does with it ---- */

/* Puts a question to the client, and those that are asked at the same time: ASKED_LATER, or ASKED_CANNOT. */
enum asked ask_put(struct call *c, const struct question *q);

/* What goes to this call's client: {method, params} in the form of its revision. New. */
json_t *ask_request(const struct call *c, const struct question *q);

/* Posts a question and goes on: ASKED_LATER, or ASKED_CANNOT where the call has too many open. */
enum asked ask_post(struct call *c, const struct question *q);

/* Waits for an answer on the call's asker (`c->asker`; for a task set by call_detach, else the session's). The call's deadline
   does not run meanwhile; the wait has a limit of its own. */
enum asked ask_and_wait(struct call *c, const struct question *q, json_t **answer);

/* Whether there is an answer in hand that fits. A confirmation may still be refused when it is taken: it counts once. */
bool rounds_has_answer(const struct call *c, const struct question *q, const struct schema *form);

/* ASKED_ANSWERED with the answer that is in hand and fits, new; ASKED_LATER where there is none; ASKED_FULL. */
enum asked rounds_take(struct call *c, const struct question *q, const struct schema *form, json_t **answer);

/* Records a question for the round to come: ASKED_LATER, or ASKED_CANNOT where there is no room for it. */
enum asked rounds_record(struct call *c, const struct question *q);

/* ---- states that have been used up ---- */

#define SPENT_NONCE_LEN 16

enum spent_word {
    SPENT_NOW,
    SPENT_BEFORE, /* it has been used up, or may have been: it does not count */
    SPENT_FULL    /* no more can be remembered, in all or of that caller: it does not count either */
};

/* Uses one up that the caller has brought. Any thread. */
enum spent_word spent_take(struct spent *s, const struct caller *who, const unsigned char nonce[SPENT_NONCE_LEN],
                           int64_t expires_wall_ms);

/* ---- what an answer must look like ---- */

/* Whether it is what the method answers with: ElicitResult, CreateMessageResult, ListRootsResult. `form`: what an accepted form's
   content must fit, or NULL. */
bool ask_fits(const char *method, const struct schema *form, const json_t *result);

/* The compiled requestedSchema of a question, NULL where it has none. Returns 0, or -1 and why it is no schema. */
int ask_form(const struct question *q, struct schema **form, struct err *e);

#endif
