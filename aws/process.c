#include "aws/process.h"

#include "base/clock.h"
#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child under way. */
struct child {
    pid_t pid;
    int output; /* its stdout */
    int ended;  /* readable once it has ended */
    int waker;  /* readable once the stop has tripped */
    int64_t until_mono_ms;
    struct stop *stop;
};

static void set_signals(posix_spawnattr_t *attr)
{
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(attr, &none); /* ours blocks the signals it waits for */
    posix_spawnattr_setsigdefault(attr, &defaults);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static int spawn(char *const *words, int output, pid_t *pid, struct err *e)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    /* libraries open some that are not closed by exec: libcurl's way of being woken */
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_init(&attr);
    set_signals(&attr);
    int failed = posix_spawnp(pid, words[0], &files, &attr, words, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return failed ? err_set(e, ERR_CONFIG, "%.100s cannot be started: %s", words[0], strerrordesc_np(failed)) : 0;
}

static int wait_ms(const struct child *c)
{
    int64_t left = c->until_mono_ms - clock_mono_ms();
    int64_t stop_left = stop_left_ms(c->stop);
    left = stop_left < left ? stop_left : left;
    return left < 0 ? 0 : (int)left;
}

/* Waits until `fd` can be read. Returns 0, or -1 when the time is up or the stop has tripped. */
static int await(const struct child *c, int fd, struct err *e)
{
    for (;;) {
        struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = c->waker, .events = POLLIN}};
        int n = poll(fds, 2, wait_ms(c));
        enum stop_why why = stop_check(c->stop);
        if (why != STOP_GO_ON)
            return stop_err(why, "waiting for another program", e);
        if (n == 0 && clock_mono_ms() >= c->until_mono_ms)
            return err_set(e, ERR_TIMEOUT, "it has not ended in time");
        if (n > 0 && fds[0].revents)
            return 0;
    }
}

static int gather(const struct child *c, struct buf *out, struct err *e)
{
    char chunk[4096];
    for (;;) {
        if (await(c, c->output, e) < 0)
            return -1;
        ssize_t n = read(c->output, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? 0 : err_set(e, ERR_UPSTREAM, "its output cannot be read");
        if (buf_add(out, chunk, (size_t)n) < 0)
            return err_set(e, ERR_TOO_LARGE, "it printed more than %zu bytes", out->max);
    }
}

/* Ends what is left of it and reads its status. */
static int reap(const struct child *c, bool kill_it, struct err *e)
{
    int status = 0;
    if (kill_it)
        kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (kill_it)
        return -1;
    if (WIFSIGNALED(status))
        return err_set(e, ERR_UPSTREAM, "it was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return err_set(e, ERR_UPSTREAM, "it ended with status %d", WEXITSTATUS(status));
    return 0;
}

static void wake(void *ctx)
{
    uint64_t one = 1;
    ssize_t ignored = write(*(int *)ctx, &one, sizeof one); /* full: it is readable already */
    (void)ignored;
}

static int attend(struct child *c, struct buf *out, struct err *e)
{
    struct stop_waker hook = {.wake = wake, .ctx = &c->waker};
    if (c->stop)
        stop_hook(c->stop, &hook);
    int rc = gather(c, out, e);
    if (rc == 0)
        rc = await(c, c->ended, e);
    if (c->stop)
        stop_unhook(c->stop, &hook);
    return reap(c, rc < 0, e);
}

int process_run(char *const *words, int64_t timeout_ms, struct stop *stop, struct buf *out, struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(e, ERR_INTERNAL, "pipe: %s", strerrordesc_np(errno));
    auto_close int output = ends[0];
    struct child c = {.output = output, .until_mono_ms = clock_mono_ms() + timeout_ms, .stop = stop};
    int rc = spawn(words, ends[1], &c.pid, e);
    close(ends[1]);
    if (rc < 0)
        return -1;
    auto_close int ended = pidfd_open(c.pid, 0);
    auto_close int waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    c.ended = ended;
    c.waker = waker;
    if (ended < 0 || waker < 0) {
        err_set(e, ERR_INTERNAL, "no descriptor to wait with: %s", strerrordesc_np(errno));
        return reap(&c, true, e);
    }
    return attend(&c, out, e);
}
