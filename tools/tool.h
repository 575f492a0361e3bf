/* What a tool is to the server: a document, a few facts and a function. The server knows no tool by name. */
#ifndef LW_TOOLS_TOOL_H
#define LW_TOOLS_TOOL_H

#include "base/err.h"
#include "base/stop.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Something only the client can tell: its person (elicitation), its model (sampling), its folders (roots). */
struct question {
    const char *key;    /* names it within this call; the same whenever the handler runs again */
    const char *method; /* "elicitation/create", "sampling/createMessage" or "roots/list" */
    json_t *params;     /* of that request; an object, borrowed */
    bool bound; /* for confirmations: an answer counts once, and only where this server has asked on these very arguments */
    const struct question *also; /* asked at the same time, or NULL; its answer is had by asking for it next */
};

enum asked {
    ASKED_ANSWERED, /* the answer is there: the method's result, new */
    ASKED_LATER,    /* return 0 at once: the client is asked, and the handler runs again with the answer */
    ASKED_CANNOT,   /* this client cannot be asked such a thing */
    ASKED_FULL,     /* it was confirmed, but no more confirmations can be remembered, and so it does not count */
    ASKED_ENDED     /* no answer came in time, or none that fits, or the call was stopped */
};

/* Severities of RFC 5424, as MCP orders them. */
enum note_level {
    NOTE_DEBUG, NOTE_INFO, NOTE_NOTICE, NOTE_WARNING, NOTE_ERROR, NOTE_CRITICAL, NOTE_ALERT, NOTE_EMERGENCY
};

/* One call, as a handler sees it: of a tool, a prompt, a resource or a completion. Lives until the handler returns. */
struct tool_call {
    const json_t *arguments; /* an object that fits the input schema; borrowed */
    struct stop *stop;       /* to be obeyed by everything that waits */
    void *env;               /* what the owner of the table gave the engine */
    const char *subject;     /* who asks, for session names and records */

    /* Tells the caller how far it is. `total` 0 when unknown; `message` may be NULL. Cheap and silent when nobody asked
       for progress; `progress` must grow from call to call. Not to be sent at the very end: the answer says that. */
    void (*progress)(const struct tool_call *call, double progress, double total, const char *message);

    /* Asks the client. A handler reads as if this waited for the answer, and does nothing before it that may not be done
       twice: where the protocol has no way back (2026-07-28) it is run again from its start. Several questions may be
       asked before returning for the first ASKED_LATER. `*answer` is written with ASKED_ANSWERED only. */
    enum asked (*ask)(const struct tool_call *call, const struct question *q, json_t **answer);
    bool ask_waits; /* ask() blocks until the answer is there, however long a person takes; else it never does */

    /* A log message for the client, where it wants such. Takes `data` over; any JSON. `logger` may be NULL. */
    void (*log)(const struct tool_call *call, enum note_level level, const char *logger, json_t *data);

    /* From here on the call may take long. Where the client knows tasks it is answered with one now, and the handler goes
       on behind it: true. Else it goes on as before: false. */
    bool (*detach)(const struct tool_call *call);
};

/* What a tool hands back. The server takes all of it over. */
struct tool_answer {
    bool is_error;     /* the tool could not do its work; `structured` is then not sent */
    json_t *content;   /* array of MCP content blocks; at least one */
    json_t *structured; /* object that fits the output schema, or NULL */
    json_t *required;  /* ClientCapabilities that the client lacks and the tool cannot do without, or NULL. 2026-07-28 answers
                          -32021 with them; clients of before are sent the rest as an error */
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
