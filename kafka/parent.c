#include "kafka/parent.h"

#include "base/json.h"
#include "base/own.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

int parent_read_job(struct buf *out, struct err *e)
{
    char chunk[4096];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(e, ERR_INVALID, "no job on stdin: one line of JSON is expected");
        char *end = memchr(chunk, '\n', (size_t)n);
        if (buf_add(out, chunk, end ? (size_t)(end - chunk) : (size_t)n))
            return err_set(e, ERR_TOO_LARGE, "the job is larger than %zu bytes", out->max);
        explicit_bzero(chunk, sizeof chunk);
        if (end)
            return 0;
    }
}

void parent_tell(const char *event, json_t *body)
{
    json_auto_t *line = json_pack("{s:s}", "event", event);
    json_auto_t *members = body;
    if (members)
        json_object_update(line, members);
    size_t n = 0, done = 0;
    auto_free char *text = json_text(line, &n);
    text[n++] = '\n'; /* where the NUL stood */
    while (done < n) {
        ssize_t written = write(STDOUT_FILENO, text + done, n - done);
        if (written < 0 && errno != EINTR)
            _exit(1);
        done += written > 0 ? (size_t)written : 0;
    }
}

void parent_tell_result(json_t *result, const struct fault *f)
{
    if (f->set)
        json_put(result, "error", fault_json(f));
    parent_tell("result", result);
}

bool parent_wants_end(void)
{
    static bool ended;
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    ended = ended || poll(&p, 1, 0) > 0;
    return ended;
}
