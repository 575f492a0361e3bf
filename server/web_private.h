/* The inside of the HTTP transport.

   A connection's thread (libmicrohttpd's) reads the request and hands it to the engine. While a call runs, the
   connection is suspended; a worker resumes it when there is something to send. libmicrohttpd cannot see a client hang up
   meanwhile, so the pulse thread polls the sockets of waiting requests.

   Locks: the watch's lock comes before a request's lock; under a request's lock only MHD_suspend_connection,
   MHD_resume_connection and a stop's lock are used. */
#ifndef LW_SERVER_WEB_PRIVATE_H
#define LW_SERVER_WEB_PRIVATE_H

#include "base/buf.h"
#include "server/id_scan.h"
#include "server/pool.h"
#include "server/web.h"
#include "server/web_headers.h"
#include "server/web_tls.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* The largest message taken. */
#define WEB_BODY_MAX (1024 * 1024)

/* What the bodies of all requests together may hold; beyond it only small messages are taken. */
#define WEB_BODIES_MAX (256 * 1024 * 1024)

/* How much of a refused body is read to find the id that the refusal must carry. */
#define WEB_REFUSED_BODY_MAX (64 * 1024)

/* A refused body is read to its end up to here, because clients that are still sending miss an early answer. */
#define WEB_DRAIN_MAX (8 * 1024 * 1024)

/* After this long without a word the answer becomes a stream, so that proxies and clients see life. */
#define WEB_STREAM_AFTER_MS 2000

/* What waits to be written to one stream; and to one that stays open, of which there may be many. */
#define WEB_OUTBOX_MAX (16 * 1024 * 1024)
#define WEB_LISTEN_OUTBOX_MAX (512 * 1024)

/* One TCP connection. */
struct web_socket {
    struct web_socket *prev, *next; /* the watch's list; its lock */
    int fd;
    atomic_llong deadline_mono_ms;  /* by when the request being sent must be whole; 0 for none under way */
    bool ended;                     /* too slow or gone, and told so; the watch's lock */
};

enum web_state {
    WEB_NEW,       /* nothing looked at yet */
    WEB_READING,   /* the body is coming in */
    WEB_KEYS,      /* suspended until the key set has been fetched */
    WEB_WAITING,   /* a call is under way */
    WEB_STREAMING, /* the answer is a stream that has begun */
    WEB_ANSWERED
};

/* One HTTP request. References: the connection's and, while a call is under way, the sink's. */
struct web_request {
    struct sink sink; /* first member */
    struct web *web;
    struct MHD_Connection *connection;
    struct web_socket *socket;
    char *target; /* raw request target */
    struct web_headers headers;
    struct buf body;
    size_t charged; /* bytes counted in web.bodies */
    size_t dropped;      /* bytes of a refused body not kept */
    struct id_scan scan; /* of the whole body, once bytes of it have been dropped */

    int refused; /* HTTP status of the refusal decided on the headers; 0 for none */
    const char *refusal;
    char *challenge; /* WWW-Authenticate, or NULL */
    char *why;       /* auth_refused that is still to be logged, or NULL: a ping is answered to strangers too */
    bool why_is_usual; /* there was no token: that is how clients begin */
    struct caller caller;
    bool caller_known;
    bool listens; /* a GET that opens a stream */
    struct job keys_job;

    pthread_mutex_t lock; /* guards what follows */
    int refs;
    enum web_state state;
    bool suspended;
    bool hung_up;    /* the client is gone, or has been given up */
    bool wants_stream;
    bool finished;   /* `reply` is the last word (or already in the outbox, when streaming) */
    bool keys_tried;
    struct reply reply;
    struct buf outbox; /* bytes of the stream not yet given to libmicrohttpd */
    size_t outbox_sent;
    int64_t quiet_since_mono_ms;
    struct exchange *exchange;
    struct web_request *watch_prev, *watch_next; /* the watch's lock */
    bool watched;
    bool owed; /* counted in web.owed; the connection's thread alone looks at it */
};

struct web {
    struct web_options o;
    char address[80];
    int listen_fd;
    struct web_tls tls;
    struct MHD_Daemon *daemon;
    struct pool *keys_pool;
    struct job refresh_job;
    atomic_bool refreshing;
    struct stop ending; /* tripped when the server stops: ends the fetching of key sets */
    atomic_bool closing;
    atomic_size_t bodies; /* bytes of request bodies held now */

