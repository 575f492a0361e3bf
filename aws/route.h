/* Whose limits a request counts against. AWS keeps its books by account, region and service. */
#ifndef LW_AWS_ROUTE_H
#define LW_AWS_ROUTE_H

#include "aws/operation.h"

#include <stdbool.h>
#include <stdint.h>

#define ROUTE_KEY_MAX 128
#define ROUTES_MAX 64 /* in one table */

struct route {
    const char *account; /* "": that of our own keys */
    const char *region;
    const struct aws_operation *op;
};

/* What each row of a table that is kept by route begins with. */
struct route_row {
    char key[ROUTE_KEY_MAX]; /* "account region service", and " operation" where each has a row of its own; "": free */
    int64_t used_ms;
};

/* The row of a route, or of its operation alone, in a table of `count` rows of `size` bytes: the one it has, else that of the one
   not used for longest, zeroed. The caller holds the table's lock. */
void *route_row(void *rows, size_t count, size_t size, const struct route *r, bool by_operation, int64_t mono_ms);

#endif
