/* What was learnt lately, by name: a bounded number of small values, each forgotten after a while or when newer ones need its
   place. */
#ifndef LW_BASE_RECENT_H
#define LW_BASE_RECENT_H

#include <stddef.h>
#include <stdint.h>

struct recent;

/* Keeps `max` values, each for less than `kept_ms` (INT64_MAX: as long as there is room). Any thread may use it; its lock is a
   leaf. */
struct recent *recent_new(size_t max, int64_t kept_ms);

/* Accepts NULL. */
void recent_free(struct recent *r);

/* Keeps a copy of `n` bytes under `name`, in place of what was there: it is the newest then. */
void recent_put(struct recent *r, const char *name, const void *bytes, size_t n);

/* A copy of what is kept under `name`, with a NUL behind it; NULL when there is nothing. `age_ms`, which may be NULL, gets how
   long ago it was put there. Free with free(). */
void *recent_get(struct recent *r, const char *name, int64_t *age_ms);

#endif
