/* The product's table of tools, sorted by name. */
#ifndef LW_TOOLS_REGISTRY_H
#define LW_TOOLS_REGISTRY_H

#include "tools/tool.h"

extern const struct tool *const tools_registry[];
extern const size_t tools_registry_count;

#endif
