/* What the product offers: tools, prompts and resources. */
#ifndef LW_TOOLS_REGISTRY_H
#define LW_TOOLS_REGISTRY_H

#include "tools/offer.h"
#include "tools/tool.h"

/* Sorted by name. */
extern const struct tool *const tools_registry[];
extern const size_t tools_registry_count;

/* Sorted by name (tools/prompts). */
extern const struct prompt *const prompts_registry[];
extern const size_t prompts_registry_count;

struct tool_choice;

/* Fills a table with the prompts whose plans begin with a tool that is offered (`c` may be NULL); returns how many. */
#define PROMPTS_MAX 32
size_t prompts_offered(const struct tool_choice *c, const struct prompt *table[PROMPTS_MAX]);

/* Fills a table with the runbooks and, where root-cause documents are kept (`with_rca`), their template; returns how many. */
#define RESOURCES_MAX 64
size_t resources_registry(bool with_rca, const struct resource *table[RESOURCES_MAX]);

#endif
