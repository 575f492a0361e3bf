#include "schema/node.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

struct node *schema_add_node(struct schema *s)
{
    /* grows at every power of two */
    if ((s->n & (s->n - 1)) == 0)
        s->nodes = xrealloc(s->nodes, (s->n ? s->n * 2 : 1) * sizeof(struct node *));
    struct node *n = xcalloc(1, sizeof *n);
    n->members.max = n->items.max = n->length.max = UINT64_MAX;
    s->nodes[s->n++] = n;
    return n;
}

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->items);
}

static void maps_done(struct node *n)
{
    for (size_t i = 0; i < n->properties.n; i++)
        free(n->properties.items[i].name);
    free(n->properties.items);
    for (size_t i = 0; i < n->name_patterns.n; i++)
        pattern_free(n->name_patterns.items[i].pattern);
    free(n->name_patterns.items);
    for (size_t i = 0; i < n->dependencies.n; i++) {
        free(n->dependencies.items[i].name);
        names_done(&n->dependencies.items[i].needs);
    }
    free(n->dependencies.items);
    names_done(&n->required);
}

static void node_free(struct node *n)
{
    maps_done(n);
    free(n->all_of.items);
    free(n->any_of.items);
    free(n->one_of.items);
    free(n->first_items.items);
    json_decref(n->constant);
    json_decref(n->choices);
    json_decref(n->minimum);
    json_decref(n->maximum);
    json_decref(n->above);
    json_decref(n->below);
    json_decref(n->unit_written);
    pattern_free(n->pattern);
    free(n);
}

void schema_free(struct schema *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        node_free(s->nodes[i]);
    free(s->nodes);
    free(s);
}

unsigned value_types(const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        return VALUE_OBJECT;
    case JSON_ARRAY:
        return VALUE_ARRAY;
    case JSON_STRING:
        return VALUE_STRING;
    case JSON_INTEGER:
        return VALUE_INTEGER | VALUE_NUMBER;
    case JSON_REAL:
        return VALUE_NUMBER | (number_is_whole(v) ? VALUE_INTEGER : 0u);
    case JSON_NULL:
        return VALUE_NULL;
    default:
        return VALUE_BOOLEAN;
    }
}

static int property_order(const void *name, const void *property)
{
    return strcmp(name, ((const struct property *)property)->name);
}

struct node *properties_find(const struct properties *p, const char *name)
{
    if (p->n == 0)
        return NULL;
    const struct property *found = bsearch(name, p->items, p->n, sizeof *p->items, property_order);
    return found ? found->node : NULL;
}
