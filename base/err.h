/* Errors: a kind for programs, a sentence for people. The caller owns the struct, on its stack. */
#ifndef LW_BASE_ERR_H
#define LW_BASE_ERR_H

#include <stdbool.h>

enum err_kind {
    ERR_NONE = 0,
    ERR_INVALID,         /* the input is wrong; the sender can mend it */
    ERR_NOT_FOUND,       /* the thing named does not exist */
    ERR_UNAUTHENTICATED, /* we do not know who is asking */
    ERR_DENIED,          /* we know who is asking, and the answer is no */
    ERR_CONFLICT,        /* the state of things forbids it now */
    ERR_TOO_LARGE,       /* a ceiling was reached */
    ERR_THROTTLED,       /* asked too often; later may work */
    ERR_TIMEOUT,         /* the deadline passed */
    ERR_CANCELLED,       /* the caller went away or said stop */
    ERR_UNAVAILABLE,     /* could not be reached at all */
    ERR_UPSTREAM,        /* was reached, and failed or answered nonsense */
    ERR_CONFIG,          /* our own settings are wrong */
    ERR_INTERNAL         /* a bug of ours */
};

/* Zero-initialise it: `struct err e = {0};`. */
struct err {
    enum err_kind kind;
    char text[512];
};

/* Records an error unless one is already there: the first wins. Cuts long text, and makes it one line of valid UTF-8
   without control characters, whatever it quotes. Always returns -1, so
   `return err_set(e, ...)` ends a function. `e` may be NULL when the caller only wants to know that it failed. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text that is there. Always returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Forgets the error, so that the struct can be used again. */
void err_clear(struct err *e);

/* The kind as a short word for logs and JSON ("invalid", "not_found", ...). */
const char *err_kind_name(enum err_kind kind);

#endif
