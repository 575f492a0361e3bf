#include "tests/unit/kafka_mock.h"

#include "base/json.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *kafka_mock_program(const char *name)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path / 2);
    path[n > 0 ? n : 0] = '\0';
    for (int up = 0; up < 3; up++) /* tests/unit/test_x */
        *strrchr(path, '/') = '\0';
    snprintf(path + strlen(path), sizeof path / 2, "/%s", name);
    return path;
}

void kafka_mock_start(struct kafka_mock *m)
{
    int in[2], out[2];
    const char *program = kafka_mock_program("tests/kafka/kafka_mock_cluster");
    if (pipe2(in, 0) || pipe2(out, 0))
        abort();
    m->pid = fork();
    if (m->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        close(out[0]);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    m->commands = fdopen(in[1], "w");
    m->answers = fdopen(out[0], "r");
    if (!fgets(m->address, sizeof m->address, m->answers))
        abort();
    m->address[strcspn(m->address, "\n")] = '\0';
}

void kafka_mock_stop(struct kafka_mock *m)
{
    fclose(m->commands);
    fclose(m->answers);
    waitpid(m->pid, NULL, 0);
}

int64_t kafka_mock_do(struct kafka_mock *m, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    vfprintf(m->commands, fmt, ap);
    va_end(ap);
    fputc('\n', m->commands);
    fflush(m->commands);
    if (!fgets(line, sizeof line, m->answers))
        abort();
    json_auto_t *answer = json_parse(line, strlen(line), 8, NULL);
    return json_int(answer, "records", json_flag(answer, "done", false) ? 0 : -1);
}
