/* Tool calls under way, and the exchanges they belong to. Private to the engine.

   An exchange is one inbound message with at least one tools/call in it (a batch may hold several). The transport holds
   one reference to it and every call holds one. Lock order: engine's list lock, then exchange lock, then a stop's lock. */
#ifndef LW_SERVER_CALL_H
#define LW_SERVER_CALL_H

#include "auth/auth.h"
#include "base/stop.h"
#include "server/engine.h"
#include "server/pool.h"
#include "server/toolset.h"
#include "server/version.h"

#include <pthread.h>

/* Whose `notifications/cancelled` may reach a call: the nonce of a legacy session, or "stdio"; "" for nobody's. */
#define SESSION_KEY_MAX 48

struct exchange {
    struct engine *engine;
    struct sink *sink;
    pthread_mutex_t lock;
    int refs;
    int pending;         /* answers still to come */
    bool batch;
    json_t *answers;     /* batch: the answers so far */
    bool hangup_cancels;
    struct call *calls;  /* those still running; guarded by `lock` */
    struct reply reply;  /* single: the answer */
};

struct call {
    struct job job;
    struct exchange *exchange;
    struct call *next_in_exchange;
    struct call *prev, *next; /* the engine's list of live calls */
    const struct toolset_entry *entry;
    enum version version;
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
};

/* One exchange with a reference for the caller; `pending` answers will come. */
struct exchange *exchange_new(struct engine *g, struct sink *sink, bool batch, bool hangup_cancels);

/* Tells the exchange that one more answer will come. */
void exchange_expect(struct exchange *x);

/* Delivers one of the answers (takes `r` over; a NULL body for a cancelled call). With the last one the sink hears `finish`. */
void exchange_answer(struct exchange *x, struct reply *r);

/* Hooks a call into its exchange and the engine's list; takes a reference to the exchange. Returns false when the engine
   drains: the call must then be withdrawn. */
bool call_enlist(struct call *c, struct engine *g);

/* Runs it: the pool's entry. Frees the call at the end. */
void call_run(struct job *j);

/* Takes back a call that the pool never got: its exchange expects no answer from it any more. Frees the call. */
void call_withdraw(struct call *c);

/* Makes the JSON-RPC result of a tool's answer; frees what the answer holds. */
void call_result(struct reply *r, const json_t *id, enum version v, struct tool_answer *a, const json_t *server_info);

/* An answer that says in words what went wrong (isError). */
struct tool_answer call_error_answer(const struct err *e);

#endif
