/* The table of tools as the server sees it: parsed documents, compiled schemas, and the constant answers made of them. */
#ifndef LW_SERVER_TOOLSET_H
#define LW_SERVER_TOOLSET_H

#include "schema/schema.h"
#include "server/documents.h"
#include "server/mirror_params.h"
#include "tools/tool.h"

#include <jansson.h>

struct toolset_entry {
    struct document document; /* first */
    const struct tool *tool;
    struct schema *input;
    struct mirror_params mirrored;
};

struct toolset {
    struct documents documents; /* first; a list for each set of scopes that shows other tools */
    struct toolset_entry *entries; /* sorted by name */
    size_t count;
};

/* Takes the table; documents are read by documents_read, else when one is first needed: to parse and compile all of them takes
   longer than everything else at the start of the program. ERR_CONFIG where the table is not sorted; toolset_done is called all
   the same. */
int toolset_init(struct toolset *t, const struct tool *const *tools, size_t count, const json_t *server_info,
                 struct err *e);

/* Accepts what is all zeros. */
void toolset_done(struct toolset *t);

/* NULL when there is none of that name. Any thread may call it. */
const struct toolset_entry *toolset_find(struct toolset *t, const char *name);

/* Checks arguments against the tool's input schema. One that the tool no longer takes, and of which its document says in
   `gone` what to do instead, is an error with those words. Returns 0, or -1 and ERR_INVALID. */
int toolset_check(const struct toolset_entry *entry, const json_t *arguments, struct err *e);

/* The result of tools/list for a caller with those scopes, made when it is first asked for. Any thread may call it. */
const struct result_text *toolset_list(struct toolset *t, enum version v, unsigned scopes);

#endif
