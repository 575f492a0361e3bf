/* The stdio transport: one JSON message a line on stdin and stdout, calls running side by side. */
#ifndef LW_SERVER_STDIO_TRANSPORT_H
#define LW_SERVER_STDIO_TRANSPORT_H

#include "base/err.h"
#include "server/engine.h"

/* Serves until stdin ends, stdout breaks, or `stop_fd` becomes readable (a signal arrived). Calls under way then have a
   moment to end before they are stopped. Returns 0, or -1 when reading or writing failed for another reason. */
int stdio_serve(struct engine *g, int in_fd, int out_fd, int stop_fd, struct err *e);

#endif
