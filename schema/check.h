/* One check of one value, while it lasts. Inside schema/ only. */
#ifndef LW_SCHEMA_CHECK_H
#define LW_SCHEMA_CHECK_H

#include "base/buf.h"
#include "schema/fault.h"
#include "schema/node.h"
#include "schema/place.h"
#include "schema/work.h"

#include <stdbool.h>

struct check {
    struct work work;
    struct matcher matcher;
    struct buf text; /* the faults so far */
    int faults;
    bool quiet; /* only whether it fits matters: the first fault ends the search */
};

/* Whether the value fits; faults are recorded unless the check is quiet. */
bool check_node(struct check *c, const struct node *n, json_t *v, const struct place *at);

/* The same without recording anything. */
bool check_fits(struct check *c, const struct node *n, json_t *v, const struct place *at);

/* The parts of it for one type. `v` is of that type. */
bool check_object(struct check *c, const struct node *n, json_t *v, const struct place *at);
bool check_array(struct check *c, const struct node *n, json_t *v, const struct place *at);

#endif
