/* The signals that end a program, as a descriptor. */
#ifndef LW_BASE_SIGNALS_H
#define LW_BASE_SIGNALS_H

#include "base/err.h"

/* A descriptor that becomes readable at SIGTERM or SIGINT; SIGPIPE is ignored. -1 with `e`. Before any thread starts. */
int signals_open(struct err *e);

#endif
