#include "base/err.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Error texts quote what strangers sent, may be cut in mid-character, and go into JSON and to terminals: what is not
   UTF-8 becomes '?', and control characters become blanks. */
static void tidy(char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = text_utf8_next(s + i, n - i, &cp);
        if (len == 0)
            s[i] = '?';
        else if (cp < 0x20 || cp == 0x7f)
            s[i] = ' ';
        else if (cp >= 0x80 && cp < 0xa0)
            s[i] = s[i + 1] = '?';
        i += len ? len : 1;
    }
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    if (!e || e->kind != ERR_NONE)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    tidy(e->text);
    e->kind = kind;
    return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
    if (!e)
        return -1;
    char context[sizeof e->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    size_t n = strlen(context);
    if (n + 3 > sizeof e->text)
        return -1; /* no room for both: the cause matters more than the context */
    size_t keep = strnlen(e->text, sizeof e->text - n - 3);
    memmove(e->text + n + 2, e->text, keep);
    memcpy(e->text, context, n);
    memcpy(e->text + n, ": ", 2);
    e->text[n + 2 + keep] = '\0';
    tidy(e->text);
    return -1;
}

void err_clear(struct err *e)
{
    e->kind = ERR_NONE;
    e->text[0] = '\0';
}

const char *err_kind_name(enum err_kind kind)
{
    static const char *const names[] = {
        [ERR_NONE] = "none",
        [ERR_INVALID] = "invalid",
        [ERR_NOT_FOUND] = "not_found",
        [ERR_UNAUTHENTICATED] = "unauthenticated",
        [ERR_DENIED] = "denied",
        [ERR_CONFLICT] = "conflict",
        [ERR_TOO_LARGE] = "too_large",
        [ERR_THROTTLED] = "throttled",
        [ERR_TIMEOUT] = "timeout",
        [ERR_CANCELLED] = "cancelled",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_UPSTREAM] = "upstream",
        [ERR_CONFIG] = "config",
        [ERR_INTERNAL] = "internal",
    };
    return names[kind];
}
