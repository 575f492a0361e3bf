#include "tools/source/filter.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

enum token { T_END, T_KEY, T_TEXT, T_NUMBER, T_OPERATOR, T_OPEN, T_CLOSE, T_COMMA, T_AND, T_WORD, T_BAD };

struct lexer {
    const char *p;
    char text[256]; /* of the token: a key, or a literal without its quotes */
    const json_t *keys;
};

/* The key as the table writes it (the catalog does not tell capitals), or NULL. */
static const char *key_named(const json_t *keys, const char *name)
{
    size_t i;
    json_t *k;
    json_array_foreach(keys, i, k) {
        if (text_iequal(json_string_value(k), name))
            return json_string_value(k);
    }
    return NULL;
}

static enum token word(struct lexer *l)
{
    static const char *const words[] = {"OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL"};
    if (text_iequal(l->text, "AND"))
        return T_AND;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_iequal(l->text, words[i]))
            return T_WORD;
    }
    return key_named(l->keys, l->text) ? T_KEY : T_BAD;
}

/* Takes `n` bytes as the token's text, and moves on. */
static bool take(struct lexer *l, const char *from, size_t n, size_t moved)
{
    if (n >= sizeof l->text)
        return false;
    memcpy(l->text, from, n);
    l->text[n] = '\0';
    l->p += moved;
    return true;
}

static enum token quoted(struct lexer *l)
{
    size_t n = strcspn(l->p + 1, "'");
    /* a doubled quote within would be two texts side by side, which no grammar below accepts */
    return l->p[n + 1] == '\'' && take(l, l->p + 1, n, n + 2) ? T_TEXT : T_BAD;
}

static enum token next(struct lexer *l)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    l->p += strspn(l->p, " \t\n");
    l->text[0] = '\0';
    char c = *l->p;
    if (!c)
        return T_END;
    if (c == '\'')
        return quoted(l);
    if (strchr("(),", c)) {
        l->p++;
        return c == '(' ? T_OPEN : c == ')' ? T_CLOSE : T_COMMA;
    }
    size_t n = strspn(l->p, "=<>!");
    if (n)
        return n <= 2 && take(l, l->p, n, n) ? T_OPERATOR : T_BAD;
    n = strspn(l->p, "-.0123456789");
    if (n && memchr(l->p + 1, '-', n - 1)) /* 2026-11-21 without quotes: to Glue a subtraction */
        return T_BAD;
    if (n && !strchr(letters, l->p[n] ? l->p[n] : ' '))
        return take(l, l->p, n, n) ? T_NUMBER : T_BAD;
    n = strspn(l->p, letters);
    return n && take(l, l->p, n, n) ? word(l) : T_BAD;
}

static bool is_operator(const char *s)
{
    static const char *const operators[] = {"=", "<", ">", "<=", ">=", "<>", "!="};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (!strcmp(operators[i], s))
            return true;
    }
    return false;
}

static int wrong(const struct lexer *l, struct err *e)
{
    auto_buf struct buf names = BUF_INIT(512);
    size_t i;
    json_t *k;
    json_array_foreach(l->keys, i, k)
        buf_addf(&names, "%s%s", i ? ", " : "", json_string_value(k));
    return err_set(
        e, ERR_INVALID,
        "partition_filter: not understood before \"%.40s\". It takes comparisons of the partition keys (%s) with "
        "'text' (dates are text) or numbers, joined by AND, OR, NOT, IN, BETWEEN, LIKE.",
        l->p, buf_text(&names));
}

/* "key = literal AND key = literal ..." as an object; NULL for any other expression. */
static json_t *equalities(const char *text, const json_t *keys)
{
    struct lexer l = {.p = text, .keys = keys};
    json_auto_t *out = json_object();
    for (;;) {
        if (next(&l) != T_KEY)
            return NULL;
        const char *key = key_named(keys, l.text);
        if (next(&l) != T_OPERATOR || strcmp(l.text, "="))
            return NULL;
        enum token t = next(&l);
        if (t != T_TEXT && t != T_NUMBER)
            return NULL;
        json_put_str(out, key, l.text);
        t = next(&l);
        if (t == T_END)
            return steal(&out);
        if (t != T_AND)
            return NULL;
    }
}

int filter_check(const char *text, const json_t *keys, json_t **equal, struct err *e)
{
    struct lexer l = {.p = text, .keys = keys};
    if (strlen(text) > FILTER_MAX)
        return err_set(e, ERR_INVALID, "partition_filter: longer than %d bytes", FILTER_MAX);
    int depth = 0, comparisons = 0;
    enum token t, before = T_END;
    for (t = next(&l); t != T_END; before = t, t = next(&l)) {
        depth += t == T_OPEN ? 1 : t == T_CLOSE ? -1 : 0;
        comparisons += t == T_KEY;
        bool literal = t == T_TEXT || t == T_NUMBER, after_literal = before == T_TEXT || before == T_NUMBER;
        if (t == T_BAD || depth < 0 || depth > 20 || (t == T_OPERATOR && !is_operator(l.text)) ||
            (literal && after_literal))
            return wrong(&l, e);
    }
    if (depth || !comparisons)
        return wrong(&l, e);
    *equal = equalities(text, keys);
    return 0;
}
