/* "Did you mean": which names look like one that does not exist. */
#include "base/settings_private.h"

#include "base/own.h"
#include "base/similar.h"

#include <stdio.h>

#define SHOWN_MAX 3

static void name_add(struct buf *b, const struct setting *row, enum setting_style style)
{
    char variable[SETTING_VARIABLE_MAX];
    setting_variable(row, variable);
    buf_addf(b, "%s%s", style == SETTING_AS_FLAG ? "--" : "", style == SETTING_AS_VARIABLE ? variable : row->name);
}

void settings_similar(const struct settings *s, const char *wanted, enum setting_style style, char *out, size_t size)
{
    size_t best = similar_most(wanted), shown = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t d = similar_edits(wanted, s->table[i].name);
        best = d < best ? d : best;
    }
    auto_buf struct buf names = BUF_INIT(size);
    for (size_t i = 0; i < s->n && shown < SHOWN_MAX; i++) {
        if (similar_edits(wanted, s->table[i].name) != best)
            continue;
        buf_adds(&names, shown++ ? " or " : "");
        name_add(&names, &s->table[i], style);
    }
    *out = '\0';
    if (shown)
        snprintf(out, size, " (did you mean %s?)", buf_text(&names));
}
