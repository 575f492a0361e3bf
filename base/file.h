/* Small files, read whole. */
#ifndef LW_BASE_FILE_H
#define LW_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Appends all that is in the file. A file that cannot be read, a directory, and one that does not fit what `out` may still
   hold (a device that never ends, too) are ERR_CONFIG with the path. Returns 0, or -1. */
int file_read(const char *path, struct buf *out, struct err *e);

#endif