    pthread_mutex_t watch_lock; /* guards the two lists, `arriving`, `owed` and `ended` */
    struct web_socket *sockets;
    struct web_request *watched;
    int arriving;        /* requests that may yet suspend their connection */
    int owed;            /* requests that were suspended and whose answers are not sent yet */
    pthread_cond_t idle; /* nothing arriving, nothing watched, or nothing owed, any more */
    bool ended;
    int wake_fd;
    pthread_t pulse;
    bool pulse_started;
};

/* web_listen.c */
/* Opens the socket that --listen names, and writes down the address it has. ERR_CONFIG. */
int web_listen(struct web *w, struct err *e);
/* New clients are refused from now on. MHD_quiesce_daemon would be the way, but with epoll it races with libmicrohttpd's own
   threads for taking the socket off their lists, and who loses aborts the process (seen under load with 0.9.75). Closing the
   socket has the same end. Shut down it stays on their lists; they look at it in vain, busily, until the last calls are done. */
void web_listen_end(struct web *w);

/* web_watch.c */
int web_watch_start(struct web *w, struct err *e);
void web_watch_stop(struct web *w);
/* From suspension until the answer: polls the client's socket, turns silence into a stream, keeps streams alive. */
void web_watch_add(struct web_request *r);
void web_watch_remove(struct web_request *r);
/* As web_watch_remove, with the watch's lock held. */
void web_watch_unlink(struct web_request *r);
void web_socket_opened(struct web *w, struct web_socket *s);
void web_socket_closed(struct web *w, struct web_socket *s);

/* web_door.c */
/* Around everything that may suspend a connection for the first time: no new suspension once the server closes. Returns false
   when it does, and then web_door_leave must not be called. */
bool web_door_enter(struct web *w);
void web_door_leave(struct web *w);
/* Closes that door, and waits for those who were inside. */
void web_door_close(struct web *w);
/* From a request's first suspension to the end of its answer: what web_stop waits for at the very end. */
void web_door_owe(struct web_request *r);
void web_door_settle(struct web_request *r);
/* Waits until nothing is owed; at most `ms`, since a client need not read. */
void web_door_wait_settled(struct web *w, int64_t ms);

/* web_keys.c */
/* Suspends the connection until the key set is fetched; then web_resumed is called. False where there is no room to wait. */
bool web_keys_wait(struct web_request *r);
/* Fetches the key set before anybody has to wait for it, and what else is needed of the user pool: at the start, and when it has
   grown old. */
void web_keys_refresh(struct web *w);

/* web_stream.c */
void web_sink_note(struct sink *s, const char *json, size_t n);
void web_sink_finish(struct sink *s, struct reply *reply);
/* With the request's lock held: lets the connection's thread look at the request again. */
void web_wake(struct web_request *r);
enum MHD_Result web_queue_stream(struct web_request *r);

/* web_reply.c */
enum MHD_Result web_queue_reply(struct web_request *r, struct reply *reply);
enum MHD_Result web_queue_refusal(struct web_request *r);
/* Logs why a caller was not let in, once; nothing where it has been logged or answered all the same. */
void web_log_stranger(struct web_request *r);
enum MHD_Result web_queue_text(struct MHD_Connection *c, int status, const char *text, bool close);
/* 405. `allow`: the methods there are. */
enum MHD_Result web_queue_not_allowed(struct MHD_Connection *c, const char *allow, const char *text, bool close);
enum MHD_Result web_queue_json(struct MHD_Connection *c, const char *json);
/* 503, for what will be there soon. */
enum MHD_Result web_queue_later(struct MHD_Connection *c, const char *text);

/* web_request.c */
struct web_request *web_request_new(struct web *w, struct MHD_Connection *c, const char *target);
void web_request_unref(struct web_request *r);

/* web_route.c */
enum MHD_Result web_first_look(struct web_request *r, const char *method, const char *version);
/* Turns a body that is too large into a refusal, to be sent when its end has come. */
void web_refuse_size(struct web_request *r);
/* The body is whole: refuse, or hand the message to the engine. */
enum MHD_Result web_message(struct web_request *r);
/* Called again after a suspension. */
enum MHD_Result web_resumed(struct web_request *r);

#endif
