/* What is made when it is first needed, by whichever thread needs it first. Once it is there nobody waits.
     if (late_begin(&there, &lock))
         late_end(&there, &lock, make_it() == 0); */
#ifndef LW_SERVER_LATE_H
#define LW_SERVER_LATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* True when it is for the caller to make, who then holds the lock and must call late_end. */
static inline bool late_begin(atomic_bool *there, pthread_mutex_t *lock)
{
    if (atomic_load_explicit(there, memory_order_acquire))
        return false;
    pthread_mutex_lock(lock);
    if (!atomic_load_explicit(there, memory_order_relaxed))
        return true;
    pthread_mutex_unlock(lock);
    return false;
}

/* `made`: it is there now. Else the next one tries. */
static inline void late_end(atomic_bool *there, pthread_mutex_t *lock, bool made)
{
    atomic_store_explicit(there, made, memory_order_release);
    pthread_mutex_unlock(lock);
}

#endif
