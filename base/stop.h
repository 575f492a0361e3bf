/* When to give up: a deadline, a cancel and a waker in one object, obeyed by the worker pool, outbound HTTP and waits. */
#ifndef LW_BASE_STOP_H
#define LW_BASE_STOP_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum stop_why {
    STOP_GO_ON = 0,
    STOP_DEADLINE,  /* the time allowed is used up */
    STOP_CANCELLED, /* the caller cancelled or hung up */
    STOP_SHUTDOWN   /* the process is ending */
};

/* Something that must be woken when the stop trips. The callback runs under the stop's lock: it may signal, never block. */
struct stop_waker {
    void (*wake)(void *ctx);
    void *ctx;
    struct stop_waker *next; /* the stop's own */
};

/* All members are private; any thread may use it. */
struct stop {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t deadline_mono_ms; /* INT64_MAX for none */
    enum stop_why why;
    struct stop_waker *wakers;
};

/* `timeout_ms` from now; negative for no deadline. */
void stop_init(struct stop *s, int64_t timeout_ms);

/* Nothing may wait on it or be hooked to it any more. */
void stop_done(struct stop *s);

/* Puts its deadline off by so many milliseconds; negative brings it nearer. Nothing where there is none, or it has tripped. */
void stop_extend(struct stop *s, int64_t ms);

/* Trips it for a reason other than the deadline; the first reason stays. Wakes all that wait or are hooked. */
void stop_trip(struct stop *s, enum stop_why why);

/* Why to stop, or STOP_GO_ON. Looks at the clock. `s` may be NULL: go on. */
enum stop_why stop_check(struct stop *s);

/* Milliseconds until the deadline, 0 when tripped, INT64_MAX without a deadline. `s` may be NULL. */
int64_t stop_left_ms(struct stop *s);

/* Sleeps `ms`, less if it trips. Returns as stop_check does. `s` may be NULL: sleeps it all. */
enum stop_why stop_sleep(struct stop *s, int64_t ms);

/* Hooks a waker; it is called at once if the stop has been tripped (a deadline passing calls nobody: who waits
   limits the wait with stop_left_ms). The struct stays the caller's and must be unhooked before it goes. */
void stop_hook(struct stop *s, struct stop_waker *w);
void stop_unhook(struct stop *s, struct stop_waker *w);

/* Records why in `e` (ERR_TIMEOUT or ERR_CANCELLED, naming `what` was being done). Always returns -1. */
int stop_err(enum stop_why why, const char *what, struct err *e);

#endif
