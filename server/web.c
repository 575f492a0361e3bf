/* The HTTP transport's life: libmicrohttpd's daemon, what it calls, orderly end. */
#include "server/web_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/own.h"
#include "base/text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Header lines of one request; a longer one gets libmicrohttpd's own 431. Half of it is the read buffer. */
#define CONNECTION_MEMORY (32 * 1024)
#define CONNECTION_IDLE_S 75
#define CONNECTION_LIMIT 4096

/* Descriptors that clients cannot use up: without them no call reaches its upstream and no file can be read. */
#define DESCRIPTORS_KEPT 256

/* How long the last answers may take to be sent when the server ends. */
#define LAST_ANSWERS_MS 2000

static enum MHD_Result body_part(struct web_request *r, const char *data, size_t n)
{
    size_t max = r->refused ? WEB_REFUSED_BODY_MAX : WEB_BODY_MAX;
    if (r->dropped == 0 && r->body.len + n <= max) {
        r->charged += n;
        if (atomic_fetch_add(&r->web->bodies, n) + n > WEB_BODIES_MAX && r->body.len + n > WEB_REFUSED_BODY_MAX) {
            log_event(LOG_WARN, "bodies_too_large", "{s:i}", "limit", WEB_BODIES_MAX);
            return MHD_NO;
        }
        return buf_add(&r->body, data, n) ? MHD_NO : MHD_YES;
    }
    if (r->dropped == 0)
        id_scan_feed(&r->scan, buf_text(&r->body), r->body.len);
    id_scan_feed(&r->scan, data, n);
    r->dropped += n;
    if (!r->refused)
        web_refuse_size(r);
    if (r->body.len + r->dropped <= WEB_DRAIN_MAX)
        return MHD_YES;
    /* libmicrohttpd takes no answer in the middle of a body: all that is left is to close */
    log_event(LOG_WARN, "body_dropped", "{s:i}", "limit", WEB_DRAIN_MAX);
    return MHD_NO;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
    (void)cls, (void)url, (void)c;
    struct web_request *r = *state;
    if (r->state == WEB_NEW)
        return web_first_look(r, method, version);
    if (*n) {
        enum MHD_Result rc = body_part(r, data, *n);
        *n = 0;
        return rc;
    }
    return r->state == WEB_READING ? web_message(r) : web_resumed(r);
}

static void *request_begins(void *cls, const char *target, struct MHD_Connection *c)
{
    return web_request_new(cls, c, target);
}

/* The connection's side of a request is over, answered or not. */
static void request_ends(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    (void)cls, (void)c, (void)why;
    struct web_request *r = *state;
    if (!r)
        return;
    *state = NULL;
    web_watch_remove(r);
    web_door_settle(r);
    pthread_mutex_lock(&r->lock);
    bool abandoned = r->exchange && !r->finished;
    r->hung_up = true;
    r->suspended = false;
    pthread_mutex_unlock(&r->lock);
    if (abandoned)
        exchange_lost(r->exchange);
    /* an idle connection is closed by libmicrohttpd; one that drips its next request line is not, hence this */
    r->socket->deadline_mono_ms = clock_mono_ms() + CONNECTION_IDLE_S * 1000 + r->web->o.request_timeout_ms;
    web_request_unref(r);
}

static void connection_event(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode what)
{
    struct web *w = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        struct web_socket *s = xcalloc(1, sizeof *s);
        s->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        s->deadline_mono_ms = clock_mono_ms() + w->o.request_timeout_ms;
        *context = s;
        int on = 1;
        setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        web_socket_opened(w, s);
    } else {
        web_socket_closed(w, *context);
        free(*context);
        *context = NULL;
    }
}

/* Targets are compared as they were sent: "/mc%70" is not "/mcp". */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls, (void)c;
    return strlen(s);
}

__attribute__((format(printf, 2, 0))) static void mhd_log(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    char text[256];
    vsnprintf(text, sizeof text, fmt, ap);
    text[strcspn(text, "\n")] = '\0';
    if (!strstr(text, "Application reported internal error")) /* how a dead call is ended, see microhttpd's suspend */
        log_event(LOG_DEBUG, "microhttpd", "{s:s}", "text", text);
}

