/* The table of tools as the server sees it: parsed documents, compiled schemas, and the constant answers made of them. */
#ifndef LW_SERVER_TOOLSET_H
#define LW_SERVER_TOOLSET_H

#include "schema/schema.h"
#include "server/mirror_params.h"
#include "server/result.h"
#include "server/version.h"
#include "tools/tool.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

struct toolset_entry {
    const struct tool *tool;
    json_t *document;
    struct schema *input;
    struct mirror_params mirrored;
};

/* Which tools a caller sees depends on two scopes only. */
#define TOOLSET_VIEWS 4

struct toolset {
    struct toolset_entry *entries; /* sorted by name; filled when `read` is set */
    size_t count;
    const json_t *server_info;
    pthread_mutex_t lock; /* held by whoever reads the documents or makes a list */
    atomic_bool read;
    atomic_bool listed[VERSION_COUNT][TOOLSET_VIEWS];
    struct result_text lists[VERSION_COUNT][TOOLSET_VIEWS]; /* results of tools/list; there when `listed` is set */
};

/* Takes the table; documents are read by toolset_read, else when one is first needed: to parse and compile all of them takes
   longer than everything else at the start of the program. `server_info` is borrowed and goes into modern results.
   ERR_CONFIG where the table is not sorted. */
int toolset_init(struct toolset *t, const struct tool *const *tools, size_t count, const json_t *server_info,
                 struct err *e);

/* Parses, checks and compiles all documents. Fails with ERR_CONFIG naming the document. When it is left to the first need, a bad
   document ends the process: it is part of the program. */
int toolset_read(struct toolset *t, struct err *e);
void toolset_done(struct toolset *t);

/* NULL when there is none of that name. Any thread may call it. */
const struct toolset_entry *toolset_find(struct toolset *t, const char *name);

/* Checks arguments against the tool's input schema. One that the tool no longer takes, and of which its document says in
   `gone` what to do instead, is an error with those words. Returns 0, or -1 and ERR_INVALID. */
int toolset_check(const struct toolset_entry *entry, const json_t *arguments, struct err *e);

/* The result of tools/list for a caller with those scopes, made when it is first asked for. Any thread may call it. */
const struct result_text *toolset_list(struct toolset *t, enum version v, unsigned scopes);

#endif
