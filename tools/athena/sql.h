/* SQL as a list of tokens: as much of it as is needed to tell what a statement does, and no more. */
#ifndef LW_TOOLS_ATHENA_SQL_H
#define LW_TOOLS_ATHENA_SQL_H

#include <stdbool.h>
#include <stddef.h>

#define SQL_TOKENS_MAX 60000

enum sql_kind {
    SQL_WORD, /* a keyword or a bare name */
    SQL_NAME, /* "quoted" or `quoted` */
    SQL_TEXT, /* 'literal' */
    SQL_NUMBER,
    SQL_MARK /* one character of punctuation */
};

struct sql_token {
    enum sql_kind kind;
    const char *p; /* of quoted ones what stands between the quotes; borrowed from the statement */
    size_t n;
    int depth; /* parentheses around it; those themselves count as outside */
};

struct sql_tokens {
    struct sql_token *items;
    size_t count;
    bool broken; /* a quote or a comment without end, more closed than opened, or too long: do not trust it */
};

/* Splits a statement as Athena's engine does (Trino, "SQL language": '' and "" stand for one quote; comments are -- and slash
   star). `sql` must outlive the tokens. */
void sql_split(const char *sql, struct sql_tokens *out);
void sql_tokens_done(struct sql_tokens *t);
#define auto_sql_tokens __attribute__((cleanup(sql_tokens_done)))

/* Whether token `i` is that keyword, whatever its case, or that mark. False behind the end. */
bool sql_is(const struct sql_tokens *t, size_t i, const char *word);

/* Whether the tokens from `i` are these keywords, which are separated by one blank each. */
bool sql_are(const struct sql_tokens *t, size_t i, const char *words);

/* Whether token `i` may be a name: a word or a quoted name. */
bool sql_is_name(const struct sql_tokens *t, size_t i);

/* The token's text with doubled quotes halved; bare words in lower case. Free it. */
char *sql_value(const struct sql_token *token);

/* The index behind the parenthesis that closes the one at `i`; the count where it does not close. */
size_t sql_behind(const struct sql_tokens *t, size_t i);

#endif