/* How many connections may be open: as many as there are descriptors for. The usual soft limit of 1,024 is raised first. */
static unsigned connection_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files))
        return CONNECTION_LIMIT;
    const rlim_t wanted = CONNECTION_LIMIT + DESCRIPTORS_KEPT;
    if (files.rlim_cur < wanted) {
        struct rlimit raised = {.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted, .rlim_max = files.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            files = raised;
    }
    if (files.rlim_cur >= wanted)
        return CONNECTION_LIMIT;
    return (unsigned)(files.rlim_cur > 2 * DESCRIPTORS_KEPT ? files.rlim_cur - DESCRIPTORS_KEPT : files.rlim_cur / 2);
}

static int start_daemon(struct web *w, struct err *e)
{
    int threads = w->o.threads > 0 ? w->o.threads : (int)sysconf(_SC_NPROCESSORS_ONLN);
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, CONNECTION_IDLE_S, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connection_limit(), NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, 256 * 1024, NULL},
        /* a pool of one is no pool to libmicrohttpd: then the option is left out */
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    w->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (w->tls.on ? MHD_USE_TLS : 0u), 0, NULL,
        NULL, handle, w,
        MHD_OPTION_LISTEN_SOCKET, w->listen_fd, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, request_begins, w, MHD_OPTION_NOTIFY_COMPLETED, request_ends, w,
        MHD_OPTION_NOTIFY_CONNECTION, connection_event, w, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_ARRAY, options, MHD_OPTION_ARRAY, w->tls.options, MHD_OPTION_END);
    return w->daemon ? 0 : err_set(e, ERR_INTERNAL, "libmicrohttpd did not start");
}

static void web_free(struct web *w)
{
    pool_free(w->keys_pool);
    web_tls_done(&w->tls);
    if (w->listen_fd >= 0)
        close(w->listen_fd);
    if (w->wake_fd >= 0)
        close(w->wake_fd);
    stop_done(&w->ending);
    pthread_cond_destroy(&w->idle);
    pthread_mutex_destroy(&w->watch_lock);
    free(w);
}

struct web *web_start(const struct web_options *o, struct err *e)
{
    struct web *w = xcalloc(1, sizeof *w);
    w->o = *o;
    w->listen_fd = w->wake_fd = -1;
    if (w->o.request_timeout_ms <= 0)
        w->o.request_timeout_ms = 30000;
    if (w->o.keepalive_ms <= 0)
        w->o.keepalive_ms = 15000;
    pthread_mutex_init(&w->watch_lock, NULL);
    clock_cond_init(&w->idle);
    w->keys_pool = pool_new(4, 4096);
    stop_init(&w->ending, -1);
    if (web_tls_init(&w->tls, o->tls_cert, o->tls_key, e) || web_listen(w, e)) {
        web_free(w);
        return NULL;
    }
    if (web_watch_start(w, e) || start_daemon(w, e)) {
        web_watch_stop(w);
        web_free(w);
        return NULL;
    }
    return w;
}

const char *web_address(const struct web *w)
{
    return w->address;
}

/* Waits until no answer is under way any more. */
static void wait_idle(struct web *w)
{
    pthread_mutex_lock(&w->watch_lock);
    while (w->watched)
        pthread_cond_wait(&w->idle, &w->watch_lock);
    pthread_mutex_unlock(&w->watch_lock);
}

/* libmicrohttpd aborts the process when it is stopped with a suspended connection, so: no new connections, let calls end,
   wait until nothing is suspended, then stop. */
void web_stop(struct web *w, int64_t grace_ms)
{
    web_door_close(w);
    web_listen_end(w);
    engine_drain(w->o.engine, grace_ms);
    wait_idle(w);
    stop_trip(&w->ending, STOP_SHUTDOWN);
    web_watch_stop(w);
    pool_free(steal(&w->keys_pool)); /* connections that waited for keys are resumed by it */
    web_door_wait_settled(w, LAST_ANSWERS_MS); /* resumed is not sent: stopping now would cut them off */
    MHD_stop_daemon(w->daemon);
    w->listen_fd = -1; /* closed by it */
    web_free(w);
}
