/* Whose limits a request counts against. AWS keeps its books by account, region and service. */
#ifndef LW_AWS_ROUTE_H
#define LW_AWS_ROUTE_H

#include "aws/operation.h"

#include <stdbool.h>

#define ROUTE_KEY_MAX 128
#define ROUTES_MAX 64 /* rows of a table that is kept by route: the one not used for longest makes room */

struct route {
    const char *account; /* "": that of our own keys */
    const char *region;
    const struct aws_operation *op;
};

/* "account region service", and " operation" behind it where each has a row of its own. Cut to ROUTE_KEY_MAX bytes. */
void route_key(const struct route *r, bool by_operation, char out[ROUTE_KEY_MAX]);

#endif
