#include "schema/check.h"
#include "schema/equal.h"

#include <inttypes.h>

static bool check_item_count(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    size_t count = json_array_size(v);
    if (count < n->items.min)
        return fault(c, at, "expected at least %" PRIu64 " item%s, got %zu", n->items.min, n->items.min == 1 ? "" : "s",
                     count);
    if (count > n->items.max)
        return fault(c, at, "expected at most %" PRIu64 " item%s, got %zu", n->items.max, n->items.max == 1 ? "" : "s",
                     count);
    return true;
}

static bool check_items(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = true;
    size_t count = json_array_size(v);
    if (!n->other_items && count > n->first_items.n)
        count = n->first_items.n;
    for (size_t i = 0; i < count && (fits || !faults_end(c)); i++) {
        struct place here = {.up = at, .index = i};
        const struct node *wanted = i < n->first_items.n ? n->first_items.items[i] : n->other_items;
        fits &= check_node(c, wanted, json_array_get(v, i), &here);
    }
    return fits;
}

static bool check_contained(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    for (size_t i = 0; i < json_array_size(v) && !c->work.over; i++) {
        struct place here = {.up = at, .index = i};
        if (check_fits(c, n->contained, json_array_get(v, i), &here))
            return true;
    }
    char text[DESCRIPTION_MAX], got[VALUE_TEXT_MAX];
    return !faults_end(c) && fault(c, at, "expected at least one item to be %s, got %s",
                                   describe_node(n->contained, text), value_text(v, got));
}

bool check_array(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = check_item_count(c, n, v, at);
    if (fits || !faults_end(c))
        fits &= check_items(c, n, v, at);
    if (n->contained && (fits || !faults_end(c)))
        fits &= check_contained(c, n, v, at);
    size_t first, second;
    if (n->unique && (fits || !faults_end(c)) && !value_unique(v, &c->work, &first, &second)) {
        char got[VALUE_TEXT_MAX];
        fits = !c->quiet && fault(c, at, "expected no two equal items, got %s at %zu and at %zu",
                                  value_text(json_array_get(v, first), got), first, second);
    }
    return fits;
}
