#include "tools/names.h"

#include "base/buf.h"
#include "base/own.h"
#include "base/recent.h"

#include <stdlib.h>
#include <string.h>

/* A json_t belongs to one thread, so text is kept: the names of a list, each ended by a newline. */
struct names {
    struct recent *lists;
};

struct names *names_new(void)
{
    struct names *n = xcalloc(1, sizeof *n);
    n->lists = recent_new(NAMES_LISTS_MAX, NAMES_KEPT_MS);
    return n;
}

void names_free(struct names *n)
{
    if (!n)
        return;
    recent_free(n->lists);
    free(n);
}

void names_keep(struct names *n, const char *list, const json_t *names)
{
    auto_buf struct buf text = BUF_INIT(NAMES_BYTES_MAX);
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name)
        if (json_is_string(name) && !strpbrk(json_string_value(name), "\n"))
            buf_addf(&text, "%s\n", json_string_value(name));
    recent_put(n->lists, list, buf_text(&text), text.len);
}

json_t *names_kept(struct names *n, const char *list)
{
    auto_free char *text = recent_get(n->lists, list, NULL);
    if (!text)
        return NULL;
    json_t *names = json_array();
    for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
        json_array_append_new(names, json_stringn(p, strcspn(p, "\n")));
    return names;
}
