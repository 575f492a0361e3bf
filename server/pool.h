/* Worker threads for calls: as many as are needed at once, none when idle. */
#ifndef LW_SERVER_POOL_H
#define LW_SERVER_POOL_H

#include <stddef.h>

struct pool;

struct job {
    void (*run)(struct job *j);
    struct job *next; /* the pool's own */
};

/* At most `max_threads` run at once and `max_queue` more wait. Starts no thread yet. */
struct pool *pool_new(int max_threads, int max_queue);

/* Hands a job over; it stays the caller's memory until it runs. Returns 0, or -1 when the queue is full or no thread
   could be started. */
int pool_submit(struct pool *p, struct job *j);

/* Every job must have ended. Ends the idle threads and waits for them. Accepts NULL. */
void pool_free(struct pool *p);

#endif
