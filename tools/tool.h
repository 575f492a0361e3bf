/* What a tool is to the server: a document, a few facts and a function. The server knows no tool by name. */
#ifndef LW_TOOLS_TOOL_H
#define LW_TOOLS_TOOL_H

#include "base/err.h"
#include "base/stop.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* One call, as a tool sees it. Lives until the tool returns. */
struct tool_call {
    const json_t *arguments; /* an object that fits the input schema; borrowed */
    struct stop *stop;       /* to be obeyed by everything that waits */
    void *env;               /* what the owner of the table gave the engine */
    const char *subject;     /* who asks, for session names and records */

    /* Tells the caller how far it is. `total` 0 when unknown; `message` may be NULL. Cheap and silent when nobody asked
       for progress; `progress` must grow from call to call. Not to be sent at the very end: the answer says that. */
    void (*progress)(const struct tool_call *call, double progress, double total, const char *message);
};

/* What a tool hands back. The server takes all of it over. */
struct tool_answer {
    bool is_error;     /* the tool could not do its work; `structured` is then not sent */
    json_t *content;   /* array of MCP content blocks; at least one */
    json_t *structured; /* object that fits the output schema, or NULL */
};

struct tool {
    const char *name;
    const char *document; /* JSON text of schema/tools/<name>.json, embedded at build time */
    size_t document_len;
    bool writes; /* changes something: needs the write scope and passes the write gates */

    /* Runs on a worker thread and may block, obeying call->stop. Returns 0 with `out` filled (also for errors a caller
       can read, with is_error), or -1 for what it did not foresee: the server then makes the error answer. */
    int (*run)(const struct tool_call *call, struct tool_answer *out, struct err *e);
};

/* A content array of one text block. Takes nothing over. Never NULL. */
json_t *tool_text_content(const char *text, size_t n);

#endif
