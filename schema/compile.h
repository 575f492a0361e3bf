/* Turning a document into nodes: the driver, the keywords and the references share this. Inside schema/ only. */
#ifndef LW_SCHEMA_COMPILE_H
#define LW_SCHEMA_COMPILE_H

#include "base/err.h"
#include "schema/node.h"
#include "schema/place.h"

/* A $ref that waits until everything is compiled. */
struct pending_ref {
    struct node *node;
    const char *target; /* behind the "#"; borrowed from the document */
    char *where;        /* for messages */
};

struct compiler {
    struct schema *schema;
    json_t *document;
    json_t **sources;         /* what schema->nodes[i] was compiled from */
    struct pending_ref *refs;
    size_t ref_count;
    json_t *anchors;          /* name -> place in schema->nodes */
    char *inner_id;           /* where a nested $id stands; NULL without */
    struct err *e;
};

/* Compiles the subschema `value`. */
int compile_node(struct compiler *c, json_t *value, const struct place *at, struct node **out);

/* Applies one keyword to its node: compiles it, notes it, or refuses it as unknown. */
int compile_keyword(struct compiler *c, struct node *n, const char *name, json_t *value, const struct place *at);

/* $ref and $anchor, as compile_keyword calls them. */
int compile_ref(struct compiler *c, struct node *n, json_t *value, const struct place *at);
int compile_anchor(struct compiler *c, struct node *n, json_t *value, const struct place *at);

/* Points every $ref at its node, and refuses those that lead back to themselves on one and the same value. */
int refs_resolve(struct compiler *c);

/* Records "pointer: expected WHAT, got VALUE". Returns -1. */
int compile_wrong(struct compiler *c, const struct place *at, const char *what, const json_t *value);

#endif
