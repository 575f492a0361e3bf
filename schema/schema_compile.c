#include "schema/compile.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* Ceilings for a document. Ours are flat and have some dozens of nodes. */
#define NODES_MAX 4096
#define DOCUMENT_DEPTH 64

int compile_wrong(struct compiler *c, const struct place *at, const char *what, const json_t *value)
{
    char place[PLACE_TEXT_MAX], got[VALUE_TEXT_MAX];
    return err_set(c->e, ERR_INVALID, "%s: expected %s, got %s", place_text(at, place), what, value_text(value, got));
}

static struct node *add_node(struct compiler *c, json_t *source)
{
    struct schema *s = c->schema;
    if (s->n >= NODES_MAX) {
        err_set(c->e, ERR_INVALID, "the schema has more than %d subschemas", NODES_MAX);
        return NULL;
    }
    if ((s->n & (s->n - 1)) == 0)
        c->sources = xrealloc(c->sources, (s->n ? s->n * 2 : 1) * sizeof(json_t *));
    c->sources[s->n] = source;
    return schema_add_node(s);
}

int compile_node(struct compiler *c, json_t *value, const struct place *at, struct node **out)
{
    if (!json_is_object(value) && !json_is_boolean(value))
        return compile_wrong(c, at, "a schema (an object, true or false)", value);
    struct node *n = add_node(c, value);
    if (!n)
        return -1;
    n->never = json_is_false(value);
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) {
        struct place here = {.up = at, .key = key};
        if (compile_keyword(c, n, key, member, &here))
            return -1;
    }
    *out = n;
    return 0;
}

/* Compiling recurses, and so does copying constants: both need a document that is not deep. */
static bool depth_within(json_t *v, int limit)
{
    if (limit == 0)
        return false;
    const char *key;
    size_t i;
    json_t *inner;
    json_object_foreach(v, key, inner) {
        if ((json_is_object(inner) || json_is_array(inner)) && !depth_within(inner, limit - 1))
            return false;
    }
    json_array_foreach(v, i, inner) {
        if ((json_is_object(inner) || json_is_array(inner)) && !depth_within(inner, limit - 1))
            return false;
    }
    return true;
}

/* Frees what only compiling needs. */
static void compiler_done(struct compiler *c)
{
    for (size_t i = 0; i < c->ref_count; i++)
        free(c->refs[i].where);
    free(c->refs);
    free(c->sources);
    free(c->inner_id);
    json_decref(c->anchors);
}

struct schema *schema_compile(const json_t *document, struct err *e)
{
    json_t *root = (json_t *)document; /* jansson's iterators take it so; nothing is changed */
    if (!depth_within(root, DOCUMENT_DEPTH)) {
        err_set(e, ERR_INVALID, "the schema is nested more than %d levels deep", DOCUMENT_DEPTH);
        return NULL;
    }
    struct schema *s = xcalloc(1, sizeof *s);
    struct compiler c = {.schema = s, .document = root, .anchors = json_object(), .e = e};
    struct place top = {0};
    int failed = compile_node(&c, root, &top, &s->root) || refs_resolve(&c);
    compiler_done(&c);
    if (failed) {
        schema_free(s);
        return NULL;
    }
    return s;
}
