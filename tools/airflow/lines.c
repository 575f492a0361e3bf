#include "tools/airflow/lines.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024) /* bytes of lines made of one message; CloudWatch Logs holds 256 KiB of one */
#define EXCEPTIONS_MAX 20
#define FRAMES_MAX 60

/* Who passes on what others wrote: the file of an Airflow 2 line, or a part of the logger's name in Airflow 3. */
static const char *const carriers[] = {"logging_mixin", "subprocess", "pod_manager", "docker", "ssh", "process_utils",
                                       "spark_submit", "task_log_fetcher", "task.stdout", "task.stderr"};

/* Said at level INFO, and yet what a failure is known by. */
static const char *const telling[] = {"exited with return code -", "Negsignal", "SIGKILL", "externally set", "ombie",
                                      "heartbeat", "SIGTERM", "terminated by signal", "shouldn't be running",
                                      "timed out", "timed-out", "finished with state failed",
                                      "Finished with state failed", "OOMKilled", "Container killed due to memory usage",
                                      "CannotPullContainerError", "ResourceInitializationError"};

/* Around every exception, whatever it is: nothing to show. */
static const char *const framing[] = {"Task failed with exception", "The above exception was the direct cause",
                                      AIRFLOW_WHILE_HANDLING};

static bool has_one_of(const char *text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(text, list[i]))
            return true;
    }
    return false;
}

/* Said of what is tried once more: not yet a failure. */
static const char *const survived[] = {"etrying", "ill retry", "etry attempt", "rying again", "using default", "falling back",
                                       "Falling back", "ignoring", "Ignoring"};

static bool is_carrier(const char *name)
{
    return has_one_of(name, carriers, ARRAY_LEN(carriers));
}

static void mark(struct log_lines *l, size_t from)
{
    for (size_t i = from; i < l->count; i++) {
        struct log_line *line = &l->items[i];
        if (line->severity == SEVERITY_ERROR && has_one_of(line->text, survived, ARRAY_LEN(survived)))
            line->severity = SEVERITY_WARNING;
        if (line->routine)
            line->routine = !has_one_of(line->text, telling, ARRAY_LEN(telling));
        else
            line->routine = has_one_of(line->text, framing, ARRAY_LEN(framing)) || text_starts(line->text, "Traceback (most");
    }
}

/* Where the words of "[time] {file.py:1} LEVEL - words" begin, when a carrier wrote them; else the message itself. */
static const char *own_words(const char *message)
{
    const char *brace = message[0] == '[' ? strstr(message, "] {") : NULL;
    const char *end = brace ? strchr(brace, '}') : NULL;
    const char *dash = end ? strstr(end, " - ") : NULL;
    if (!dash || brace - message > 40 || end - brace > 120 || dash - end > 12)
        return message;
    auto_free char *file = xstrndup(brace + 3, (size_t)(end - brace - 3));
    return is_carrier(file) ? dash + 3 : message;
}

/* --- Airflow 3 --- */

static void add_level(struct buf *b, const char *level)
{
    for (; *level; level++)
        buf_addc(b, (char)toupper((unsigned char)*level));
}

/* What an object says beside its event, and what a signature may need. */
static void add_extras(struct buf *b, const json_t *o)
{
    static const char *const keys[] = {"signal_name", "exit_code", "reason", "status_code", "current_state", "final_state"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const json_t *value = json_object_get(o, keys[i]);
        if (json_is_string(value))
            buf_addf(b, " %s=%s", keys[i], json_string_value(value));
        else if (json_is_integer(value))
            buf_addf(b, " %s=%lld", keys[i], (long long)json_integer_value(value));
    }
    /* the API server's refusal, as its client got it: {"detail": {"detail": {"reason": "not_running", ...}}} */
    const json_t *detail = json_obj(o, "detail");
    if (detail)
        add_extras(b, detail);
}

static void add_exception(struct buf *b, const json_t *x)
{
    buf_adds(b, "\nTraceback (most recent call last):");
    const json_t *frames = json_arr(x, "frames");
    size_t n = json_array_size(frames);
    for (size_t i = n > FRAMES_MAX ? n - FRAMES_MAX : 0; i < n; i++) {
        const json_t *frame = json_array_get(frames, i);
        buf_addf(b, "\n  File \"%s\", line %d, in %s", json_str(frame, "filename", "?"), (int)json_int(frame, "lineno", 0),
                 json_str(frame, "name", "?"));
    }
    buf_addf(b, "\n%s: %s", json_str(x, "exc_type", "Exception"), json_str(x, "exc_value", ""));
}

