#include "server/uri_template.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A decoded value; nothing that is looked up is longer. */
#define VALUE_MAX 2048

/* The name between the braces at `p`, which stands on "{"; its length, 0 where it is none. */
static size_t name_span(const char *p)
{
    size_t n = text_word_span(p + 1, "_.");
    return p[1 + n] == '}' ? n : 0;
}

int uri_template_check(const char *text, struct err *e)
{
    json_auto_t *seen = json_object();
    const char *p = text;
    while (*p) {
        size_t n = *p == '{' ? name_span(p) : 0;
        if ((*p == '{' && n == 0) || *p == '}')
            return err_set(e, ERR_CONFIG, "URI template %s: only {name} may stand in braces", text);
        if (n == 0) {
            p++;
            continue;
        }
        auto_free char *name = xstrndup(p + 1, n);
        if (json_object_get(seen, name))
            return err_set(e, ERR_CONFIG, "URI template %s: {%s} is there twice", text, name);
        json_object_set_new(seen, name, json_true());
        p += n + 2;
        if (*p == '{')
            return err_set(e, ERR_CONFIG, "URI template %s: two variables need something between them", text);
    }
    return json_object_size(seen) ? 0 : err_set(e, ERR_CONFIG, "URI template %s: it has no variable", text);
}

json_t *uri_template_variables(const char *text)
{
    json_t *names = json_array();
    for (const char *p = strchr(text, '{'); p; p = strchr(p + 1, '{'))
        json_array_append_new(names, json_stringn(p + 1, name_span(p)));
    return names;
}

/* One value out of the URI, decoded; NULL where it will not do. */
static json_t *decode(const char *p, size_t n)
{
    auto_buf struct buf b = BUF_INIT(VALUE_MAX);
    if (text_percent_decode(p, n, false, &b) || b.len == 0 || !text_is_utf8(buf_text(&b), b.len))
        return NULL;
    for (size_t i = 0; i < b.len; i++)
        if ((unsigned char)b.data[i] < 0x20 || b.data[i] == 0x7F)
            return NULL;
    return json_stringn(buf_text(&b), b.len);
}

/* How far the variable reaches that begins at `uri`: to what stands behind it in the template, never across a "/". */
static size_t value_span(const char *uri, const char *rest)
{
    size_t literal = strcspn(rest, "{"), most = strcspn(uri, "/");
    if (*rest == '\0')
        return uri[most] == '\0' ? most : 0;
    for (size_t n = 1; n <= most; n++)
        if (strncmp(uri + n, rest, literal) == 0)
            return n;
    return 0;
}

json_t *uri_template_match(const char *text, const char *uri)
{
    json_auto_t *values = json_object();
    while (*text) {
        if (*text != '{') {
            if (*text++ != *uri++)
                return NULL;
            continue;
        }
        auto_free char *name = xstrndup(text + 1, name_span(text));
        text += strlen(name) + 2;
        size_t n = value_span(uri, text);
        json_t *value = n ? decode(uri, n) : NULL;
        if (!value)
            return NULL;
        json_put(values, name, value);
        uri += n;
    }
    return *uri ? NULL : json_incref(values);
}
