#include "tools/prompts/plan.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <string.h>

#define NAME_BYTES "_"

int plan_arguments(const json_t *given, json_t **out, struct err *e)
{
    json_auto_t *kept = json_object();
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)given, name, value) {
        size_t n = json_string_length(value);
        if (n > PLAN_VALUE_MAX)
            return err_set(e, ERR_INVALID, "the argument \"%s\" is longer than %d bytes", name, PLAN_VALUE_MAX);
        if (!redact_is_plain(json_string_value(value), n))
            return err_set(e, ERR_INVALID, "the argument \"%s\" must be one line without control or invisible characters", name);
        if (n)
            json_object_set(kept, name, value);
    }
    *out = steal(&kept);
    return 0;
}

static int add_value(const char *name, size_t n, const json_t *arguments, struct buf *out, struct err *e)
{
    auto_free char *key = xstrndup(name, n);
    const json_t *value = json_object_get(arguments, key);
    if (!value)
        return err_set(e, ERR_INTERNAL, "the plan needs {%s}, which was not given", key);
    return json_add(out, value);
}

/* Text with {places}. A brace that no name and brace follow is one. */
static int add_text(const char *p, const char *end, const json_t *arguments, struct buf *out, struct err *e)
{
    while (p < end) {
        size_t n = *p == '{' ? text_word_span(p + 1, NAME_BYTES) : 0;
        if (n && p[n + 1] == '}') {
            if (add_value(p + 1, n, arguments, out, e))
                return -1;
            p += n + 2;
        } else {
            buf_addc(out, *p++);
        }
    }
    return 0;
}

/* "tool a b {...}" as a call. */
static int add_call(const char *p, const char *end, const json_t *arguments, struct buf *out, struct err *e)
{
    size_t n = text_word_span(p, NAME_BYTES);
    buf_addf(out, "%.*s ", (int)n, p);
    json_auto_t *call = json_object();
    for (p += n; p < end && *p == ' ' && p[1] != '{'; p += 1 + n) {
        n = text_word_span(p + 1, NAME_BYTES);
        auto_free char *name = xstrndup(p + 1, n);
        json_put(call, name, json_incref(json_object_get(arguments, name)));
    }
    if (p == end)
        return json_add(out, call);
    json_auto_t *fixed = json_parse(p + 1, (size_t)(end - p - 1), JSON_DEPTH_CLIENT, e);
    if (!json_is_object(fixed))
        return err_set(e, ERR_INTERNAL, "a call in a plan does not end in an object");
    json_object_update(call, fixed);
    return json_add(out, call);
}

/* "[[name: text]]": the text, where the name was given. Returns 1 where it was not: the line is left out. */
static int add_if_given(const char *p, const char *end, const json_t *arguments, struct buf *out, struct err *e)
{
    size_t n = text_word_span(p, NAME_BYTES);
    if (strncmp(p + n, ": ", 2) != 0 || end - p < (ptrdiff_t)n + 4 || strncmp(end - 2, "]]", 2) != 0)
        return err_set(e, ERR_INTERNAL, "a plan has [[ without a name, a colon or its end");
    auto_free char *name = xstrndup(p, n);
    if (!json_object_get(arguments, name))
        return 1;
    p += n + 2;
    return *p == '@' ? add_call(p + 1, end - 2, arguments, out, e) : add_text(p, end - 2, arguments, out, e);
}

/* Returns 0, 1 for a line that is left out, or -1. */
static int add_line(const char *line, const char *end, const json_t *arguments, struct buf *out, struct err *e)
{
    const char *p = line + strspn(line, " ");
    if (p > end || (*p != '@' && strncmp(p, "[[", 2) != 0))
        return add_text(line, end, arguments, out, e);
    size_t before = out->len;
    buf_add(out, line, (size_t)(p - line));
    int rc = *p == '@' ? add_call(p + 1, end, arguments, out, e) : add_if_given(p + 2, end, arguments, out, e);
    if (rc > 0)
        buf_cut(out, before);
    return rc;
}

int plan_fill(const char *text, const json_t *arguments, struct buf *out, struct err *e)
{
    for (const char *line = text; *line;) {
        const char *end = line + strcspn(line, "\n");
        int rc = add_line(line, end, arguments, out, e);
        if (rc < 0)
            return err_set(e, ERR_INTERNAL, "a plan is too long");
        if (rc == 0 && *end)
            buf_addc(out, '\n');
        line = *end ? end + 1 : end;
    }
    return out->full ? err_set(e, ERR_INTERNAL, "a plan is too long") : 0;
}