/* Airflow lists the outermost first; Python prints it last, and says how one led to the next. */
static void add_exceptions(struct buf *b, const json_t *list)
{
    size_t n = json_array_size(list) < EXCEPTIONS_MAX ? json_array_size(list) : EXCEPTIONS_MAX;
    for (size_t i = n; i > 0; i--) {
        const json_t *x = json_array_get(list, i - 1);
        add_exception(b, x);
        if (i > 1)
            buf_adds(b, json_flag(x, "is_cause", false)
                            ? "\nThe above exception was the direct cause of the following exception:"
                            : "\n" AIRFLOW_WHILE_HANDLING ", another exception occurred:");
    }
}

static void add_object(struct log_lines *l, const char *stream, int64_t ts_ms, const json_t *o)
{
    int64_t own_ms;
    if (!clock_parse(json_str(o, "timestamp", ""), &own_ms)) /* without a zone it is whose time? the event's counts */
        ts_ms = own_ms;
    auto_buf struct buf b = BUF_INIT(TEXT_MAX);
    bool carried = is_carrier(json_str(o, "logger", "")) || json_str(o, "chan", NULL);
    if (!carried) {
        add_level(&b, json_str(o, "level", "info"));
        buf_adds(&b, " - ");
    }
    const json_t *event = json_object_get(o, "event");
    buf_add(&b, json_string_value(event), json_string_length(event));
    add_extras(&b, o);
    add_exceptions(&b, json_arr(o, "error_detail"));
    log_lines_add(l, stream, ts_ms, buf_text(&b), b.len);
}

/* The string behind `"key":` from `from` on in text that was cut somewhere, also in the midst of that string. `*end` gets the
   place behind it. NULL when there is none; else free it. */
static char *cut_string(const char *from, const char *key, const char **end)
{
    auto_free char *quoted = xasprintf("\"%s\"", key);
    const char *p = strstr(from, quoted);
    if (!p)
        return NULL;
    p += strlen(quoted);
    p += strspn(p, " :");
    if (*p != '"')
        return NULL;
    const char *q = p + 1;
    while (*q && *q != '"')
        q += *q == '\\' && q[1] ? 2 : 1;
    *end = q;
    /* a cut may have gone through an escape: without it the rest is whole */
    for (int less = 0; less < 8 && q - less > p; less++) {
        auto_free char *text = xasprintf("%.*s\"", (int)(q - less - p), p);
        json_auto_t *value = json_parse(text, strlen(text), 1, NULL);
        if (json_is_string(value))
            return xstrdup(json_string_value(value));
    }
    return NULL;
}

static void add_cut(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message)
{
    const char *end = message;
    auto_free char *event = cut_string(message, "event", &end);
    auto_free char *level = cut_string(message, "level", &end);
    auto_free char *logger = cut_string(message, "logger", &end);
    auto_buf struct buf b = BUF_INIT(TEXT_MAX);
    if (level && !is_carrier(logger ? logger : "")) {
        add_level(&b, level);
        buf_adds(&b, " - ");
    }
    buf_adds(&b, event ? event : "");
    end = message;
    for (int i = 0; i < EXCEPTIONS_MAX; i++) {
        auto_free char *type = cut_string(end, "exc_type", &end);
        auto_free char *value = type ? cut_string(end, "exc_value", &end) : NULL;
        if (!type)
            break;
        buf_addf(&b, "\n%s: %s", type, value ? value : "");
    }
    log_lines_add(l, stream, ts_ms, buf_text(&b), b.len);
}

void airflow_lines_add(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message, size_t n)
{
    size_t from = l->count;
    if (n && message[0] == '{' && strstr(message, "\"event\"")) {
        json_auto_t *o = json_parse(message, n, JSON_DEPTH_UPSTREAM, NULL);
        if (json_is_string(json_object_get(o, "event")))
            add_object(l, stream, ts_ms, o);
        else if (!o)
            add_cut(l, stream, ts_ms, message);
        else
            log_lines_add(l, stream, ts_ms, message, n);
    } else {
        const char *words = own_words(message);
        log_lines_add(l, stream, ts_ms, words, n - (size_t)(words - message));
    }
    mark(l, from);
}
