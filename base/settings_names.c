/* "Did you mean": which names look like one that does not exist. */
#include "base/settings_private.h"

#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 48
#define SHOWN_MAX 3

/* '_' and '-' are the same here, and so are capitals and small letters. */
static char folded(char c)
{
    return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Edits between two names (Levenshtein); large for names too long to be meant. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    size_t row[NAME_MAX_LEN + 1];
    if (n > NAME_MAX_LEN || m > NAME_MAX_LEN)
        return NAME_MAX_LEN;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j], best = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[m];
}

static void name_add(struct buf *b, const struct setting *row, enum setting_style style)
{
    char variable[SETTING_VARIABLE_MAX];
    setting_variable(row, variable);
    buf_addf(b, "%s%s", style == SETTING_AS_FLAG ? "--" : "", style == SETTING_AS_VARIABLE ? variable : row->name);
}

void settings_similar(const struct settings *s, const char *wanted, enum setting_style style, char *out, size_t size)
{
    size_t best = strlen(wanted) / 3 + 1, shown = 0; /* more edits than that, and it is another word */
    for (size_t i = 0; i < s->n; i++) {
        size_t d = distance(wanted, s->table[i].name);
        best = d < best ? d : best;
    }
    auto_buf struct buf names = BUF_INIT(size);
    for (size_t i = 0; i < s->n && shown < SHOWN_MAX; i++) {
        if (distance(wanted, s->table[i].name) != best)
            continue;
        buf_adds(&names, shown++ ? " or " : "");
        name_add(&names, &s->table[i], style);
    }
    *out = '\0';
    if (shown)
        snprintf(out, size, " (did you mean %s?)", buf_text(&names));
}
