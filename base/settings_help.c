#include "base/settings_private.h"

#include "base/own.h"

#include <string.h>

#define COLUMNS 80
#define LEFT_MAX 34 /* a longer flag gets a line of its own */

static char *left_text(const struct setting *row)
{
    if (row->type == SETTING_FLAG)
        return xasprintf("  --%s", row->name);
    return xasprintf("  --%s %s", row->name, row->value_name ? row->value_name : row->choices ? row->choices : "VALUE");
}

static void pad(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_addc(out, ' ');
}

/* Words of `text` from column `left` on, broken at blanks. */
static void wrap(const char *text, size_t left, struct buf *out)
{
    size_t column = left;
    for (const char *p = text; *p;) {
        size_t len = strcspn(p, " ");
        if (column > left && column + 1 + len > COLUMNS) {
            buf_addc(out, '\n');
            pad(out, left);
            column = left;
        } else if (column > left) {
            buf_addc(out, ' ');
            column++;
        }
        buf_add(out, p, len);
        column += len;
        p += len + strspn(p + len, " ");
    }
    buf_addc(out, '\n');
}

void settings_help(const struct setting *table, size_t n, unsigned command, struct buf *out)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        auto_free char *text = left_text(&table[i]);
        size_t len = strlen(text) + 2;
        if (table[i].commands & command && len <= LEFT_MAX && len > left)
            left = len;
    }
    for (size_t i = 0; i < n; i++) {
        const struct setting *row = &table[i];
        if (!(row->commands & command))
            continue;
        auto_free char *text = left_text(row);
        bool repeat = row->type == SETTING_LIST, fallback = row->fallback && row->type != SETTING_FLAG;
        auto_free char *help = xasprintf("%s%s%s%s%s", row->help, repeat ? " (repeatable)" : "",
                                         fallback ? " (default " : "", fallback ? row->fallback : "",
                                         fallback ? ")" : "");
        buf_adds(out, text);
        if (strlen(text) + 2 > left) {
            buf_addc(out, '\n');
            pad(out, left);
        } else {
            pad(out, left - strlen(text));
        }
        wrap(help, left, out);
    }
}
