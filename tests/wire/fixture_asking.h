/* Tools that ask the client, or tell it what they do. */
#ifndef LW_TESTS_WIRE_FIXTURE_ASKING_H
#define LW_TESTS_WIRE_FIXTURE_ASKING_H

#include "tools/tool.h"

/* ask (who are you), ask_both (two questions at once), ask_twice (one after the other), chat (log messages), confirm (a bound
   question), roots, sample, visit (a page). */
extern const struct tool fixture_ask, fixture_ask_both, fixture_ask_twice, fixture_chat, fixture_confirm, fixture_roots,
    fixture_sample, fixture_visit;

#endif
