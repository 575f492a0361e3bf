/* The table of tools as the server sees it: parsed documents, compiled schemas, and the constant answers made of them. */
#ifndef LW_SERVER_TOOLSET_H
#define LW_SERVER_TOOLSET_H

#include "schema/schema.h"
#include "server/mirror_params.h"
#include "server/version.h"
#include "tools/tool.h"

#include <jansson.h>

struct toolset_entry {
    const struct tool *tool;
    json_t *document;
    struct schema *input;
    struct mirror_params mirrored;
};

struct toolset_text {
    char *json;
    size_t len;
};

/* Which tools a caller sees depends on two scopes only. */
#define TOOLSET_VIEWS 4

struct toolset {
    struct toolset_entry *entries; /* sorted by name */
    size_t count;
    struct toolset_text lists[VERSION_COUNT][TOOLSET_VIEWS]; /* results of tools/list */
};

/* Parses, checks and serialises. `server_info` goes into modern results. Fails with ERR_CONFIG naming the document. */
int toolset_init(struct toolset *t, const struct tool *const *tools, size_t count, const json_t *server_info,
                 struct err *e);
void toolset_done(struct toolset *t);

/* NULL when there is none of that name. */
const struct toolset_entry *toolset_find(const struct toolset *t, const char *name);

/* Checks arguments against the tool's input schema. One that the tool no longer takes, and of which its document says in
   `gone` what to do instead, is an error with those words. Returns 0, or -1 and ERR_INVALID. */
int toolset_check(const struct toolset_entry *entry, const json_t *arguments, struct err *e);

/* The result of tools/list for a caller with those scopes. */
const struct toolset_text *toolset_list(const struct toolset *t, enum version v, unsigned scopes);

#endif
