#include "schema/place.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ECHO_MAX 60
#define PATH_MAX_DEPTH 16

/* The largest length of the buffer that does not end within a character. */
static int whole_characters(const struct buf *b)
{
    size_t n = b->len;
    while (n > 0 && !text_is_utf8(buf_text(b), n))
        n--;
    return (int)n;
}

/* One reference token with its slash. */
static void add_token(const struct place *at, struct buf *out)
{
    buf_addc(out, '/');
    if (!at->key) {
        buf_addf(out, "%zu", at->index);
        return;
    }
    for (const char *p = at->key; *p && !out->full; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '~')
            buf_adds(out, "~0");
        else if (c == '/')
            buf_adds(out, "~1");
        else if (c < 0x20 || c == 0x7F)
            buf_addf(out, "\\u%04X", c);
        else
            buf_addc(out, *p);
    }
}

const char *place_text(const struct place *at, char text[PLACE_TEXT_MAX])
{
    const struct place *chain[PATH_MAX_DEPTH];
    size_t n = 0;
    for (; at->up && n < PATH_MAX_DEPTH; at = at->up)
        chain[n++] = at;
    auto_buf struct buf b = BUF_INIT(PLACE_TEXT_MAX - 4);
    buf_adds(&b, at->up ? "..." : n ? "" : "/");
    while (n > 0)
        add_token(chain[--n], &b);
    snprintf(text, PLACE_TEXT_MAX, "%.*s%s", whole_characters(&b), buf_text(&b), b.full ? "..." : "");
    return text;
}

/* Takes what fits, and ends the dump of a large value once nothing more does. */
static int take_some(const char *p, size_t n, void *ctx)
{
    struct buf *b = ctx;
    size_t room = b->max - b->len;
    buf_add(b, p, n < room ? n : room);
    return n <= room ? 0 : -1;
}

void value_add(const json_t *v, struct buf *out)
{
    auto_buf struct buf b = BUF_INIT(ECHO_MAX);
    bool cut = json_dump_callback(v, take_some, &b, JSON_COMPACT | JSON_ENCODE_ANY) != 0;
    buf_addf(out, "%.*s%s", whole_characters(&b), buf_text(&b), cut ? "..." : "");
}

const char *value_text(const json_t *v, char text[VALUE_TEXT_MAX])
{
    static const char *const kinds[] = {
        [JSON_OBJECT] = "object ", [JSON_ARRAY] = "array ", [JSON_STRING] = "string ", [JSON_INTEGER] = "integer ",
        [JSON_REAL] = "number ",   [JSON_TRUE] = "boolean ", [JSON_FALSE] = "boolean ", [JSON_NULL] = "",
    };
    auto_buf struct buf b = BUF_INIT(VALUE_TEXT_MAX - 1);
    buf_adds(&b, kinds[json_typeof(v)]);
    value_add(v, &b);
    memcpy(text, buf_text(&b), b.len + 1);
    return text;
}
