/* Stack traces of the JVM and of Python, folded to what happened, why at bottom, and where. */
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/logs/text.h"

#include <string.h>

#define FRAMES_MAX 15
#define TRACE_LINES_MAX 600 /* lines looked at behind the head of a trace */
#define PYTHON_FRAME "File \""

static const char *skip_blank(const char *s)
{
    return s + strspn(s, " \t");
}

/* The last place in the line where a dotted or bare name ends in Exception, Error or similar and a colon or the end
   follows. AirflowSensorTimeout is one too, but "Timeout:" alone is a word. Returns the name's start and its length,
   or NULL. */
static const char *find_class(const char *s, size_t *len)
{
    static const char *const ends[] = {"Exception", "Error", "Throwable", "Failure", "Timeout"};
    const char *name = s;
    for (const char *p = s;; p++) {
        bool part = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '.' ||
                    *p == '_' || *p == '$';
        if (part)
            continue;
        size_t n = (size_t)(p - name);
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            size_t w = strlen(ends[i]);
            bool fits = n > w || (n == w && strcmp(ends[i], "Timeout"));
            if (fits && !memcmp(p - w, ends[i], w) && (*p == ':' || *p == '\0') && *name >= 'A') {
                *len = n;
                return name;
            }
        }
        if (!*p)
            return NULL;
        name = p + 1;
    }
}

#define CAUSED_BY "Caused by: "

static bool starts_caused_by(const char *s)
{
    return text_starts(s, CAUSED_BY);
}

/* What a root line says: from the class on, or behind "Caused by" where there are only words. */
static const char *cause_in(const char *text)
{
    size_t len;
    const char *name = find_class(text, &len);
    return name ? name : skip_blank(text) + strlen(CAUSED_BY);
}

/* Whether a line opens a trace or is the bottom line of a Python one. */
static bool names_exception(const struct log_line *line)
{
    size_t len;
    return !line->frame && line->severity >= SEVERITY_ERROR && find_class(line->text, &len);
}

static void put_class(json_t *o, const char *text)
{
    size_t len;
    const char *name = find_class(text, &len);
    if (!name)
        return;
    json_put(o, "class", json_str_lossy(name, len));
    const char *rest = name + len;
    if (*rest == ':')
        rest = skip_blank(rest + 1);
    json_put(o, "message", json_str_lossy(rest, strlen(rest) < 600 ? strlen(rest) : text_utf8_floor(rest, 600)));
}

/* Where it was thrown is the first frame of a Java trace and the last of a Python one: that end is kept. */
static void add_frame(json_t *frames, const char *line)
{
    const char *text = skip_blank(line);
    bool python = text_starts(text, PYTHON_FRAME);
    if (python && json_array_size(frames) == FRAMES_MAX)
        json_array_remove(frames, 0);
    if ((python || text_starts(text, "at ")) && json_array_size(frames) < FRAMES_MAX)
        json_array_append_new(frames, json_str_lossy(text, strlen(text)));
}

/* The first line of the trace that the line at `i` belongs to: back over frames and "Caused by". */
static size_t trace_head(const struct log_lines *l, size_t i)
{
    size_t least = i > TRACE_LINES_MAX ? i - TRACE_LINES_MAX : 0;
    size_t head = i;
    while (head > least) {
        const struct log_line *line = &l->items[head];
        const struct log_line *before = &l->items[head - 1];
        if (!starts_caused_by(skip_blank(line->text)) && !line->frame && !before->frame)
            break;
        if (line->stream != before->stream)
            break;
        head--;
    }
    return head;
}

/* One past the last line of the trace around `near` that names an exception, or 0. */
static size_t trace_bottom(const struct log_lines *l, size_t near)
{
    if (near >= l->count || !names_exception(&l->items[near]))
        return 0;
    size_t bottom = near;
    for (size_t i = near + 1; i < l->count && i - near < TRACE_LINES_MAX; i++) {
        bool caused_by = starts_caused_by(skip_blank(l->items[i].text));
        if (l->items[i].stream != l->items[near].stream || (!caused_by && !l->items[i].frame))
            break;
        if (caused_by)
            bottom = i;
    }
    return bottom + 1;
}

json_t *log_exception(const struct log_lines *l, size_t near, size_t *line)
{
    size_t last = trace_bottom(l, near);
    for (size_t i = l->count; !last && i > 0; i--)
        last = trace_bottom(l, i - 1);
    if (!last)
        return NULL;
    size_t root = last - 1;
    size_t top = trace_head(l, root), head = top;
    while (head < root && !names_exception(&l->items[head]))
        head++;

    json_t *o = json_object();
    put_class(o, l->items[head].text);
    const char *bottom = cause_in(l->items[root].text);
    json_put(o, "root_cause", json_str_lossy(bottom, strlen(bottom) < 600 ? strlen(bottom) : text_utf8_floor(bottom, 600)));
    json_t *frames = json_array();
    /* a Java trace has its frames below the line that names the cause, a Python one above */
    for (size_t i = root + 1; i < l->count && l->items[i].frame; i++)
        add_frame(frames, l->items[i].text);
    for (size_t i = top; i < root; i++) {
        if (l->items[i].frame)
            add_frame(frames, l->items[i].text);
    }
    json_put(o, "frames", frames);
    *line = root;
    return o;
}

/* As add_frame has it: the first of a Java trace, the last of a Python one. Of a Python program that called Java, Java
   threw it. */
static const char *frame_that_threw(const json_t *frames)
{
    const char *first = json_string_value(json_array_get(frames, 0));
    bool python = first && text_starts(first, PYTHON_FRAME);
    return python ? json_string_value(json_array_get(frames, json_array_size(frames) - 1)) : first;
}

void log_exception_tell(const json_t *exception, struct digest *d)
{
    const char *root = json_str(exception, "root_cause", NULL);
    if (!root)
        return;
    digest_data(d, "Root exception:", root, 300);
    const char *frame = frame_that_threw(json_arr(exception, "frames"));
    if (frame)
        digest_data(d, "Thrown", frame, 200);
}
