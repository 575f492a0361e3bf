/* Which tokens have been verified, so that a token costs its RSA operation once. */
#ifndef LW_AUTH_MEMORY_H
#define LW_AUTH_MEMORY_H

#include "auth/auth.h"

#define MEMORY_TOKENS 4096 /* remembered at most; then the longest unused goes */
#define MEMORY_DIGEST 32   /* bytes of SHA-256 */

struct memory;

/* Takes no memory worth mentioning until tokens come. */
struct memory *memory_new(void);

/* Accepts NULL. */
void memory_free(struct memory *m);

/* Whether this token was verified with the keys of `generation` and is not dead at `now_s`; fills `caller` then.
   Any thread. */
bool memory_get(struct memory *m, const unsigned char digest[MEMORY_DIGEST], unsigned generation, int64_t now_s,
                struct caller *caller);

/* Remembers a verified token until `dead_s` (the first second at which it is refused). Any thread. */
void memory_put(struct memory *m, const unsigned char digest[MEMORY_DIGEST], unsigned generation, int64_t dead_s,
                const struct caller *caller);

#endif
