/* The inside of the engine, for the files that make it up. */
#ifndef LW_SERVER_ENGINE_PRIVATE_H
#define LW_SERVER_ENGINE_PRIVATE_H

#include "server/call.h"
#include "server/engine.h"
#include "server/pool.h"
#include "server/session.h"
#include "server/toolset.h"

#include <pthread.h>

struct engine {
    struct engine_options o;
    json_t *server_info;
    struct toolset tools;
    struct toolset_text initialize[VERSION_COUNT]; /* results; legacy versions only */
    struct toolset_text discover;
    struct sessions *sessions; /* NULL when none are minted */
    struct pool *pool;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t quiet; /* the last live call ended */
    struct call *live;
    int live_count;
    bool draining;
    enum version stdio_version; /* what `initialize` settled on stdio; VERSION_UNKNOWN before */
};

/* Everything known about one request while it is being answered. */
struct request {
    const struct message *m;
    const struct inbound *in;
    enum version version;
    const struct session *session; /* legacy HTTP with a good session id, else NULL */
};

/* Answers one request: RECEIPT_REPLY, RECEIPT_NEEDS_SCOPE, or RECEIPT_PENDING when a call was handed to the pool, which then
   answers through `x` (made by the caller; NULL makes one for `sink` and puts it in `*later`). */
enum receipt method_answer(struct engine *g, const struct request *q, struct sink *sink, struct exchange *x,
                           struct reply *now, struct exchange **later, unsigned *scope);

/* tools/call, with the same meaning of parameters. */
enum receipt method_tools_call(struct engine *g, const struct request *q, struct sink *sink, struct exchange *x,
                               struct reply *now, struct exchange **later, unsigned *scope);

/* notifications/cancelled: stops the live calls with that id in that session. */
void engine_cancel(struct engine *g, const char *session, const json_t *id);

/* Session key of a request: "stdio", the session's nonce, or "". */
const char *request_session_key(const struct request *q);

#endif
