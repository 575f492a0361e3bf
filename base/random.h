/* Random bytes from the kernel. */
#ifndef LW_BASE_RANDOM_H
#define LW_BASE_RANDOM_H

#include <stddef.h>

/* Fills `n` bytes, fit for keys (getrandom(2)). Aborts when the kernel has none to give: nothing safe could be done then.
   libcrypto's own generator would do as well, but starting it costs an idle server a megabyte. */
void random_fill(void *p, size_t n);

#endif
