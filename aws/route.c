#include "aws/route.h"

#include <stdio.h>

void route_key(const struct route *r, bool by_operation, char out[ROUTE_KEY_MAX])
{
    snprintf(out, ROUTE_KEY_MAX, "%s %s %s%s%s", r->account, r->region, r->op->service->name, by_operation ? " " : "",
             by_operation ? r->op->name : "");
}
