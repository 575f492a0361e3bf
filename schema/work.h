/* How much one check may cost. Inside schema/ only. */
#ifndef LW_SCHEMA_WORK_H
#define LW_SCHEMA_WORK_H

#include <stdbool.h>
#include <stddef.h>

/* Steps for one check: about 50 ms at worst without patterns, and far beyond what any honest call needs. */
#define WORK_STEPS 1000000

/* Nested schemas and values together. A frame takes a few hundred bytes, and worker threads have small stacks. */
#define WORK_DEPTH 300

/* Once `over` is set, everything unwinds and the check as a whole fails, whatever a `not` makes of it. */
struct work {
    size_t steps_left;
    int depth;
    bool over;
};

/* Takes `n` steps. Returns false when there are no more. */
static inline bool work_spend(struct work *w, size_t n)
{
    if (w->over || n > w->steps_left) {
        w->over = true;
        return false;
    }
    w->steps_left -= n;
    return true;
}

/* Goes one level deeper for one step; false when that is too deep or too much, and then work_leave is not called. */
static inline bool work_enter(struct work *w)
{
    if (w->depth >= WORK_DEPTH)
        w->over = true;
    if (!work_spend(w, 1))
        return false;
    w->depth++;
    return true;
}

static inline void work_leave(struct work *w)
{
    w->depth--;
}

#endif
