#include "tools/athena/sql.h"

#include "base/own.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '@' || (unsigned char)c >= 0x80;
}

/* Behind blanks and comments; NULL when a comment does not end. */
static const char *skip_silence(const char *p)
{
    for (;;) {
        p += strspn(p, " \t\r\n\f\v");
        if (p[0] == '-' && p[1] == '-') {
            p += strcspn(p, "\r\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (!end)
                return NULL;
            p = end + 2;
        } else {
            return p;
        }
    }
}

/* The quote that closes the one at `p`; a doubled one stands for itself. NULL when there is none. */
static const char *closing_quote(const char *p)
{
    for (const char *q = p + 1; *q; q++) {
        if (*q != *p)
            continue;
        if (q[1] != *p)
            return q;
        q++;
    }
    return NULL;
}

/* Reads the token at `p` and returns where it ends, or NULL. */
static const char *read_token(const char *p, struct sql_token *t)
{
    if (*p == '\'' || *p == '"' || *p == '`') {
        const char *end = closing_quote(p);
        if (!end)
            return NULL;
        *t = (struct sql_token){
            .kind = *p == '\'' ? SQL_TEXT : SQL_NAME, .p = p + 1, .n = (size_t)(end - p - 1)};
        return end + 1;
    }
    size_t n = 0;
    while (is_word_char(p[n]) || (n && isdigit((unsigned char)p[0]) && p[n] == '.'))
        n++;
    enum sql_kind kind = !n ? SQL_MARK : isdigit((unsigned char)p[0]) ? SQL_NUMBER : SQL_WORD;
    *t = (struct sql_token){.kind = kind, .p = p, .n = n ? n : 1};
    return p + t->n;
}

static void add(struct sql_tokens *out, size_t *cap, const struct sql_token *t)
{
    if (out->count == *cap) {
        *cap = *cap ? *cap * 2 : 256;
        out->items = xrealloc(out->items, *cap * sizeof *out->items);
    }
    out->items[out->count++] = *t;
}

void sql_split(const char *sql, struct sql_tokens *out)
{
    *out = (struct sql_tokens){0};
    size_t cap = 0;
    int depth = 0;
    const char *p = sql;
    while ((p = skip_silence(p)) && *p) {
        struct sql_token t;
        p = read_token(p, &t);
        if (!p || out->count == SQL_TOKENS_MAX)
            break;
        bool mark = t.kind == SQL_MARK;
        depth -= mark && *t.p == ')';
        t.depth = depth;
        depth += mark && *t.p == '(';
        if (depth < 0)
            break;
        add(out, &cap, &t);
    }
    out->broken = !p || *p || depth != 0;
}

void sql_tokens_done(struct sql_tokens *t)
{
    free(t->items);
    *t = (struct sql_tokens){0};
}

bool sql_is(const struct sql_tokens *t, size_t i, const char *word)
{
    if (i >= t->count || (t->items[i].kind != SQL_WORD && t->items[i].kind != SQL_MARK))
        return false;
    return t->items[i].n == strlen(word) && !strncasecmp(t->items[i].p, word, t->items[i].n);
}

bool sql_are(const struct sql_tokens *t, size_t i, const char *words)
{
    for (; *words; i++) {
        size_t n = strcspn(words, " ");
        auto_free char *word = xstrndup(words, n);
        if (!sql_is(t, i, word))
            return false;
        words += n + (words[n] == ' ');
    }
    return true;
}

bool sql_is_name(const struct sql_tokens *t, size_t i)
{
    return i < t->count && (t->items[i].kind == SQL_WORD || t->items[i].kind == SQL_NAME);
}

char *sql_value(const struct sql_token *t)
{
    char *out = xmalloc(t->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        char c = t->p[i];
        out[n++] = t->kind == SQL_WORD ? (char)tolower((unsigned char)c) : c;
        bool quoted = t->kind == SQL_NAME || t->kind == SQL_TEXT;
        if (quoted && i + 1 < t->n && c == t->p[-1] && t->p[i + 1] == c)
            i++;
    }
    out[n] = '\0';
    return out;
}

size_t sql_behind(const struct sql_tokens *t, size_t i)
{
    int depth = i < t->count ? t->items[i].depth : 0;
    for (i++; i < t->count; i++) {
        if (t->items[i].depth == depth && sql_is(t, i, ")"))
            return i + 1;
    }
    return t->count;
}
