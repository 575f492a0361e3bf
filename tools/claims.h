/* What this process is changing right now, and what it started lately.

   A write reads the state in AWS, judges it, and sends one request. Two calls that do so at the same moment would both find
   nothing in flight and both start. So a call holds its resource from before the first read until its request is settled;
   and a start that AWS does not show is remembered for a while, since it may yet be carried out. */
#ifndef LW_TOOLS_CLAIMS_H
#define LW_TOOLS_CLAIMS_H

#include "base/err.h"
#include "base/stop.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a start is remembered, and how many are; then the oldest makes room. */
#define CLAIMS_MEMORY_MS (5 * 60 * 1000)
#define CLAIMS_MEMORY_MAX 1024

struct claims;

/* Nothing is held and nothing remembered. Any thread may use it. */
struct claims *claims_new(void);
/* Nobody may hold anything any more. Accepts NULL. */
void claims_free(struct claims *c);

/* Holds `resource`, waiting while another call does. `stop` must not be NULL. Returns 0, or -1 when it trips first (ERR_TIMEOUT,
   ERR_CANCELLED). */
int claims_take(struct claims *c, const char *resource, struct stop *stop, struct err *e);
/* Gives back what claims_take took. */
void claims_give_back(struct claims *c, const char *resource);

/* Remembers that `resource` was started, or may have been; `outcome` says in words what is known, replacing what was. */
void claims_remember(struct claims *c, const char *resource, const char *outcome);
/* The words remembered less than CLAIMS_MEMORY_MS ago, and how long ago; NULL when there are none. Free with free(). */
char *claims_recall(struct claims *c, const char *resource, int64_t *age_ms);

#endif
