/* Where the worker is, and what a replay's group is called. */
#include "tools/kafka/worker.h"

#include "aws/sign.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "lakewarden-kafka"

bool kafka_worker_present(const char *program, char *path, size_t size)
{
    char self[4096];
    ssize_t n = program ? 0 : readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        slash[1] = '\0';
    int length = snprintf(path, size, "%s%s", program ? program : self, program ? "" : PROGRAM);
    return length > 0 && (size_t)length < size && access(path, X_OK) == 0;
}

char *kafka_replay_group(const char *source, const json_t *ranges)
{
    bool given = false;
    size_t i;
    json_t *range;
    json_array_foreach(ranges, i, range)
        given |= json_object_get(range, "start") != NULL;
    if (!given)
        return xasprintf("lakewarden-replay-%s", source);
    size_t n;
    char hash[SIGN_HASH_MAX];
    auto_free char *text = json_text(ranges, &n);
    sign_hash(text, n, hash);
    return xasprintf("lakewarden-replay-%s-%.12s", source, hash);
}
