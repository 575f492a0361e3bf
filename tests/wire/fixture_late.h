/* What a tool of the tests is handed: the engine it runs in, so that it can say that something has changed. */
#ifndef LW_TESTS_WIRE_FIXTURE_LATE_H
#define LW_TESTS_WIRE_FIXTURE_LATE_H

#include "server/engine.h"

struct fixture_env {
    struct engine *engine;
};

/* announce: says that a list or a resource has changed. */
extern const struct tool tool_announce;

/* linger: goes on as a task where it can, then waits, asks and fails as it is told. */
extern const struct tool tool_linger;

#endif
