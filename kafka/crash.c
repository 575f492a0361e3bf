/* Only in the tests' build of the worker. */
#include "kafka/crash.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/own.h"
#include "base/text.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char planned[64];
static int64_t count;

static void rewrite(const char *path, const char *rest)
{
    auto_close int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0 || write(fd, rest, strlen(rest)) != (ssize_t)strlen(rest) || fsync(fd))
        _exit(3);
}

void crash_plan(const char *path)
{
    auto_buf struct buf text = BUF_INIT(65536);
    struct err e = {0};
    if (!path || file_read(path, &text, &e) || text.len == 0)
        return;
    char *line = text.data, *end = strchr(line, '\n');
    if (!end)
        _exit(3);
    *end = '\0';
    rewrite(path, end + 1);
    char *number = strchr(line, ' ');
    if (!number || text_to_i64(number + 1, &count) || (size_t)(number - line) >= sizeof planned)
        _exit(3);
    memcpy(planned, line, (size_t)(number - line));
}

void crash_at(const char *point)
{
    if (strcmp(point, planned) == 0 && --count == 0)
        kill(getpid(), SIGKILL);
}

static void *die_later(void *ignored)
{
    (void)ignored;
    struct timespec wait = {.tv_nsec = (long)(count * 1000)};
    nanosleep(&wait, NULL);
    kill(getpid(), SIGKILL);
    return NULL;
}

void crash_during(const char *point)
{
    pthread_t thread;
    if (strcmp(point, planned) == 0 && pthread_create(&thread, NULL, die_later, NULL))
        _exit(3);
}
