/* How many rows a Parquet file has, read from its footer alone (parquet.thrift, FileMetaData; Thrift compact protocol). */
#ifndef LW_TOOLS_SOURCE_PARQUET_FOOTER_H
#define LW_TOOLS_SOURCE_PARQUET_FOOTER_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define PARQUET_TAIL 8                         /* length of the footer and the magic */
#define PARQUET_FOOTER_MAX ((size_t)4 << 20)   /* bytes; a longer one is not read */

/* `p` holds the last `n` bytes (at least PARQUET_TAIL) of a file of `file_size` bytes. Returns 0 and the length of the footer in
   front of the tail; ERR_UPSTREAM when it is no whole Parquet file, ERR_DENIED when its footer is encrypted, ERR_TOO_LARGE
   above PARQUET_FOOTER_MAX. */
int parquet_tail(const void *p, size_t n, int64_t file_size, size_t *footer_len, struct err *e);

/* The number of rows in a footer of `n` bytes. Returns 0, or -1 with ERR_UPSTREAM for anything that is not one. Reads no
   byte outside, and takes time in proportion to `n`. */
int parquet_rows(const void *footer, size_t n, int64_t *rows, struct err *e);

#endif
