#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/redact.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define STRING_MAX 2000
#define LINE_MAX_BYTES (64 * 1024)
#define DEPTH_MAX 8

static atomic_int least_level = LOG_INFO;
static atomic_int line_format = LOG_AS_JSON;

void log_setup(enum log_level least, enum log_format format)
{
    atomic_store(&least_level, (int)least);
    atomic_store(&line_format, (int)format);
}

int log_on(enum log_level level)
{
    return (int)level >= atomic_load(&least_level);
}

/* A string as it may be shown: redacted, and cut. Redaction looks further than the cut, so that a secret cannot be
   missed for having lost its end. */
static json_t *safe_string(const json_t *value)
{
    const char *s = json_string_value(value);
    size_t n = json_string_length(value);
    auto_buf struct buf out = BUF_INIT(STRING_MAX);
    int count = 0;
    bool cut = redact_text(s, n < 4 * STRING_MAX ? n : text_utf8_floor(s, 4 * STRING_MAX), &out, &count) != 0;
    json_t *safe = json_str_lossy(buf_text(&out), out.len);
    if (!cut && n <= 4 * STRING_MAX)
        return safe;
    json_decref(safe);
    buf_cut(&out, text_utf8_floor(buf_text(&out), out.len > STRING_MAX - 3 ? STRING_MAX - 3 : out.len));
    buf_adds(&out, "...");
    return json_str_lossy(buf_text(&out), out.len);
}

static json_t *safe_value(const char *key, const json_t *value, int depth)
{
    if (key && redact_key_is_secret(key) && !json_is_null(value) && !json_is_boolean(value))
        return json_string("[redacted]");
    if (json_is_string(value))
        return safe_string(value);
    if (depth >= DEPTH_MAX && (json_is_object(value) || json_is_array(value)))
        return json_string("...");
    if (json_is_array(value)) {
        json_t *copy = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(copy, safe_value(key, json_array_get(value, i), depth + 1));
        return copy;
    }
    if (json_is_object(value)) {
        json_t *copy = json_object();
        const char *name;
        json_t *member;
        json_object_foreach((json_t *)value, name, member)
            json_object_set_new(copy, name, safe_value(name, member, depth + 1));
        return copy;
    }
    return json_incref((json_t *)value);
}

static void put_members(json_t *line, const json_t *members)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)members, key, value)
        json_object_set_new(line, key, safe_value(key, value, 0));
}

/* key=value, with quotes only where the value needs them. */
static void add_pair(struct buf *b, const char *key, const json_t *value)
{
    buf_addf(b, " %s=", key);
    const char *s = json_string_value(value);
    if (s && *s && strcspn(s, " \t\n\"=") == strlen(s))
        buf_adds(b, s);
    else
        json_add(b, value);
}

static void add_as_text(struct buf *b, const json_t *line)
{
    static const char *const head[] = {"ts", "level", "event"};
    buf_addf(b, "%s %-5s %s", json_str(line, head[0], ""), json_str(line, head[1], ""), json_str(line, head[2], ""));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)line, key, value)
        if (strcmp(key, head[0]) != 0 && strcmp(key, head[1]) != 0 && strcmp(key, head[2]) != 0)
            add_pair(b, key, value);
}

/* One write for the whole line, so that lines of several threads and processes do not mix; more only after a short one. */
static void write_line(const char *p, size_t n)
{
    while (n) {
        ssize_t done = write(STDERR_FILENO, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        p += done;
        n -= (size_t)done;
    }
}

static void write_event(const json_t *line)
{
    auto_buf struct buf b = BUF_INIT(LINE_MAX_BYTES);
    if (atomic_load(&line_format) == LOG_AS_TEXT)
        add_as_text(&b, line);
    else
        json_add(&b, line);
    if (b.full) {
        /* too many members: who and when is worth more than nothing */
        buf_cut(&b, 0);
        json_auto_t *brief = json_pack("{s:O, s:O, s:O, s:b}", "ts", json_object_get(line, "ts"), "level",
                                       json_object_get(line, "level"), "event", json_object_get(line, "event"),
                                       "truncated", 1);
        json_add(&b, brief);
    }
    b.max++; /* the newline always fits */
    buf_addc(&b, '\n');
    write_line(b.data, b.len);
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    static const char *const names[][2] = {
        [LOG_DEBUG] = {"debug", "DEBUG"},
        [LOG_INFO] = {"info", "INFO"},
        [LOG_WARN] = {"warn", "WARN"},
        [LOG_ERROR] = {"error", "ERROR"},
    };
    if (!log_on(level))
        return;
    char ts[CLOCK_TEXT_MAX];
    clock_rfc3339_ms(clock_wall_ms(), ts);
    const char *name = names[level][atomic_load(&line_format) == LOG_AS_TEXT];
    json_auto_t *line = json_pack("{s:s, s:s, s:s}", "ts", ts, "level", name, "event", event);
    if (fmt) {
        va_list ap;
        va_start(ap, fmt);
        json_error_t why;
        json_auto_t *members = json_vpack_ex(&why, 0, fmt, ap);
        va_end(ap);
        if (members)
            put_members(line, members);
        else
            json_put_str(line, "log_error", why.text);
    }
    write_event(line);
}
