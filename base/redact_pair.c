/* A key that names a secret, what stands between it and its value, and how far the value goes. */
#include "base/redact_private.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

/* A key and what it says about the text behind it, while it is read from left to right. */
struct pair {
    const struct redact_scan *s;
    enum redact_key kind;
    bool option;     /* "--name": its value may follow a blank */
    bool key_quoted; /* a quote stood behind the key */
    bool spaced;     /* blanks stood around the separator, as in prose */
    bool colon;
    size_t at; /* where reading has come to */
};

static bool is_key_char(char c)
{
    return redact_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

static char peek(const struct pair *p, size_t ahead)
{
    return p->at + ahead < p->s->n ? p->s->p[p->at + ahead] : '\0';
}

static bool starts_here(const struct pair *p, const char *text)
{
    size_t n = strlen(text);
    return p->s->n - p->at >= n && memcmp(p->s->p + p->at, text, n) == 0;
}

static bool skip_blanks(struct pair *p)
{
    size_t from = p->at;
    while (peek(p, 0) == ' ' || peek(p, 0) == '\t')
        p->at++;
    return p->at > from;
}

/* A quote, with the backslashes that stand before it in JSON inside JSON. Returns its length, or 0. */
static size_t quote_length(const struct pair *p)
{
    size_t n = 0;
    while (n < 8 && peek(p, n) == '\\')
        n++;
    return peek(p, n) == '"' || peek(p, n) == '\'' ? n + 1 : 0;
}

/* Reads "=", ":", "=>", "->", ">" (an XML tag) or the blank behind an option; false if nothing of the kind is there. */
static bool read_separator(struct pair *p, bool in_tag)
{
    size_t quote = quote_length(p);
    p->key_quoted = quote > 0;
    p->at += quote;
    if (p->option && p->key_quoted && peek(p, 0) == ',') {
        p->at++; /* ["--password", "x"] */
        skip_blanks(p);
        return true;
    }
    p->spaced = skip_blanks(p);
    static const char *const separators[] = {"=>", "->", "=", ":", "%3D", "%3d"};
    for (size_t k = 0; k < ARRAY_LEN(separators); k++) {
        if (!starts_here(p, separators[k]))
            continue;
        p->colon = *separators[k] == ':';
        p->at += strlen(separators[k]);
        p->spaced |= skip_blanks(p);
        return true;
    }
    if (in_tag && peek(p, 0) == '>') {
        p->at++;
        return true;
    }
    return p->option && p->spaced && peek(p, 0) != '-';
}

/* Nothing to hide: empty, a literal that says "none", stars, a reference to a variable, or hidden already. */
static bool is_harmless(const struct pair *p)
{
    static const char *const literals[] = {"null", "None", "none", "true", "false", "undefined"};
    for (size_t k = 0; k < ARRAY_LEN(literals); k++)
        if (starts_here(p, literals[k]) && !is_key_char(peek(p, strlen(literals[k]))))
            return true;
    return starts_here(p, "[redacted]") || starts_here(p, "***") || starts_here(p, "${");
}

/* End of a quoted value whose opening quote is `quote` long. Inside JSON inside JSON a quote closes when as many
   backslashes stand before it as before the opening one, give or take escaped backslashes. */
static size_t quoted_end(const struct pair *p, size_t quote)
{
    const struct redact_scan *s = p->s;
    char mark = s->p[p->at + quote - 1];
    size_t slashes = 0, i = p->at + quote;
    for (; i < s->n && s->p[i] != '\n'; i++) {
        if (s->p[i] == mark && slashes % (2 * quote) == quote - 1)
            return i - (quote - 1);
        slashes = s->p[i] == '\\' ? slashes + 1 : 0;
    }
    return i;
}

/* Whether the delimiter at `i` ends a value, rather than being part of a password: what follows is another pair, a
   blank, a quote or the end. */
static bool delimiter_ends(const struct redact_scan *s, size_t i)
{
    size_t k = i + 1;
    if (k >= s->n || strchr(" \t\n\"'\\,;&)]}>", s->p[k]))
        return true;
    while (k < s->n && k - i < 64 && is_key_char(s->p[k]))
        k++;
    return k > i + 1 && k < s->n && (s->p[k] == '=' || s->p[k] == ':');
}

static size_t bare_end(const struct pair *p)
{
    const struct redact_scan *s = p->s;
    size_t i = p->at;
    for (; i < s->n; i++) {
        char c = s->p[i];
        if (c == '\n' || c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '<')
            break;
        if (c == '\\' && i + 1 < s->n && strchr("nrt\"'", s->p[i + 1]))
            break;
        if (s->n - i > 2 && memcmp(s->p + i, "%26", 3) == 0)
            break;
        if (strchr(",;&)]}", c) && delimiter_ends(s, i))
            break;
    }
    return i;
}

/* "password: authentication failed": a lower-case word and then another that is no key. */
static bool is_prose(const struct pair *p)
{
    const struct redact_scan *s = p->s;
    size_t i = p->at;
    while (i < s->n && s->p[i] >= 'a' && s->p[i] <= 'z')
        i++;
    if (i == p->at || i + 1 >= s->n || s->p[i] != ' ')
        return false;
    size_t word = ++i;
    while (i < s->n && is_key_char(s->p[i]))
        i++;
    return i > word && (i == s->n || !strchr("=:", s->p[i]));
}

/* The rest of a header line; a quote ends it where the whole header was quoted. */
static size_t line_end(const struct pair *p, bool header_quoted)
{
    size_t i = p->at;
    for (; i < p->s->n && p->s->p[i] != '\n'; i++)
        if (header_quoted && (p->s->p[i] == '"' || p->s->p[i] == '\''))
            break;
    return i;
}

static bool scheme_follows(const struct pair *p)
{
    static const char *const schemes[] = {"bearer ", "basic ", "digest ", "negotiate ", "token "};
    for (size_t k = 0; k < ARRAY_LEN(schemes); k++)
        if (p->s->n - p->at > strlen(schemes[k]) && text_istarts(p->s->p + p->at, schemes[k]))
            return true;
    return false;
}

static bool read_value(const struct pair *p, bool header_quoted, struct redact_span *hide)
{
    size_t quote = quote_length(p);
    struct pair inner = *p;
    inner.at += quote;
    if (is_harmless(&inner))
        return false;
    bool like_prose = !p->key_quoted && p->spaced && p->colon;
    if (p->kind == REDACT_KEY_WEAK && !p->key_quoted && (p->colon || p->spaced) && !p->option) {
        size_t n = redact_token_run(p->s, inner.at);
        *hide = (struct redact_span){inner.at, inner.at + n};
        return redact_looks_random(p->s, inner.at, n, 16);
    }
    if (!quote && like_prose && is_prose(p) && !(p->kind == REDACT_KEY_LINE && scheme_follows(p)))
        return false;
    size_t end = quote ? quoted_end(p, quote) : p->kind == REDACT_KEY_LINE ? line_end(p, header_quoted) : bare_end(p);
    *hide = (struct redact_span){inner.at, end};
    return end > inner.at;
}

/* Whether a token of known shape stands within a key: it is hidden first, and what is behind it is looked at again. */
static bool holds_token(const struct redact_scan *s, size_t i, size_t end)
{
    struct redact_scan ahead = *s;
    struct redact_span span;
    for (; i < end; i++)
        if (redact_shape_at(&ahead, i, &span))
            return true;
    return false;
}

bool redact_pair_at(struct redact_scan *s, size_t i, struct redact_span *hide)
{
    if (!is_key_char(s->p[i]) || redact_is_escape(s, i))
        return false;
    bool in_run = i > 0 && is_key_char(s->p[i - 1]) && !redact_is_escape(s, i - 1);
    if (i != s->resumed && (in_run || i < s->no_key_before))
        return false;
    size_t end = i < s->no_key_before ? s->no_key_before : i;
    while (end < s->n && is_key_char(s->p[end]))
        end++;
    s->no_key_before = end;
    char before = i > 0 ? s->p[i - 1] : '\0';
    if (before == ':' && end < s->n && s->p[end] == ':')
        return false; /* "arn:aws:secretsmanager:...:secret:name" */
    struct pair p = {.s = s, .at = end, .option = end - i > 2 && s->p[i] == '-'};
    if (!read_separator(&p, before == '<'))
        return false; /* most words of a log: asked first, since judging a name costs more */
    p.kind = redact_key_kind(s->p + i, end - i);
    if (p.kind == REDACT_KEY_PLAIN || holds_token(s, i + 1, end))
        return false;
    return read_value(&p, before == '"' || before == '\'', hide);
}
