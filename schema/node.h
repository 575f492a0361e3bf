/* A compiled schema: one node per subschema, immutable once compiled. Inside schema/ only. */
#ifndef LW_SCHEMA_NODE_H
#define LW_SCHEMA_NODE_H

#include "schema/number.h"
#include "schema/pattern.h"
#include "schema/schema.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of `types`. A whole number has both of the last two. */
enum value_type {
    VALUE_NULL = 1,
    VALUE_BOOLEAN = 2,
    VALUE_OBJECT = 4,
    VALUE_ARRAY = 8,
    VALUE_STRING = 16,
    VALUE_NUMBER = 32,
    VALUE_INTEGER = 64
};

struct node_list {
    struct node **items; /* borrowed from the schema */
    size_t n;
};

/* Schemas by member name, sorted by it. */
struct property {
    char *name;
    struct node *node;
};

struct properties {
    struct property *items;
    size_t n;
};

/* Schemas by a pattern of names. */
struct name_pattern {
    struct pattern *pattern;
    struct node *node;
};

struct name_patterns {
    struct name_pattern *items;
    size_t n;
};

struct names {
    char **items;
    size_t n;
};

/* Of a member that is there, others must be there. */
struct dependency {
    char *name;
    struct names needs;
};

struct dependencies {
    struct dependency *items;
    size_t n;
};

/* How many of something; both ends belong. */
struct range {
    uint64_t min, max;
};

struct node {
    bool never;         /* the schema `false` */
    unsigned types;     /* bits of enum value_type; 0 allows all */
    json_t *constant;   /* NULL without `const`; a copy, only ever read */
    json_t *choices;    /* array of `enum`; NULL without; a copy, only ever read */
    struct node *ref;   /* nodes are borrowed from the schema; NULL where the keyword is absent */
    struct node_list all_of, any_of, one_of;
    struct node *negated, *condition, *consequence, *alternative; /* not, if, then, else */

    struct properties properties;
    struct name_patterns name_patterns;
    struct node *other_members; /* additionalProperties */
    struct node *member_names;  /* propertyNames */
    struct names required;
    struct dependencies dependencies;
    struct range members;

    struct node_list first_items; /* prefixItems */
    struct node *other_items;     /* items */
    struct node *contained;
    struct range items;
    bool unique;

    json_t *minimum, *maximum, *above, *below; /* the last two exclusive; copies, only ever read */
    json_t *unit_written;                      /* multipleOf, as it stands there */
    struct decimal unit;                       /* and as it is used; no digits without */
    struct range length;                       /* code points */
    struct pattern *pattern;

    enum { LOOP_UNKNOWN, LOOP_SEARCHING, LOOP_NONE } loop; /* used while compiling */
};

struct schema {
    struct node **nodes; /* owns them all */
    size_t n;
    struct node *root;
};

/* A new node that the schema owns, without any demand. */
struct node *schema_add_node(struct schema *s);

/* The type bits of a value. */
unsigned value_types(const json_t *v);

/* The schema of a member name among sorted properties, or NULL. */
struct node *properties_find(const struct properties *p, const char *name);

#endif
