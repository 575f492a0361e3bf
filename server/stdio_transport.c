#include "server/stdio_transport.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/own.h"
#include "server/lines.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The longest message taken; the HTTP front end has the same limit. */
#define LINE_MAX_BYTES (1024 * 1024)

/* Both TypeScript SDKs lose a progress note that reaches them in one read with the answer, and then raise an error. */
#define NOTE_TO_ANSWER_GAP_MS 25

/* After the end of stdin a client waits about two seconds before it sends SIGTERM. */
#define EOF_GRACE_MS 1500

/* What a pipe that has room takes at once (PIPE_BUF). */
#define WRITE_MAX 4096

/* So long a client that does not read may keep a process that is told to end. */
#define LAST_WORDS_MS 1000

struct stdio {
    struct engine *engine;
    struct caller caller;
    int out_fd, stop_fd;
    pthread_mutex_t write_lock;
    atomic_bool broken; /* stdout is gone */
};

/* One inbound message's way back; freed when it has said its last word. */
struct stdio_sink {
    struct sink sink;
    struct stdio *io;
    atomic_llong noted_mono_ms;
};

/* Waits until the client takes more. False when this process is told to end meanwhile and the client goes on not reading. */
static bool wait_for_reader(const struct stdio *io)
{
    struct pollfd fds[2] = {{.fd = io->out_fd, .events = POLLOUT}, {.fd = io->stop_fd, .events = POLLIN}};
    while (poll(fds, ARRAY_LEN(fds), -1) < 0)
        if (errno != EINTR)
            return false;
    return fds[0].revents || poll(fds, 1, LAST_WORDS_MS) > 0;
}

/* One line, whole, under one lock: messages never interleave. In parts, so that no write blocks. */
static void write_line(struct stdio *io, const char *p, size_t n)
{
    pthread_mutex_lock(&io->write_lock);
    for (bool ended = false; !ended && !io->broken;) {
        bool last = n < WRITE_MAX;
        struct iovec parts[2] = {{.iov_base = (void *)(uintptr_t)p, .iov_len = last ? n : WRITE_MAX},
                                 {.iov_base = (char[]){'\n'}, .iov_len = 1}};
        ssize_t wrote = -1;
        if (!wait_for_reader(io) || ((wrote = writev(io->out_fd, parts, last ? 2 : 1)) < 0 && errno != EINTR))
            io->broken = true;
        else if (wrote > 0 && (size_t)wrote > n)
            ended = true;
        else if (wrote > 0)
            p += wrote, n -= (size_t)wrote;
    }
    pthread_mutex_unlock(&io->write_lock);
}

static void sink_note(struct sink *s, const char *json, size_t n)
{
    struct stdio_sink *own = (struct stdio_sink *)(void *)s;
    write_line(own->io, json, n);
    own->noted_mono_ms = clock_mono_ms();
}

static void sink_finish(struct sink *s, struct reply *r)
{
    struct stdio_sink *own = (struct stdio_sink *)(void *)s;
    int64_t since = clock_mono_ms() - own->noted_mono_ms;
    if (own->noted_mono_ms && since < NOTE_TO_ANSWER_GAP_MS)
        stop_sleep(NULL, NOTE_TO_ANSWER_GAP_MS - since);
    if (r->body)
        write_line(own->io, r->body, r->len);
    reply_done(r);
    free(own);
}

/* Sends an answer that was had at once. One without an id goes to the log instead: no client could tell what it answers, and
   two peers that answered each other's noise would never stop. */
static void reply_now(struct stdio *io, struct reply *r, size_t line_len)
{
    if (r->body && r->plain)
        log_event(LOG_WARN, "line_dropped", "{s:s%, s:I}", "why", r->body, r->len, "bytes", (json_int_t)line_len);
    else if (r->body)
        write_line(io, r->body, r->len);
    reply_done(r);
}

static struct stdio_sink *sink_new(struct stdio *io)
{
    struct stdio_sink *s = xcalloc(1, sizeof *s);
    s->sink = (struct sink){.note = sink_note, .finish = sink_finish};
    s->io = io;
    return s;
}

/* What the client is told unasked goes the way of all messages. It ends with the engine's drain. */
static void listen_on(struct stdio *io)
{
    struct inbound in = {.streams = true, .caller = &io->caller};
    struct reply now = {0};
    struct exchange *later = NULL;
    unsigned scope = 0;
    struct stdio_sink *s = engine_is_watched(io->engine) ? sink_new(io) : NULL;
    if (!s)
        return;
    if (engine_listen(io->engine, &in, &s->sink, &now, &later, &scope) == RECEIPT_PENDING) {
        exchange_unref(later);
        return;
    }
    reply_done(&now);
    free(s);
}

static void take_line(void *ctx, const char *line, size_t n, const struct id_scan *overlong)
{
    struct stdio *io = ctx;
    struct reply now = {0};
    if (overlong) {
        engine_refusal(overlong, 413, "the message is too large: at most 1 MiB is taken", &now);
        reply_now(io, &now, LINE_MAX_BYTES);
        return;
    }
    struct stdio_sink *s = sink_new(io);
    struct exchange *later = NULL;
    unsigned scope = 0;
    struct inbound in = {.bytes = line, .len = n, .streams = true, .caller = &io->caller};
    enum receipt got = engine_receive(io->engine, &in, &s->sink, &now, &later, &scope);
    if (got == RECEIPT_PENDING) {
        exchange_unref(later); /* the sink lives until `finish` */
        return;
    }
    reply_now(io, &now, n);
    free(s);
}

/* Reads until there is a reason to end. Returns 0, or -1 with `e`. */
static int read_lines(struct stdio *io, int in_fd, int stop_fd, struct lines *lines, bool *ended, struct err *e)
{
    char bytes[65536];
    /* asked for nothing, the output still says when nobody reads it any more */
    struct pollfd fds[3] = {{.fd = in_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}, {.fd = io->out_fd}};
    while (!io->broken) {
        if (poll(fds, ARRAY_LEN(fds), -1) < 0) {
            if (errno == EINTR)
                continue;
            return err_set(e, ERR_INTERNAL, "poll: %s", strerror(errno));
        }
        io->broken |= fds[2].revents != 0;
        if (fds[1].revents || io->broken)
            return 0;
        ssize_t n = read(in_fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return err_set(e, ERR_INTERNAL, "reading stdin: %s", strerror(errno));
        if (n == 0) {
            *ended = true;
            lines_end(lines, take_line, io);
            return 0;
        }
        lines_feed(lines, bytes, (size_t)n, take_line, io);
    }
    return 0;
}

int stdio_serve(struct engine *g, int in_fd, int out_fd, int stop_fd, struct err *e)
{
    struct stdio io = {.engine = g, .out_fd = out_fd, .stop_fd = stop_fd,
                       .caller = {.subject = "local", .scopes = SCOPE_ALL}};
    pthread_mutex_init(&io.write_lock, NULL);
    struct lines lines;
    lines_init(&lines, LINE_MAX_BYTES);
    bool ended = false;
    listen_on(&io);
    int rc = read_lines(&io, in_fd, stop_fd, &lines, &ended, e);
    engine_drain(g, ended && !io.broken ? EOF_GRACE_MS : 0);
    lines_done(&lines);
    pthread_mutex_destroy(&io.write_lock);
    return rc;
}
