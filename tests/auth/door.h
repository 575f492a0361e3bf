/* A door to knock at: an auth object with a key set from a file, as most tests want it. */
#ifndef LW_TESTS_AUTH_DOOR_H
#define LW_TESTS_AUTH_DOOR_H

#include "auth/auth.h"
#include "tests/auth/mint.h"

/* Options of a good door: issuer and client of mint_claims, a leeway of 30 s, door_wall_ms; no key set yet. */
struct auth_options door_options(void);

/* The clock of such doors, in seconds since 1970; starts at MINT_NOW_S. */
void door_set_clock(int64_t now_s);
int64_t door_wall_ms(void);

/* A file that exists as long as the descriptor does; `path` holds 64 bytes. Returns the descriptor, to be closed. */
int door_file(const char *text, size_t n, char *path);

/* A door that knows keys "a" and "b" of the mint. Asserts that it opens. */
struct auth *door_new(const struct mint *m, struct auth_options o);

/* "ok", "missing", ... */
const char *verdict_name(enum auth_verdict verdict);

/* Knocks with "Bearer <token>". */
enum auth_verdict door_knock(struct auth *a, const char *token, struct caller *caller, struct err *e);

#endif
