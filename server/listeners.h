/* Who listens for changes: subscriptions/listen of 2026-07-28, and the sessions of before with what they subscribed to. Lists and
   resources change, and tasks.

   A change only marks what is due, at once and whoever is slow; one thread at a time (listen_send.c) tells the listeners. What
   changes twice before it is told is told once. */
#ifndef LW_SERVER_LISTENERS_H
#define LW_SERVER_LISTENERS_H

#include "server/call.h"
#include "server/engine.h"

#include <stdbool.h>

/* Listeners at once, in all and of one caller; what one may watch, and all together. */
#define LISTENERS_MAX 1024
#define LISTENERS_OF_CALLER_MAX 256
#define WATCHED_MAX 64
#define WATCHED_ALL_MAX 16384

struct listener;
struct listeners;

/* Nobody listens yet. */
struct listeners *listeners_new(struct engine *g);

/* After listeners_close. Accepts NULL. */
void listeners_free(struct listeners *t);

/* Ends all of them, in words where the protocol has some, and lets nobody in any more. */
void listeners_close(struct listeners *t);

/* What a request of 2026-07-28 wants to hear of. */
struct interest {
    unsigned lists;      /* of enum engine_list */
    const json_t *uris;  /* array of strings that have been checked; borrowed */
    const json_t *tasks; /* likewise: ids of the caller's; their state is told first */
};

/* Takes in subscriptions/listen, whose stream is `x` (a reference is taken), silent until listeners_begin. NULL where there is
   no room. Valid until listeners_begin at least. */
struct listener *listeners_add(struct listeners *t, const char *session, const struct caller *owner, const json_t *id,
                               const struct interest *wants, struct exchange *x);

/* What must come first has been sent. */
void listeners_begin(struct listeners *t, struct listener *k);

/* One more stream of a legacy session, which hears of those lists from now on; false where there is no room. */
bool listeners_add_stream(struct listeners *t, const char *session, const struct caller *owner, unsigned lists,
                          struct exchange *x);

/* A legacy session hears of those lists from now on, if it has a stream. */
void listeners_open_lists(struct listeners *t, const char *session, unsigned lists);

/* resources/subscribe; false where there is no room. Twice is once. */
bool listeners_subscribe(struct listeners *t, const char *session, const struct caller *owner, const char *uri);

/* resources/unsubscribe; nothing where it was not subscribed to. */
void listeners_unsubscribe(struct listeners *t, const char *session, const char *uri);

/* notifications/cancelled: ends that listener of that session. */
void listeners_cancel(struct listeners *t, const char *session, const json_t *id);

/* A change. Any thread, any locks but those above. */
void listeners_resource_updated(struct listeners *t, const char *uri);
void listeners_list_changed(struct listeners *t, unsigned lists);
void listeners_task_changed(struct listeners *t, const char *id);

/* The _meta of what is sent to the listener that the request of that id (2026-07-28) made. New. */
json_t *listen_meta(const json_t *id);

/* Has the listeners looked after: something is due, or a stream has gone. Any thread, under any lock but this one. */
void listeners_poke(struct listeners *t);

#endif
