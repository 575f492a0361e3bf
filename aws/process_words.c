#include "aws/process.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* One pass over a command line: `out` holds the words so far, each with a NUL behind it. */
struct splitter {
    char *out;
    size_t len;
    size_t words;
    bool in_word;
};

static void put(struct splitter *s, char c)
{
    s->out[s->len++] = c;
    s->in_word = true;
}

static void end_word(struct splitter *s)
{
    if (!s->in_word)
        return;
    s->out[s->len++] = '\0';
    s->words++;
    s->in_word = false;
}

/* What is between quotes, from behind the first to behind the second. Returns NULL when there is no second. */
static const char *quoted(struct splitter *s, const char *p, char quote)
{
    s->in_word = true;
    for (; *p && *p != quote; p++) {
        /* within "..." a backslash speaks for itself but before these two */
        if (quote == '"' && *p == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
        put(s, *p);
    }
    return *p ? p + 1 : NULL;
}

static int split(struct splitter *s, const char *p, struct err *e)
{
    while (*p) {
        if (strchr(" \t\r\n", *p)) {
            end_word(s);
            p++;
        } else if (*p == '\'' || *p == '"') {
            p = quoted(s, p + 1, *p);
            if (!p)
                return err_set(e, ERR_CONFIG, "a quotation mark is not closed");
        } else if (*p == '\\') {
            if (!p[1])
                return err_set(e, ERR_CONFIG, "a backslash has nothing behind it");
            put(s, p[1]);
            p += 2;
        } else {
            put(s, *p++);
        }
    }
    end_word(s);
    return s->words ? 0 : err_set(e, ERR_CONFIG, "there is no command");
}

char **process_words(const char *line, struct err *e)
{
    auto_free char *text = xmalloc(strlen(line) + 2);
    struct splitter s = {.out = text};
    if (split(&s, line, e) < 0)
        return NULL;
    /* The pointers and what they point at are one block, so that one free() ends them. */
    size_t head = (s.words + 1) * sizeof(char *);
    char **words = xmalloc(head + s.len);
    char *at = (char *)words + head;
    memcpy(at, text, s.len);
    for (size_t i = 0; i < s.words; i++, at += strlen(at) + 1)
        words[i] = at;
    words[s.words] = NULL;
    return words;
}
