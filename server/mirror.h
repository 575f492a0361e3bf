/* A header that repeats a value of the body (2026-07-28, Streamable HTTP, "Request Metadata"). Who routes by the header must
   find that we act on the same: what differs is refused. */
#ifndef LW_SERVER_MIRROR_H
#define LW_SERVER_MIRROR_H

#include "server/message.h"

#include <jansson.h>

/* Compares a header with the string in the body that it repeats, as it stands. `name` is the header's, for the error.
   Returns 0, or -1 and `f` (-32020, 400): missing, there more than once, not printable ASCII, or different. */
int mirror_check(const char *name, const struct header_value *h, const json_t *wanted, struct rpc_fault *f);

/* As mirror_check, for headers that may be written as =?base64?...?= ("Value Encoding"): Mcp-Name and Mcp-Param-*. `wanted` is
   a string, a boolean, or an integer (also a real without fraction); integers are compared as numbers. */
int mirror_check_coded(const char *name, const struct header_value *h, const json_t *wanted, struct rpc_fault *f);

#endif
