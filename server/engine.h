/* The MCP engine: takes messages, answers the cheap ones at once, runs calls on a worker pool. Knows no tool, prompt or resource
   by name, and no transport: tables go in, and answers come out through a sink. */
#ifndef LW_SERVER_ENGINE_H
#define LW_SERVER_ENGINE_H

#include "auth/auth.h"
#include "base/stop.h"
#include "server/id_scan.h"
#include "server/message.h"
#include "server/rpc.h"
#include "tools/offer.h"
#include "tools/tool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine;

struct engine_options {
    const struct tool *const *tools; /* sorted by name; borrowed for the engine's life */
    size_t tool_count;
    const struct tool *const *withheld; /* tools that are known and not offered: a call of one is told so; borrowed likewise */
    size_t withheld_count;
    const struct prompt *const *prompts; /* sorted by name; borrowed, as the resources */
    size_t prompt_count;
    const struct resource *const *resources; /* in the order of their listing */
    size_t resource_count;
    bool logging;             /* handlers send log messages */
    bool tasks;               /* handlers detach: offer the tasks extension */
    bool watched;             /* resources and lists change: offer subscriptions, and serve who listens */
    void *tool_env;           /* handed to every call; borrowed */
    const char *name;         /* serverInfo */
    const char *title;
    const char *version;
    const char *instructions; /* what a model is told about the whole server; NULL for none */
    int max_calls;            /* calls running at once */
    int max_queue;            /* calls waiting beyond that; more are refused as "busy" */
    int64_t call_timeout_ms;  /* a call's deadline */
    int64_t task_timeout_ms;  /* that of a call that goes on as a task, from there on; 0 for an hour */
    int64_t task_kept_ms;     /* how much longer than that a task lives, counted from its creation; 0 for 15 minutes */
    int64_t ask_timeout_ms;   /* how long a worker waits for an answer of a person; 0 for 5 minutes */
    bool sessions;            /* legacy HTTP: mint session ids */
    bool late;                /* read documents when one is first needed: for a process that serves one client */
    const char *state_key_file; /* seals session ids and request states; NULL for a secret of this process alone */
};

/* Parses and compiles every document (a bad one is ERR_CONFIG naming it), unless that is to come late. Starts no thread. */
struct engine *engine_new(const struct engine_options *o, struct err *e);

/* Nothing may be under way; see engine_drain. Accepts NULL. */
void engine_free(struct engine *g);

/* Where the answers to one inbound message go. It lives in the transport, at least until `finish` has been called. Both are
   called from worker threads; `note` by several at once where a batch holds several calls, and never after `finish`. */
struct sink {
    /* One notification for this message's caller. `json` is borrowed. */
    void (*note)(struct sink *s, const char *json, size_t n);
    /* The last word. Takes over what `r` holds. A NULL body: the caller cancelled, nothing is to be said. */
    void (*finish)(struct sink *s, struct reply *r);
};

/* One message as it came in. */
struct inbound {
    const char *bytes;
    size_t len;
    const struct protocol_headers *headers; /* NULL on stdio */
    bool streams;                           /* whether messages can reach the client before the answer */
    const struct caller *caller;            /* who sends it; NULL: nobody known, only `ping` is served */
};

/* Lists that may change. */
enum engine_list { ENGINE_TOOLS = 1, ENGINE_PROMPTS = 2, ENGINE_RESOURCES = 4 };

enum receipt {
    RECEIPT_REPLY,       /* `now` holds the answer */
    RECEIPT_ACCEPTED,    /* nothing to answer (202) */
    RECEIPT_PENDING,     /* the answer comes through the sink; `later` holds a reference for the transport */
    RECEIPT_NEEDS_SCOPE, /* `now` holds the body of a 403; `*scope` says what was missing */
    RECEIPT_STRANGER     /* `caller` was NULL and it was no ping: to be refused, see engine_refusal */
};

/* Calls under way for one message (several for a batch). */
struct exchange;

/* Takes one message. `scope` is written with RECEIPT_NEEDS_SCOPE only, `later` with RECEIPT_PENDING only. Any thread.
   An error answer whose message has no id that can be found is `plain`: stdio must not send it. */
enum receipt engine_receive(struct engine *g, const struct inbound *in, struct sink *sink, struct reply *now,
                            struct exchange **later, unsigned *scope);

/* Whether there is anything to listen for (engine_options.watched). */
bool engine_is_watched(const struct engine *g);

/* Opens a stream for what a legacy session is told unasked: HTTP's GET, where `in` has headers alone; over stdio, where `in` has
   nothing but a caller, the output itself, before anything is received. As engine_receive; once pending, the sink's `finish` says
   that the stream ends. */
enum receipt engine_listen(struct engine *g, const struct inbound *in, struct sink *sink, struct reply *now,
                           struct exchange **later, unsigned *scope);

/* What the owner of the tables says of them: who listens is told. Cheap, any thread; nothing without engine_options.watched. */
void engine_resource_updated(struct engine *g, const char *uri);
void engine_list_changed(struct engine *g, enum engine_list which);

/* Whether it is a stream that stays open for what comes, and not an answer under way. */
bool exchange_listens(const struct exchange *x);

/* The caller is gone or the transport gives up: stops the calls. `finish` is still called. */
void exchange_cancel(struct exchange *x, enum stop_why why);

/* The caller has hung up. That cancels the calls, but where a legacy session lets it cancel by message: there they go on, and
   only questions to it end, for nobody would hear what came of the answer. */
void exchange_lost(struct exchange *x);

/* Gives the transport's reference back. Accepts NULL. */
void exchange_unref(struct exchange *x);

/* An error answer made before or instead of engine_receive: a JSON-RPC error with the id that the scan has found, or plain
   text where it found none. */
void engine_refusal(const struct id_scan *scan, int status, const char *text, struct reply *r);

/* From now on calls are refused; those under way have `grace_ms` to end, then they are stopped and waited for. */
void engine_drain(struct engine *g, int64_t grace_ms);

/* What `tools/list` answers to callers with those scopes at the latest modern version: the result's JSON text. Borrowed. */
const char *engine_tools_json(struct engine *g, unsigned scopes, size_t *len);

/* How a tool is run for whoever sits before this process. */
struct engine_here {
    const char *subject;
    struct stop *stop;
    void (*progress)(const struct tool_call *call, double progress, double total, const char *message);    /* may be NULL */
    enum asked (*ask)(const struct tool_call *call, const struct question *q, json_t **answer);             /* likewise */
};

/* Checks the arguments of one tool as tools/call would, and runs it on the calling thread; for the command line.
   Returns 0 with `out` filled, or -1 (ERR_NOT_FOUND: no such tool). */
int engine_call_here(struct engine *g, const char *tool, json_t *arguments, const struct engine_here *here,
                     struct tool_answer *out, struct err *e);

/* Calls running or waiting now. */
int engine_live_calls(struct engine *g);

#endif
