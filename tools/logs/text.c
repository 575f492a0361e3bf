#include "tools/logs/text.h"

#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char *severity_name(enum log_severity s)
{
    static const char *const names[] = {
        [SEVERITY_INFO] = "info", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error", [SEVERITY_FATAL] = "fatal"};
    return names[s];
}

static bool has_word(const char *s, size_t n, const char *word)
{
    size_t w = strlen(word);
    for (const char *p = s; (p = memmem(p, n - (size_t)(p - s), word, w)); p++) {
        bool left = p == s || !(p[-1] >= 'A' && p[-1] <= 'Z');
        bool right = p + w == s + n || !(p[w] >= 'A' && p[w] <= 'Z');
        if (left && right)
            return true;
    }
    return false;
}

/* "airflow.exceptions.AirflowSensorTimeout: Sensor has timed out": the one common exception without Error in its name.
   A setting like connectTimeout begins in lower case. */
static bool starts_with_timeout(const char *s, size_t n)
{
    size_t end = 0, name = 0;
    for (; end < n && text_is_word(s[end], "._"); end++) {
        if (s[end] == '.')
            name = end + 1;
    }
    return end < n && s[end] == ':' && end - name > 7 && !memcmp(s + end - 7, "Timeout", 7) && s[name] >= 'A' && s[name] <= 'Z';
}

/* Levels stand near the start of a line; a word further back is part of what it says. */
static enum log_severity severity_of(const char *s, size_t n, bool *routine)
{
    size_t head = n < 100 ? n : 100;
    if (has_word(s, head, "FATAL") || has_word(s, head, "CRITICAL"))
        return SEVERITY_FATAL;
    if (has_word(s, head, "ERROR"))
        return SEVERITY_ERROR;
    /* Java's own: "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(...) failed" */
    if (has_word(s, head, "WARN") || has_word(s, head, "WARNING") || memmem(s, head, " VM warning: ", 13))
        return SEVERITY_WARNING;
    *routine = has_word(s, head, "INFO") || has_word(s, head, "DEBUG") || has_word(s, head, "TRACE");
    if (*routine)
        return SEVERITY_INFO;
    if (!n)
        return SEVERITY_INFO;
    if (memmem(s, n, "Exception", 9) || memmem(s, n, "Error", 5) || memmem(s, n, "Traceback (most", 15) ||
        starts_with_timeout(s, n))
        return SEVERITY_ERROR;
    return SEVERITY_INFO;
}

/* "[Stage 3:====>   (12 + 8) / 200]" and friends. */
static bool is_progress(const char *s, size_t n)
{
    if (n > 7 && !memcmp(s, "[Stage ", 7))
        return true;
    size_t bar = 0;
    for (size_t i = 0; i < n; i++)
        bar += s[i] == '=' || s[i] == '#' || s[i] == '>' || s[i] == ' ' || s[i] == '-' || s[i] == '.';
    return n >= 10 && bar * 10 >= n * 8;
}

static bool is_frame(const char *s, size_t n)
{
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    return (n > 3 && !memcmp(s, "at ", 3)) || (n > 6 && !memcmp(s, "File \"", 6)) || (n > 4 && !memcmp(s, "... ", 4));
}

/* Python shows the source below each "File" line, indented further. */
static bool is_source(const struct log_lines *l, const char *stream, const char *s)
{
    const struct log_line *before = l->count ? &l->items[l->count - 1] : NULL;
    return before && before->frame && before->stream == stream && !strncmp(s, "    ", 4);
}

static void add_line(struct log_lines *l, const char *stream, int64_t ts_ms, const char *s, size_t len)
{
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    auto_free char *text = xmemdup(s, len);
    size_t blank = strspn(text, " \t");
    if (blank >= len || l->count >= LOG_LINES_MAX || is_progress(text + blank, len - blank)) {
        l->dropped++;
        return;
    }
    if (l->count == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 64;
        l->items = xrealloc(l->items, l->cap * sizeof *l->items);
    }
    bool routine = false;
    enum log_severity severity = severity_of(text, len, &routine);
    l->items[l->count] = (struct log_line){
        .ts_ms = ts_ms,
        .stream = stream,
        .len = len,
        .severity = severity,
        .routine = routine,
        .frame = is_frame(text, len) || is_source(l, stream, text),
        .text = text,
    };
    l->count++;
    text = NULL; /* the line has it now */
}

/* What follows sees the words only; a separator that was a character of its own (U+2028) ends a line too. */
static void add_raw_line(struct log_lines *l, const char *stream, int64_t ts_ms, const char *s, size_t n)
{
    size_t take = n < LOG_LINE_MAX ? n : text_utf8_floor(s, LOG_LINE_MAX);
    auto_buf struct buf clean = BUF_INIT(take * 3);
    redact_clean(s, take, &clean);
    const char *line = buf_text(&clean);
    for (;;) {
        size_t len = strcspn(line, "\n");
        add_line(l, stream, ts_ms, line, len);
        if (!line[len])
            return;
        line += len + 1;
    }
}

void log_lines_add(struct log_lines *l, const char *stream, int64_t ts_ms, const char *message, size_t n)
{
    const char *end = message + n;
    while (message < end) {
        size_t len = 0;
        while (message + len < end && message[len] != '\n' && message[len] != '\r')
            len++;
        if (len)
            add_raw_line(l, stream, ts_ms, message, len);
        message += len + 1;
    }
}

/* Stable: merge sort, since qsort promises nothing about equals. */
static void merge(struct log_line *a, size_t mid, size_t n, struct log_line *spare)
{
    memcpy(spare, a, mid * sizeof *a);
    size_t i = 0, j = mid, k = 0;
    while (i < mid)
        a[k++] = j < n && a[j].ts_ms < spare[i].ts_ms ? a[j++] : spare[i++];
}

static void sort_part(struct log_line *a, size_t n, struct log_line *spare)
{
    if (n < 2)
        return;
    sort_part(a, n / 2, spare);
    sort_part(a + n / 2, n - n / 2, spare);
    if (a[n / 2].ts_ms < a[n / 2 - 1].ts_ms)
        merge(a, n / 2, n, spare);
}

void log_lines_sort(struct log_lines *l)
{
    if (l->count < 2)
        return;
    auto_free struct log_line *spare = xcalloc(l->count, sizeof *spare);
    sort_part(l->items, l->count, spare);
}

void log_lines_move(struct log_lines *to, struct log_lines *from)
{
    if (from->count) {
        to->cap = to->count + from->count;
        to->items = xrealloc(to->items, to->cap * sizeof *to->items);
        memcpy(to->items + to->count, from->items, from->count * sizeof *from->items);
        to->count += from->count;
    }
    to->dropped += from->dropped;
    free(from->items);
    *from = (struct log_lines){0};
}

void log_lines_done(struct log_lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->items[i].text);
    free(l->items);
    *l = (struct log_lines){0};
}
