#include "auth/bearer.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* b64token of RFC 6750, wider than what a JWT may hold: the rest is refused later, as a bad token. */
static bool is_token_char(char c)
{
    return text_is_word(c, "-._~+/=");
}

static enum bearer_kind refuse(enum bearer_kind kind, const char *why, struct err *e)
{
    err_set(e, ERR_UNAUTHENTICATED, "%s", why);
    return kind;
}

enum bearer_kind bearer_parse(const char *value, size_t n, const char **token, size_t *len, struct err *e)
{
    static const char scheme[] = "Bearer";
    const size_t scheme_len = sizeof scheme - 1;

    while (n && is_blank(value[n - 1]))
        n--;
    while (n && is_blank(*value)) {
        value++;
        n--;
    }
    if (n == 0)
        return refuse(BEARER_NONE, "no credentials", e);
    size_t word = 0;
    while (word < n && value[word] != ' ')
        word++;
    if (word != scheme_len || !text_istarts(value, scheme))
        return refuse(BEARER_NONE, "the authorization scheme is not Bearer", e);
    size_t start = word;
    while (start < n && value[start] == ' ')
        start++;
    if (start == n)
        return refuse(BEARER_NONE, "no token after Bearer", e);
    for (size_t i = start; i < n; i++)
        if (!is_token_char(value[i]))
            return refuse(BEARER_MALFORMED, "the Authorization header is not one bearer token", e);
    if (n - start > BEARER_TOKEN_MAX)
        return refuse(BEARER_TOO_LONG, "the token is too long", e);
    *token = value + start;
    *len = n - start;
    return BEARER_TOKEN;
}
