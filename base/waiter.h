/* Threads that wait for what another thread does, each no longer than its own stop allows. The list they stand in is the
   owner's, under a lock of the owner's. */
#ifndef LW_BASE_WAITER_H
#define LW_BASE_WAITER_H

#include "base/stop.h"

#include <pthread.h>
#include <stdbool.h>

/* One waiting thread, on its stack. Its lock is the innermost: taken under the stop's (by the waker) and under
   that of the list, and nothing is called while it is held. */
struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
    struct waiter *next;
};

/* Puts a new waiter into the list, or takes it out and ends it. With the list's lock held. */
void waiter_join(struct waiter **list, struct waiter *w);
void waiter_leave(struct waiter **list, struct waiter *w);

/* With the list's lock held. */
void waiter_wake_all(struct waiter *list);

/* Returns when woken or when the stop (may be NULL) trips or passes its deadline. Without the list's lock. */
void waiter_wait(struct waiter *w, struct stop *stop);

/* Likewise, and after `limit_ms` at the latest. */
void waiter_wait_ms(struct waiter *w, struct stop *stop, int64_t limit_ms);

/* All of the above, with the list's lock held, which is given up meanwhile: stands in the list until woken, or until the stop
   trips or passes its deadline. What was waited for is looked at again afterwards. */
void waiter_stand(struct waiter **list, pthread_mutex_t *lock, struct stop *stop);

#endif
