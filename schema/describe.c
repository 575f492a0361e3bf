/* Schemas in words, for messages that a person or a model acts on. Short rather than complete. */
#include "schema/fault.h"

#include "base/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How far a description follows references and branches. */
#define DESCRIBE_DEPTH 3

/* Items of a list that are named before the rest is only counted. */
#define LIST_MAX 12

static const char *finish(struct buf *b, char text[DESCRIPTION_MAX])
{
    snprintf(text, DESCRIPTION_MAX, "%s%s", b->len ? buf_text(b) : "something else", b->full ? "..." : "");
    buf_done(b);
    return text;
}

#define DESCRIPTION_BUF BUF_INIT(DESCRIPTION_MAX - 4)

/* Between the i-th of n and what stands before it. */
static void separate(struct buf *b, size_t i, size_t n)
{
    if (i > 0)
        buf_adds(b, i + 1 == n ? " or " : ", ");
}

static void add_types(unsigned types, struct buf *b)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{VALUE_STRING, "a string"},   {VALUE_INTEGER, "an integer"}, {VALUE_NUMBER, "a number"},
                 {VALUE_BOOLEAN, "a boolean"}, {VALUE_ARRAY, "an array"},     {VALUE_OBJECT, "an object"},
                 {VALUE_NULL, "null"}};
    size_t n = (size_t)__builtin_popcount(types), seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (types & names[i].bit) {
            separate(b, seen++, n);
            buf_adds(b, names[i].name);
        }
    }
}

static void add_choices(const json_t *choices, struct buf *b)
{
    size_t n = json_array_size(choices);
    buf_adds(b, n > 1 ? "one of " : n == 0 ? "nothing" : "");
    for (size_t i = 0; i < n && !b->full; i++) {
        if (i == LIST_MAX) {
            buf_addf(b, " and %zu more", n - i);
            break;
        }
        buf_adds(b, i ? ", " : "");
        value_add(json_array_get(choices, i), b);
    }
}

static void add_range(const struct range *r, const char *what, struct buf *b)
{
    if (r->min > 0 && r->min == r->max)
        buf_addf(b, " of exactly %" PRIu64 " %s", r->min, what);
    else if (r->min > 0)
        buf_addf(b, " of at least %" PRIu64 " %s", r->min, what);
    else if (r->max < UINT64_MAX)
        buf_addf(b, " of at most %" PRIu64 " %s", r->max, what);
}

static void add_bound(const char *words, const json_t *bound, struct buf *b)
{
    if (bound) {
        buf_adds(b, words);
        value_add(bound, b);
    }
}

/* What it asks beside the type, as far as one glance takes in. */
static void add_details(const struct node *n, struct buf *b)
{
    add_range(&n->length, "characters", b);
    add_range(&n->items, "items", b);
    add_bound(" of at least ", n->minimum, b);
    add_bound(" of at most ", n->maximum, b);
    add_bound(" of more than ", n->above, b);
    add_bound(" of less than ", n->below, b);
    if (n->pattern)
        buf_addf(b, " that matches %.80s", pattern_source(n->pattern));
    for (size_t i = 0; i < n->required.n && i < LIST_MAX; i++)
        buf_addf(b, "%s\"%.60s\"", i ? ", " : " with ", n->required.items[i]);
}

static void add_node(const struct node *n, struct buf *b, int depth);

static void add_list(const struct node_list *list, struct buf *b, int depth)
{
    for (size_t i = 0; i < list->n && !b->full; i++) {
        separate(b, i, list->n);
        add_node(list->items[i], b, depth);
    }
}

/* A type that the other demands imply, where none is written. */
static unsigned implied_types(const struct node *n)
{
    if (n->types)
        return n->types;
    if (n->required.n || n->properties.n || n->name_patterns.n)
        return VALUE_OBJECT;
    if (n->pattern || n->length.min || n->length.max < UINT64_MAX)
        return VALUE_STRING;
    if (n->minimum || n->maximum || n->above || n->below)
        return VALUE_NUMBER;
    return n->first_items.n || n->other_items || n->contained ? VALUE_ARRAY : 0;
}

static void add_node(const struct node *n, struct buf *b, int depth)
{
    size_t before = b->len;
    if (depth == 0)
        buf_adds(b, "...");
    else if (n->never)
        buf_adds(b, "nothing");
    else if (n->constant)
        value_add(n->constant, b);
    else if (n->choices)
        add_choices(n->choices, b);
    else if (implied_types(n)) {
        add_types(implied_types(n), b);
        add_details(n, b);
    } else if (n->ref)
        add_node(n->ref, b, depth - 1);
    else if (n->any_of.n || n->one_of.n)
        add_list(n->any_of.n ? &n->any_of : &n->one_of, b, depth - 1);
    else if (n->negated) {
        buf_adds(b, "anything but ");
        add_node(n->negated, b, depth - 1);
    }
    if (b->len == before && !b->full)
        buf_adds(b, "something else");
}

const char *describe_node(const struct node *n, char text[DESCRIPTION_MAX])
{
    struct buf b = DESCRIPTION_BUF;
    add_node(n, &b, DESCRIBE_DEPTH);
    return finish(&b, text);
}

const char *describe_list(const struct node_list *list, char text[DESCRIPTION_MAX])
{
    struct buf b = DESCRIPTION_BUF;
    add_list(list, &b, DESCRIBE_DEPTH);
    return finish(&b, text);
}

const char *describe_types(unsigned types, char text[DESCRIPTION_MAX])
{
    struct buf b = DESCRIPTION_BUF;
    add_types(types, &b);
    return finish(&b, text);
}

const char *describe_choices(const json_t *choices, char text[DESCRIPTION_MAX])
{
    struct buf b = DESCRIPTION_BUF;
    add_choices(choices, &b);
    return finish(&b, text);
}

const char *describe_members(const struct node *n, char text[DESCRIPTION_MAX])
{
    struct buf b = DESCRIPTION_BUF;
    if (!n->properties.n && !n->name_patterns.n)
        buf_adds(&b, "none is allowed here");
    for (size_t i = 0; i < n->properties.n && !b.full; i++)
        buf_addf(&b, "%s%.64s", i ? ", " : "allowed are ", n->properties.items[i].name);
    for (size_t i = 0; i < n->name_patterns.n && !b.full; i++)
        buf_addf(&b, "%s names that match %.60s", i || n->properties.n ? " and" : "allowed are",
                 pattern_source(n->name_patterns.items[i].pattern));
    return finish(&b, text);
}
