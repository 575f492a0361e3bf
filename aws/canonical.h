/* The canonical form of a request: what both sides of SigV4 must build from the same bytes on the wire. */
#ifndef LW_AWS_CANONICAL_H
#define LW_AWS_CANONICAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

#include <stdbool.h>
#include <stddef.h>

/* Ceilings for what is signed; nothing AWS accepts comes near them. */
#define CANONICAL_MAX (1024 * 1024)
#define CANONICAL_HEADERS_MAX 64
#define CANONICAL_QUERY_MAX 1024

/* Appends the canonical URI of a path as it stands on the wire. `verbatim` (S3) leaves it as it is; otherwise
   dot segments and empty segments go (RFC 3986 section 5.2.4) and the rest is percent-encoded once more, "/"
   excepted. */
int canonical_path(const char *path, bool verbatim, struct buf *out, struct err *e);

/* Appends the parameters of one or two queries (either may be NULL) decoded, encoded strictly, sorted by name
   and then by value. "k" becomes "k="; "+" is a plus, not a space; empty parameters ("a&&b") go. */
int canonical_query(const char *query, const char *more, struct buf *out, struct err *e);

/* Sorted, lower-case, trimmed "name:value\n" lines of all headers of both lists that are signed, into `out`,
   and their names joined by ";" into `names`. `host` is added unless NULL. Fails with ERR_INTERNAL on a header
   that could smuggle another (CR, LF, a strange name) and where there is no host at all. */
int canonical_headers(const char *host, const struct http_header *a, size_t a_count,
                      const struct http_header *b, size_t b_count, struct buf *out, struct buf *names,
                      struct err *e);

#endif
