#include "tests/unit/loopback.h"

#include "base/own.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
    struct loopback *server;
    int fd;
};

static int must(int rc)
{
    if (rc < 0) {
        perror("loopback");
        abort();
    }
    return rc;
}

static void count_up(struct loopback *l, int *counter)
{
    pthread_mutex_lock(&l->lock);
    ++*counter;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

int loopback_count(struct loopback *l, const int *counter)
{
    pthread_mutex_lock(&l->lock);
    int now = *counter;
    pthread_mutex_unlock(&l->lock);
    return now;
}

void loopback_wait(struct loopback *l, const int *counter, int least)
{
    pthread_mutex_lock(&l->lock);
    while (*counter < least && !l->stopping)
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

/* Reads one request, head and Content-Length bytes of body. Returns its length, or 0 when the peer is gone. */
static size_t read_request(int fd, char *buf, size_t size)
{
    size_t len = 0, want = 0;
    while (!want || len < want) {
        ssize_t n = recv(fd, buf + len, size - 1 - len, 0);
        if (n <= 0)
            return 0;
        len += (size_t)n;
        buf[len] = '\0';
        const char *end = want ? NULL : strstr(buf, "\r\n\r\n");
        if (end) {
            const char *field = strcasestr(buf, "\r\ncontent-length:");
            want = (size_t)(end + 4 - buf) + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
        }
    }
    return len;
}

static int stopping(struct loopback *l)
{
    pthread_mutex_lock(&l->lock);
    int yes = l->stopping;
    pthread_mutex_unlock(&l->lock);
    return yes;
}

/* Says nothing, or one byte every few ms, until the peer closes. */
static void keep_busy(struct peer *p, int drip)
{
    struct pollfd one = {.fd = p->fd, .events = POLLRDHUP};
    while (!stopping(p->server) && poll(&one, 1, 5) == 0)
        if (drip && send(p->fd, "x", 1, MSG_NOSIGNAL) < 0)
            return;
}

static void answer(struct peer *p, const struct loopback_answer *a)
{
    size_t len = a->bytes ? a->len ? a->len : strlen(a->bytes) : 0;
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(p->fd, a->bytes + sent, len - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        sent += (size_t)n;
    }
    if (a->then == LOOPBACK_HANG || a->then == LOOPBACK_DRIP)
        keep_busy(p, a->then == LOOPBACK_DRIP);
    if (a->then == LOOPBACK_RESET)
        setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
}

static void *serve(void *arg)
{
    struct peer *p = arg;
    struct loopback *l = p->server;
    char *buf = xmalloc(sizeof l->last);
    size_t len;
    for (int nth = 0; (len = read_request(p->fd, buf, sizeof l->last)) > 0; nth++) {
        pthread_mutex_lock(&l->lock);
        memcpy(l->last, buf, len + 1);
        l->last_len = len;
        struct loopback_answer a = nth && l->later_set ? l->later : l->answer;
        int barrier = l->barrier;
        pthread_mutex_unlock(&l->lock);
        count_up(l, &l->requests);
        loopback_wait(l, &l->requests, barrier);
        answer(p, &a);
        if (a.then != LOOPBACK_KEEP)
            break;
    }
    close(p->fd);
    free(buf);
    free(p);
    count_up(l, &l->closed);
    return NULL;
}

static void *accept_all(void *arg)
{
    struct loopback *l = arg;
    for (;;) {
        int fd = accept(l->listener, NULL, NULL);
        if (fd < 0 || stopping(l)) {
            if (fd >= 0)
                close(fd);
            return NULL;
        }
        struct peer *p = xcalloc(1, sizeof *p);
        *p = (struct peer){.server = l, .fd = fd};
        count_up(l, &l->connections);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, p))
            abort();
        pthread_detach(thread);
    }
}

static int bind_somewhere(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    must(bind(fd, (struct sockaddr *)&at, sizeof at));
    must(getsockname(fd, (struct sockaddr *)&at, &len));
    *port = ntohs(at.sin_port);
    return fd;
}

void loopback_start(struct loopback *l, struct loopback_answer a)
{
    memset(l, 0, sizeof *l);
    l->answer = a;
    l->listener = bind_somewhere(&l->port);
    must(listen(l->listener, 128));
    snprintf(l->url, sizeof l->url, "http://127.0.0.1:%d", l->port);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    if (pthread_create(&l->thread, NULL, accept_all, l))
        abort();
}

void loopback_say(struct loopback *l, char *bytes, enum loopback_then then)
{
    pthread_mutex_lock(&l->lock);
    if (l->said_count == ARRAY_LEN(l->said))
        abort();
    l->said[l->said_count++] = bytes;
    l->answer = (struct loopback_answer){.bytes = bytes, .then = then};
    pthread_mutex_unlock(&l->lock);
}

void loopback_stop(struct loopback *l)
{
    pthread_mutex_lock(&l->lock);
    l->stopping = 1;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    shutdown(l->listener, SHUT_RDWR);
    pthread_join(l->thread, NULL);
    close(l->listener);
    pthread_mutex_lock(&l->lock);
    while (l->closed < l->connections)
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    for (size_t i = 0; i < l->said_count; i++)
        free(l->said[i]);
}

int loopback_dead_port(int *fd)
{
    int port;
    *fd = bind_somewhere(&port);
    return port;
}
