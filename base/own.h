/* Ownership: allocation that cannot fail, and variables that clean up after themselves.
   Out of memory ends the process: every size a stranger controls has a ceiling long before that. */
#ifndef LW_BASE_OWN_H
#define LW_BASE_OWN_H

#include <stdarg.h>
#include <stddef.h>

/* As malloc, calloc, realloc, strdup and strndup, but they abort instead of returning NULL. Free with free(). */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
/* A copy of `n` bytes with a NUL behind them that does not count. */
char *xmemdup(const void *p, size_t n) __attribute__((malloc, returns_nonnull));
/* printf into a new string; free with free(). */
char *xasprintf(const char *fmt, ...) __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((malloc, returns_nonnull, format(printf, 1, 0)));

/* Cleanup handlers for the macros below; not called by hand. */
void own_free_cleanup(void *pp);
void own_close_cleanup(int *fd);

/* `auto_free char *s = ...;` is freed, `auto_close int fd = ...;` is closed (when >= 0) at the end of its block. */
#define auto_free __attribute__((cleanup(own_free_cleanup)))
#define auto_close __attribute__((cleanup(own_close_cleanup)))

/* Takes the value out of a variable that would clean it up: `return steal(&s);`. */
#define steal(pp)                                                                                            \
    __extension__({                                                                                          \
        __typeof__(*(pp)) steal_value = *(pp);                                                               \
        *(pp) = NULL;                                                                                        \
        steal_value;                                                                                         \
    })

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
