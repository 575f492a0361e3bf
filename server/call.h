/* Calls under way, and the exchanges they belong to. Private to the engine.

   An exchange is one inbound message that is answered later: with at least one call in it (a batch may hold several), or one that
   listens. The transport holds one reference to it, and so do every call and every listener of it. ARCHITECTURE.md has the order
   of locks. */
#ifndef LW_SERVER_CALL_H
#define LW_SERVER_CALL_H

#include "auth/auth.h"
#include "base/stop.h"
#include "server/ask.h"
#include "server/client.h"
#include "server/engine.h"
#include "server/pool.h"
#include "server/tasks.h"
#include "server/toolset.h"
#include "server/version.h"

#include <pthread.h>
#include <stdatomic.h>

/* Whose `notifications/cancelled` may reach a call: the nonce of a legacy session, or "stdio"; "" for nobody's. */
#define SESSION_KEY_MAX 48

struct call;

struct exchange {
    struct engine *engine;
    struct sink *sink;
    pthread_mutex_t lock;
    int refs;
    int pending;         /* answers still to come */
    bool batch;
    json_t *answers;     /* batch: the answers so far */
    bool hangup_cancels;
    atomic_bool lost;    /* the client has hung up, and its calls go on */
    struct call *calls;  /* those still running; guarded by `lock` */
    struct reply reply;  /* single: the answer */
    struct listeners *listeners; /* those it is a stream of, when it is open for what comes; else NULL */
    atomic_bool gone;            /* that stream's client has left */
};

/* What a call does: one of these for tools/call, prompts/get, resources/read and completion/complete. */
struct call_kind {
    const char *method;

    /* What the log calls it: a tool's name, a prompt's, a URI's template. */
    const char *(*target_name)(const struct call *c);

    /* Runs the handler and makes the answer. Where the handler was told ASKED_LATER or has gone on as a task, what is made here
       is not sent; see call_run. */
    void (*run)(struct call *c, const struct tool_call *view, struct reply *r);

    /* The answer where the call was stopped before it began. */
    void (*fail)(struct call *c, const struct err *e, struct reply *r);
};

struct call {
    struct job job;
    const struct call_kind *kind;
    const void *target; /* the table's entry; borrowed */
    char *uri;          /* resources/read: what is read; owned, else NULL */
    json_t *completing; /* completion/complete: its `argument`; own copy, else NULL */
    struct exchange *exchange;
    struct call *next_in_exchange;
    struct call *prev, *next; /* the engine's list of live calls */
    enum version version;
    unsigned client_can; /* of enum client_ability */
    const struct asker *asker; /* how the client is asked while a worker waits; NULL where that cannot be. See ask.h */
    struct posting *postings;  /* what it has asked so; the worker's own list */
    unsigned asked;            /* how many those were */
    struct rounds *rounds;     /* 2026-07-28: what was asked and answered in earlier rounds, and what is asked now; or NULL */
    struct task *task;         /* what it goes on as, once its request has been answered with that; else NULL. The worker's own */
    int log_wanted;            /* 2026-07-28: the least level of log messages that it wants to hear */
    unsigned logged;           /* how many it has been sent */
    char session[SESSION_KEY_MAX];
    json_t *id;             /* own copies: a json_t belongs to one thread */
    json_t *arguments;
    json_t *progress_token; /* NULL when nobody asked */
    char *trace_parent;     /* checked W3C traceparent, or NULL */
    struct caller caller;
    struct stop stop;
    double last_progress;
    int64_t started_mono_ms;
    int64_t noted_mono_ms;
    const char *outcome; /* for the log; static: "ok", "tool_error", "error" */
    json_t *effect;      /* for the log: what a tool that writes says it did, or NULL */
};

/* What a handler is given, and the way back from it to the call. */
struct call_view {
    struct tool_call seen; /* first member */
    struct call *call;
};

static inline struct call *call_of(const struct tool_call *seen)
{
    return ((const struct call_view *)(const void *)seen)->call;
}

/* The handler's means; see struct tool_call. ask.c, logging.c, task_methods.c. */
enum asked call_ask(const struct tool_call *seen, const struct question *q, json_t **answer);
void call_log(const struct tool_call *seen, enum note_level level, const char *logger, json_t *data);
bool call_detach(const struct tool_call *seen);

/* Of a call behind a task: how far it is, and that it has ended with this answer (borrowed). task_methods.c. */
void call_tell_task(struct call *c, const char *message);
void call_close_task(struct call *c, const struct reply *r);

/* One exchange with a reference for the caller; `pending` answers will come. */
struct exchange *exchange_new(struct engine *g, struct sink *sink, bool batch, bool hangup_cancels);

/* One more reference. Returns the exchange. */
struct exchange *exchange_ref(struct exchange *x);

/* Takes the call out: neither a hang-up nor a cancel of the exchange reaches it any more. */
void exchange_leave(struct exchange *x, const struct call *c);

/* Tells the exchange that one more answer will come. */
void exchange_expect(struct exchange *x);

/* Delivers one of the answers (takes `r` over; a NULL body for a cancelled call). With the last one the sink hears `finish`. */
void exchange_answer(struct exchange *x, struct reply *r);

/* Hooks a call into its exchange and the engine's list; takes a reference to the exchange. Returns false when the engine
   drains: the call must then be withdrawn. */
bool call_enlist(struct call *c, struct engine *g);

/* Runs it: the pool's entry. Frees the call at the end. */
void call_run(struct job *j);

/* Frees a call that is on no list. */
void call_free(struct call *c);

/* The engine whose call it is. */
struct engine *call_engine(const struct call *c);

/* One message to the call's client, on its own stream; nothing where that client takes none. */
void call_note(struct call *c, const json_t *message);

/* Takes back a call that the pool never got: its exchange expects no answer from it any more. Frees the call. */
void call_withdraw(struct call *c);

/* Answers a call with a JSON-RPC error in the words of `e`. Takes `data` over; it may be NULL. */
void call_refuse(struct call *c, int code, const struct err *e, json_t *data, struct reply *r);

/* Frees what an answer holds. */
void tool_answer_done(struct tool_answer *a);

/* Makes the answer of a tool's; frees what that holds. */
void call_result(struct reply *r, const json_t *id, enum version v, struct tool_answer *a, const json_t *server_info);

/* Stamps a result of 2026-07-28 (resultType, serverInfo) and makes the answer of it. Takes `result` over. */
void call_complete(struct reply *r, const json_t *id, enum version v, json_t *result, const json_t *server_info);

/* An answer that says in words what went wrong (isError). */
struct tool_answer call_error_answer(const struct err *e);

#endif
