/* Places for calls that keep their worker for long: those that wait for a person, and those behind tasks. There are fewer than
   workers, and no caller has more than half of them, so that others are served and can ask, too. */
#ifndef LW_SERVER_PLACES_H
#define LW_SERVER_PLACES_H

#include "auth/auth.h"

#include <stdbool.h>

struct places;

/* `max`: places in all, at least 1. */
struct places *places_new(int max);

/* All have been given back. Accepts NULL. */
void places_free(struct places *p);

/* Takes a place; false where there is none for that caller. `who` is kept until it is given back. Any thread. */
bool places_take(struct places *p, const struct caller *who);

/* Gives back what was taken with this very `who`. */
void places_give_back(struct places *p, const struct caller *who);

#endif
