/* One check of one value, while it lasts. Inside schema/ only. */
#ifndef LW_SCHEMA_CHECK_H
#define LW_SCHEMA_CHECK_H

#include "base/buf.h"
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

/* Records "pointer: text". Returns false, so that `return fault(...)` ends a check. */
bool fault(struct check *c, const struct place *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Records "pointer: expected WHAT, got VALUE". Returns false. */
bool fault_got(struct check *c, const struct place *at, const char *what, const json_t *got);

/* Whether there is no point in looking for more faults after one was found. */
bool faults_end(const struct check *c);

/* Bytes a description may take, with its NUL. */
#define DESCRIPTION_MAX 200

/* What a schema wants, in a few words: `a string of at most 3 characters`, `one of "a", "b"`. */
const char *describe_node(const struct node *n, char text[DESCRIPTION_MAX]);

/* What several schemas want: `a string or an integer`. */
const char *describe_list(const struct node_list *list, char text[DESCRIPTION_MAX]);

/* The types of a mask: `a string or null`. */
const char *describe_types(unsigned types, char text[DESCRIPTION_MAX]);

/* The values of an enum: `one of "a", "b"`, or the only one. */
const char *describe_choices(const json_t *choices, char text[DESCRIPTION_MAX]);

/* The member names an object may have: `allowed are a, b, c`. */
const char *describe_members(const struct node *n, char text[DESCRIPTION_MAX]);

#endif
