/* How long a thread has worked. On a loaded machine it also waits for its turn, which says nothing about what is measured. */
#ifndef LW_TESTS_CPU_TIME_H
#define LW_TESTS_CPU_TIME_H

#include <stdint.h>
#include <time.h>

/* Milliseconds of processor time that this thread has had. */
static inline int64_t cpu_time_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
