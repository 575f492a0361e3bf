/* The table of tools that the tests give the engine. */
#ifndef LW_TESTS_WIRE_FIXTURE_TOOLS_H
#define LW_TESTS_WIRE_FIXTURE_TOOLS_H

#include "tools/tool.h"

#include <stddef.h>

/* announce and linger (fixture_late.h), change (writes), echo, fail, route (arguments that headers repeat), stopped (how many
   waits were stopped), wait (some time, with progress), and those of fixture_asking.h. */
extern const struct tool *const fixture_tools[];
extern const size_t fixture_tool_count;

#endif
