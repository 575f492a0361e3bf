/* What a server may offer beside tools: prompts and resources, and completion of their arguments. As with tools, the server
   knows none of them by name. Handlers run on a worker thread, see a struct tool_call and may block, obeying its stop. */
#ifndef LW_TOOLS_OFFER_H
#define LW_TOOLS_OFFER_H

#include "tools/tool.h"

/* Values that may stand where a person is typing. */
struct completion {
    json_t *values; /* array of strings, best first; the server sends the first 100 */
    int64_t total;  /* how many there are in all; 0 where that is not known */
    bool more;      /* there are more than `values` holds */
};

/* Completes one argument of a prompt or one variable of a template. `value` is what has been typed; call->arguments are the
   ones already filled in. Returns 0 with `out` filled (no values where there is nothing to say), or -1. */
typedef int complete_fn(const struct tool_call *call, const char *argument, const char *value, struct completion *out,
                        struct err *e);

/* What prompts/get answers. The server takes it over. */
struct prompt_answer {
    json_t *messages;  /* array of PromptMessage {role, content} */
    json_t *description; /* string, or NULL for the document's */
};

struct prompt {
    const char *name;
    const char *document; /* JSON text of a Prompt: name, title, description, arguments [{name, title, description, required}] */
    size_t document_len;
    complete_fn *complete;  /* NULL: nothing is suggested */

    /* call->arguments: an object of strings; none is missing that the document requires, none is there that it does not
       name. Returns 0 with `out` filled, or -1 (ERR_INVALID: an argument's value will not do). */
    int (*get)(const struct tool_call *call, struct prompt_answer *out, struct err *e);
};

/* One resource, or a template (RFC 6570, level 1: {name}) that stands for many. */
struct resource {
    const char *name;
    const char *document; /* JSON text of a Resource (with "uri") or a ResourceTemplate (with "uriTemplate") */
    size_t document_len;
    int64_t ttl_ms;       /* how long a client may keep what it read; 0: not at all */
    bool open;            /* the same for every caller: shared caches may keep it */
    complete_fn *complete;  /* of a template's variables; NULL: nothing is suggested */

    /* call->arguments: a template's variables, decoded; {} for a plain resource. Returns 0 and an array of at least one
       ResourceContents {uri, mimeType, text | blob}, or -1 (ERR_NOT_FOUND: there is no such thing). */
    int (*read)(const struct tool_call *call, const char *uri, json_t **contents, struct err *e);
};

#endif
