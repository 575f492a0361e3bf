/* What the files that keep the listeners and tell them share. Nothing is sent under `listeners.lock`: only an exchange's lock and
   the pool's are taken. */
#ifndef LW_SERVER_LISTENERS_PRIVATE_H
#define LW_SERVER_LISTENERS_PRIVATE_H

#include "server/listeners.h"
#include "server/pool.h"

#include <pthread.h>
#include <stddef.h>

/* Streams of one legacy session. */
#define STREAMS_MAX 4

struct watched {
    char *name; /* a resource's URI, or a task's id */
    bool is_task;
    bool due;
};

struct listener {
    struct listener *next;
    char session[SESSION_KEY_MAX]; /* of a legacy client; "stdio" over stdio, also for 2026-07-28; else "" */
    json_t *id;                    /* 2026-07-28: of the request; NULL for a legacy session */
    struct caller owner;
    unsigned lists, lists_due;     /* of enum engine_list */
    struct watched *watched;
    size_t watched_count;
    struct exchange *streams[STREAMS_MAX]; /* the youngest last; a message goes to that one alone */
    size_t stream_count;
    bool silent; /* what must come first has not been sent yet */
    int64_t used_mono_ms;
};

struct listeners {
    struct engine *engine;
    struct pool *teller; /* one thread, there while there is something to tell */
    struct job job;
    pthread_mutex_t turn; /* who tells; comes before all other locks */

    pthread_mutex_t lock; /* guards what follows and all listeners */
    struct listener *first;
    int count;
    size_t watched_count;
    bool queued; /* the job */
    bool closing;
};

/* With the lock held: as listeners_poke. */
void listeners_wake(struct listeners *t);

/* With the lock held: takes the one at `place` off the list and frees it. */
void listeners_drop(struct listeners *t, struct listener **place);

/* Tells what is due and lets go who has gone. By the pool, and by listeners_close. */
void listeners_tell(struct listeners *t);

#endif
