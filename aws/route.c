#include "aws/route.h"

#include <stdio.h>
#include <string.h>

void *route_row(void *rows, size_t count, size_t size, const struct route *r, bool by_operation, int64_t mono_ms)
{
    char key[ROUTE_KEY_MAX] = "";
    snprintf(key, sizeof key, "%s %s %s%s%s", r->account, r->region, r->op->service->name, by_operation ? " " : "",
             by_operation ? r->op->name : "");
    struct route_row *found = rows;
    for (size_t i = 0; i < count; i++) {
        struct route_row *row = (void *)((char *)rows + i * size);
        if (strcmp(row->key, key) == 0) {
            row->used_ms = mono_ms;
            return row;
        }
        if (row->used_ms < found->used_ms)
            found = row;
    }
    memset(found, 0, size);
    memcpy(found->key, key, sizeof key);
    found->used_ms = mono_ms;
    return found;
}
