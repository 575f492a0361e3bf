#include "tools/airflow/streams.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define LIST_PAGES_MAX 4

static char *without_colons(char *s)
{
    for (char *p = s; *p; p++) {
        if (*p == ':')
            *p = '_';
    }
    return s;
}

char *stream_prefix(const char *dag_id, const char *run_id, const char *task_id, int map_index)
{
    auto_free char *task = xasprintf("dag_id=%s/run_id=%s/task_id=%s/", dag_id, run_id, task_id);
    char *whole = map_index < 0 ? steal(&task) : xasprintf("%smap_index=%d/", task, map_index);
    return without_colons(whole);
}

char *stream_search_prefix(const char *dag_id, const char *run_id, const char *task_id)
{
    if (!run_id)
        return without_colons(xasprintf("dag_id=%s/", dag_id));
    if (!task_id)
        return without_colons(xasprintf("dag_id=%s/run_id=%s/", dag_id, run_id));
    return without_colons(xasprintf("dag_id=%s/run_id=%s/task_id=%s/", dag_id, run_id, task_id));
}

char *stream_name(const char *prefix, int attempt)
{
    return xasprintf("%sattempt=%d.log", prefix, attempt);
}

/* "attempt=3.log" -> 3, else 0. */
static int attempt_of(const char *tail)
{
    static const char key[] = "attempt=";
    if (!text_starts(tail, key))
        return 0;
    tail += sizeof key - 1;
    size_t n = strspn(tail, "0123456789");
    auto_free char *digits = xstrndup(tail, n);
    int64_t attempt = 0;
    return !strcmp(tail + n, ".log") && !text_to_range(digits, 1, 1000000, &attempt) ? (int)attempt : 0;
}

int stream_attempt(const char *stream, const char *prefix)
{
    return text_starts(stream, prefix) ? attempt_of(stream + strlen(prefix)) : 0;
}

/* The value behind "key=", up to the next slash; moves on behind it. NULL when something else stands there. */
static char *take(const char **p, const char *key)
{
    if (!text_starts(*p, key))
        return NULL;
    const char *value = *p + strlen(key);
    size_t n = strcspn(value, "/");
    if (value[n] != '/')
        return NULL;
    *p = value + n + 1;
    return xstrndup(value, n);
}

bool stream_parse(const char *stream, char **run_id, char **task_id, int *map_index, int *attempt)
{
    const char *p = stream;
    auto_free char *dag = take(&p, "dag_id=");
    auto_free char *run = dag ? take(&p, "run_id=") : NULL;
    auto_free char *task = run ? take(&p, "task_id=") : NULL;
    auto_free char *map = task ? take(&p, "map_index=") : NULL;
    int64_t index = -1;
    int n = task ? attempt_of(p) : 0;
    if (!n || (map && text_to_range(map, 0, 1000000, &index)))
        return false;
    free(*run_id);
    free(*task_id);
    *run_id = steal(&run);
    *task_id = steal(&task);
    *map_index = (int)index;
    *attempt = n;
    return true;
}

struct listing {
    json_t *names, *source;
};

static int take_page(const json_t *page, void *ctx)
{
    struct listing *l = ctx;
    const json_t *streams = json_arr(page, "logStreams");
    size_t i;
    json_t *o;
    json_array_foreach(streams, i, o) {
        if (json_str(o, "logStreamName", NULL))
            json_array_append_new(l->names, json_string(json_str(o, "logStreamName", "")));
    }
    coverage_read(l->source, 1, (int64_t)json_array_size(streams), 0, true);
    return 0;
}

int streams_list(struct aws_session *s, const json_t *input, json_t *names, json_t *source, struct aws_fault *f)
{
    struct listing l = {names, source};
    auto_free char *next = NULL;
    int pages = aws_each_page(s, &aws_logs_describe_log_streams, input, LIST_PAGES_MAX, take_page, &l, &next, f);
    if (pages >= 0)
        json_put_flag(source, "complete", !next);
    return pages < 0 ? -1 : 0;
}
