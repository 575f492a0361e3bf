#include "tools/kafka/child.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define SAID_MAX_BYTES 2000
#define LAST_WORDS_MS 100

/* Keys and tokens of ours are in our environment: none of them goes along. */
static const char *const passed_on[] = {"SSL_CERT_FILE", "SSL_CERT_DIR",  "OPENSSL_CONF", "LD_LIBRARY_PATH",
                                        "ASAN_OPTIONS",  "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"};

/* As environ: ends in NULL. Free each and the array. */
static char **environment_for_child(void)
{
    char **list = xcalloc(ARRAY_LEN(passed_on) + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
        const char *value = getenv(passed_on[i]);
        if (value)
            list[n++] = xasprintf("%s=%s", passed_on[i], value);
    }
    return list;
}

static void free_environment(char **list)
{
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

/* The server blocks signals to read them from a descriptor, and ignores SIGPIPE; the child starts as processes do. A terminal's
   Ctrl-C is for the server: the child ends when its stdin does. */
static int spawn(pid_t *pid, const char *program, int in, int out, int errors)
{
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1); /* what libraries open is not always closed by exec */
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGINT);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char *arguments[] = {xstrdup(program), NULL};
    char **environment = environment_for_child();
    int failed = posix_spawn(pid, program, &files, &how, arguments, environment);
    free_environment(environment);
    free(arguments[0]);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int kafka_child_start(struct kafka_child *c, const char *program, struct err *e)
{
    *c = (struct kafka_child){
        .in = -1, .out = -1, .errors = -1, .pending = BUF_INIT(LINE_MAX_BYTES), .said = BUF_INIT(SAID_MAX_BYTES)};
    int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1};
    /* A socket, because a send can do without SIGPIPE and a write cannot. */
    bool made = !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) && !pipe2(out, O_CLOEXEC) && !pipe2(errors, O_CLOEXEC);
    int failed = made ? spawn(&c->pid, program, in[1], out[1], errors[1]) : errno;
    close_fd(&in[1]);
    close_fd(&out[1]);
    close_fd(&errors[1]);
    c->in = in[0];
    c->out = out[0];
    c->errors = errors[0];
    if (failed) {
        c->pid = 0;
        return err_set(e, ERR_CONFIG, "%s could not be started: %s", program, strerrordesc_np(failed));
    }
    return 0;
}

int kafka_child_send(struct kafka_child *c, const char *text, size_t n)
{
    for (size_t done = 0; done <= n;) {
        bool last = done == n;
        ssize_t sent = send(c->in, last ? "\n" : text + done, last ? 1 : n - done, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return -1;
        done += sent > 0 ? (size_t)sent : 0;
    }
    return 0;
}

/* Takes the first whole line out of what was read. */
static bool next_line(struct kafka_child *c, json_t **line)
{
    char *end = c->pending.len > 0 ? memchr(c->pending.data, '\n', c->pending.len) : NULL;
    if (!end)
        return false;
    size_t n = (size_t)(end - c->pending.data), rest = c->pending.len - n - 1;
    *line = json_parse(c->pending.data, n, JSON_DEPTH_UPSTREAM, NULL);
    memmove(c->pending.data, end + 1, rest);
    buf_cut(&c->pending, rest);
    return true;
}

/* Returns false at the end of the stream, or where it is longer than it may be. */
static bool read_some(int fd, struct buf *into)
{
    char chunk[16384];
    ssize_t n = read(fd, chunk, sizeof chunk);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    return n > 0 && buf_add(into, chunk, (size_t)n) == 0;
}

/* Keeps the first bytes and throws the others away. */
static void read_errors(struct kafka_child *c)
{
    char chunk[1024];
    ssize_t n = read(c->errors, chunk, sizeof chunk);
    if (n > 0) {
        size_t room = c->said.max - c->said.len;
        buf_add(&c->said, chunk, (size_t)n < room ? (size_t)n : room);
    } else if (n == 0) {
        close_fd(&c->errors);
    }
}

/* Why a child died is the last thing it says. */
static void read_last_errors(struct kafka_child *c)
{
    struct pollfd p = {.fd = c->errors, .events = POLLIN};
    while (c->errors >= 0 && poll(&p, 1, LAST_WORDS_MS) > 0)
        read_errors(c);
}

enum kafka_news kafka_child_wait(struct kafka_child *c, int wake_fd, int64_t until_mono_ms, json_t **line)
{
    for (;;) {
        if (next_line(c, line))
            return *line ? KAFKA_LINE : KAFKA_ENDED;
        int64_t left = until_mono_ms - clock_mono_ms();
        if (left <= 0)
            return KAFKA_LATE;
        struct pollfd polled[] = {
            {.fd = c->out, .events = POLLIN}, {.fd = c->errors, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
        if (poll(polled, ARRAY_LEN(polled), left < 60000 ? (int)left : 60000) <= 0)
            continue;
        if (polled[1].revents)
            read_errors(c);
        if (polled[0].revents && !read_some(c->out, &c->pending)) {
            read_last_errors(c);
            return KAFKA_ENDED;
        }
        if (polled[2].revents)
            return KAFKA_WOKEN;
    }
}

void kafka_child_ask_to_end(struct kafka_child *c)
{
    close_fd(&c->in);
}

void kafka_child_end(struct kafka_child *c, int *status)
{
    int how = 0;
    if (c->pid > 0) {
        kill(c->pid, SIGKILL); /* not waited for yet, so the number is still its own */
        while (waitpid(c->pid, &how, 0) < 0 && errno == EINTR)
            ;
    }
    if (status)
        *status = how;
    close_fd(&c->in);
    close_fd(&c->out);
    close_fd(&c->errors);
    buf_done(&c->pending);
    buf_done(&c->said);
    c->pid = 0;
}
