/* Log messages for clients: what each wants to hear. Legacy clients say it once for their session (logging/setLevel), those of
   2026-07-28 with each request (_meta, io.modelcontextprotocol/logLevel). */
#ifndef LW_SERVER_LOGGING_H
#define LW_SERVER_LOGGING_H

#include "server/message.h"
#include "tools/tool.h"

/* What legacy clients hear that have said nothing: the server may decide (2025-11-25, logging). */
#define LOGGING_LEVEL_UNSAID NOTE_INFO

/* Above all levels: nothing is wanted. */
#define LOGGING_NOTHING (NOTE_EMERGENCY + 1)

/* The level of that name, or -1. */
int logging_level(const json_t *name);

/* The least level that a request of 2026-07-28 wants to hear: LOGGING_NOTHING unless it says one. */
int logging_wanted(const struct message *m);

/* Refuses a request of 2026-07-28 whose level is none (-32602). Returns 0, or -1 and `f`. */
int logging_check(const struct message *m, struct rpc_fault *f);

/* Levels of sessions, in this process, the latest thousand. */
struct levels;
struct levels *levels_new(void);
void levels_free(struct levels *l);

/* Any thread. `session` is a session key; "" is nobody's, and nothing is kept. */
void levels_set(struct levels *l, const char *session, enum note_level level);
enum note_level levels_get(struct levels *l, const char *session);

#endif
