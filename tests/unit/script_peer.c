#include "tests/unit/script_peer.h"

#include "aws/codec.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX 65536

/* Reads head and body of one request. Returns it, or NULL when the client has gone. */
static char *request_read(int fd)
{
    char *buf = xcalloc(1, REQUEST_MAX);
    size_t len = 0, want = SIZE_MAX;
    while (len < want) {
        ssize_t n = recv(fd, buf + len, REQUEST_MAX - 1 - len, 0);
        if (n <= 0) {
            free(buf);
            return NULL;
        }
        len += (size_t)n;
        const char *end = strstr(buf, "\r\n\r\n"), *field = strcasestr(buf, "\r\ncontent-length:");
        if (end && want == SIZE_MAX)
            want = (size_t)(end + 4 - buf) + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
    }
    return buf;
}

static void reply_write(const json_t *reply, struct buf *out)
{
    const char *name;
    json_t *value;
    const json_t *body = json_object_get(reply, "body");
    auto_free char *text =
        json_is_object(body) ? json_text(body, NULL) : xstrdup(json_str(reply, "body", ""));
    size_t n = strlen(text);
    buf_addf(out, "HTTP/1.1 %d Scripted\r\n", (int)json_int(reply, "status", 200));
    /* the answer to HEAD says how long the body would be */
    if (!json_object_get(json_obj(reply, "headers"), "Content-Length"))
        buf_addf(out, "Content-Length: %zu\r\n", n);
    json_object_foreach(json_obj(reply, "headers"), name, value)
        buf_addf(out, "%s: %s\r\n", name, json_string_value(value));
    if (json_object_get(reply, "date_offset_s")) {
        buf_adds(out, "Date: ");
        codec_time_write(AWS_TIME_HTTP,
                         (double)(clock_wall_ms() / 1000 + json_int(reply, "date_offset_s", 0)), out);
        buf_adds(out, "\r\n");
    }
    buf_adds(out, "Connection: close\r\n\r\n");
    buf_add(out, text, strcmp(json_str(reply, "then", ""), "cut") == 0 ? n / 2 : n);
}

static void answer(int fd, const json_t *reply)
{
    const char *then = json_str(reply, "then", "");
    char byte;
    if (strcmp(then, "hang") == 0) {
        recv(fd, &byte, 1, 0);
        return;
    }
    if (strcmp(then, "reset") == 0) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        return;
    }
    auto_buf struct buf out = BUF_INIT((size_t)1 << 24);
    reply_write(reply, &out);
    for (size_t sent = 0; sent < out.len;) {
        ssize_t n = send(fd, out.data + sent, out.len - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        sent += (size_t)n;
    }
    shutdown(fd, SHUT_WR);
}

static void *serve(void *ctx)
{
    struct script_peer *p = ctx;
    for (;;) {
        auto_close int fd = accept(p->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        char *request = request_read(fd);
        if (!request)
            continue;
        pthread_mutex_lock(&p->lock);
        size_t nth = p->requests;
        if (nth == ARRAY_LEN(p->seen))
            abort();
        p->seen[p->requests++] = request;
        pthread_mutex_unlock(&p->lock);
        /* one request more than the script foresees is answered so that nobody takes it for a success */
        json_auto_t *none = json_pack("{s:i, s:s}", "status", 418, "body", "the script has ended");
        const json_t *reply = json_array_get(p->script, nth);
        answer(fd, reply ? reply : none);
    }
}

void script_peer_start(struct script_peer *p, const json_t *script)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    *p = (struct script_peer){.script = script};
    pthread_mutex_init(&p->lock, NULL);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->listener < 0 || bind(p->listener, (struct sockaddr *)&at, sizeof at) || listen(p->listener, 64) ||
        getsockname(p->listener, (struct sockaddr *)&at, &len))
        abort();
    p->port = ntohs(at.sin_port);
    if (pthread_create(&p->thread, NULL, serve, p))
        abort();
}

void script_peer_stop(struct script_peer *p)
{
    shutdown(p->listener, SHUT_RDWR); /* ends accept() */
    pthread_join(p->thread, NULL);
    close(p->listener);
}

void script_peer_done(struct script_peer *p)
{
    for (size_t i = 0; i < p->requests; i++)
        free(p->seen[i]);
    pthread_mutex_destroy(&p->lock);
}
