/* What the files that ask share. */
#ifndef LW_SERVER_ASK_PRIVATE_H
#define LW_SERVER_ASK_PRIVATE_H

#include "server/ask.h"
#include "server/engine_private.h"

/* Only the worker whose posting it is puts it on the board or takes it off. */
void board_add(struct board *b, struct posting *p);
void board_remove(struct board *b, struct posting *p);
void posting_free(struct posting *p);

/* Waits while it is open. */
void board_wait(struct board *b, struct posting *p, struct stop *stop, int64_t limit_ms);
enum posting_state board_look(struct board *b, const struct posting *p);

/* Puts a question to the client, and those that are asked at the same time: ASKED_LATER, or ASKED_CANNOT. */
enum asked ask_put(struct call *c, const struct question *q);

/* What goes to this call's client: {method, params} in the form of its revision. New. */
json_t *ask_request(const struct call *c, const struct question *q);

#endif
