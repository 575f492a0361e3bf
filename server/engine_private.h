/* The inside of the engine, for the files that make it up. */
#ifndef LW_SERVER_ENGINE_PRIVATE_H
#define LW_SERVER_ENGINE_PRIVATE_H

#include "server/call.h"
#include "server/engine.h"
#include "server/logging.h"
#include "server/offers.h"
#include "server/pool.h"
#include "server/session.h"
#include "server/toolset.h"

#include <pthread.h>

struct engine {
    struct engine_options o;
    json_t *server_info;
    struct toolset tools;
    struct offers offers;
    struct result_text initialize[VERSION_COUNT]; /* results; legacy versions only */
    struct result_text discover;
    struct secret *secret;
    struct sessions *sessions; /* NULL when none are minted */
    struct board *board;
    struct places *places;
    struct spent *spent;
    struct levels *levels;
    struct pool *pool;
    struct tasks *tasks; /* NULL where they are not offered */
    struct listeners *listeners; /* NULL where nothing changes */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t quiet; /* the last live call ended */
    struct call *live;
    int live_count;
    bool draining;
    enum version stdio_version; /* what `initialize` settled on stdio; VERSION_UNKNOWN before */
    unsigned stdio_can;         /* what it said the client can do; of enum client_ability */
};

/* One request while it is being answered: what is known about it, and where its answer goes. */
struct request {
    struct engine *engine;
    const struct inbound *in;
    const struct message *m;
    enum version version;
    const struct session *session; /* legacy HTTP with a good session id, else NULL */
    unsigned client_can;           /* of enum client_ability: of this request, or of its session */

    struct sink *sink;        /* for answers that come later */
    struct exchange *batch;   /* the batch it is part of; NULL when it came alone */
    struct reply *now;        /* for an answer at once */
    struct exchange **later;  /* what was begun for a request that came alone; as engine_receive has it */
    unsigned *scope;          /* what was missing; as engine_receive has it */
};

/* Answers one request: RECEIPT_REPLY, RECEIPT_NEEDS_SCOPE, or RECEIPT_PENDING when a call was handed to the pool. */
enum receipt method_answer(const struct request *q);

/* Answers with a list that holds everything on one page, so that no cursor was ever given out. */
enum receipt request_list(const struct request *q, const struct result_text *t);

/* A member of params that must be a string without embedded NUL; NULL with `f` filled where it is not. Borrowed. */
const char *request_text(const struct request *q, const char *member, struct rpc_fault *f);

/* The methods. Those that list answer at once; the others below run on a worker. */
enum receipt method_tools_call(const struct request *q);
enum receipt method_prompts_list(const struct request *q);
enum receipt method_prompts_get(const struct request *q);
enum receipt method_resources_list(const struct request *q);
enum receipt method_resource_templates_list(const struct request *q);
enum receipt method_resources_read(const struct request *q);
enum receipt method_complete(const struct request *q);

/* Those that are answered at once, but for subscriptions/listen, whose answer is a stream. */
enum receipt method_listen(const struct request *q);
enum receipt method_subscribe(const struct request *q);
enum receipt method_unsubscribe(const struct request *q);
enum receipt method_tasks_get(const struct request *q);
enum receipt method_tasks_update(const struct request *q);
enum receipt method_tasks_cancel(const struct request *q);
enum receipt method_set_level(const struct request *q);

/* "Resource not found", as the revision numbers it (-32602 or -32002), with the URI. Always -1. */
int resource_unknown(enum version v, const char *uri, struct rpc_fault *f);

/* Whether the prompt's document names the argument. */
bool prompt_has_argument(const struct offers_prompt *p, const char *name);

/* Opens the stream of a legacy session, as engine_listen has it. */
enum receipt listen_open_stream(const struct request *q);

/* A client has said `initialize` over stdio: it is told of lists from now on. */
void listen_opened(struct engine *g);

/* A task as its caller may see it, with its result, error or questions; NULL where that caller has none of that id. New. */
json_t *task_detail(struct engine *g, const struct caller *owner, const char *id);

/* -32021 to a request of a client that has not declared the tasks extension. */
enum receipt request_needs_tasks(const struct request *q);

/* What a request asks of a worker. `arguments` is taken over, and so are `uri` and `completing`. */
struct call_order {
    const struct call_kind *kind;
    const void *target;
    json_t *arguments;
    char *uri;          /* resources/read, else NULL */
    json_t *completing; /* completion/complete, else NULL */
};

/* Hands it to the pool: RECEIPT_PENDING, or RECEIPT_REPLY with a 503 where there is no room. */
enum receipt call_begin(const struct request *q, const struct call_order *order);

/* Checks params._meta.progressToken, and fills `f` where it will not do. */
int call_check_meta(const struct request *q, struct rpc_fault *f);

/* Whether it is the name of a tool that is not offered. */
bool engine_withholds(const struct engine *g, const char *tool);

/* Answers a request with an error. Takes the fault's data over. Always RECEIPT_REPLY. */
enum receipt request_refuse(const struct request *q, struct rpc_fault *f);

/* Answers with 403, naming the scope that is needed. Always RECEIPT_NEEDS_SCOPE. */
enum receipt request_needs_scope(const struct request *q, unsigned scope, const char *why);

/* Whether it takes nothing in any more, answers neither. */
bool engine_is_draining(struct engine *g);

/* notifications/cancelled: stops the live calls with that id in that session. */
void engine_cancel(struct engine *g, const char *session, const json_t *id);

/* A client's answer to a request of ours: `response` is the whole message. What answers nothing that is open is ignored. */
void engine_answered(const struct request *q, const json_t *response);

/* Session key of a request: "stdio", the session's nonce, or "". */
const char *request_session_key(const struct request *q);

#endif
