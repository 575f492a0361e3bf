#include "schema/check.h"
#include "schema/equal.h"

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
    return fault_contained(c, at, n->contained, v);
}

bool check_array(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    size_t count = json_array_size(v), first, second;
    bool fits = count >= n->items.min && count <= n->items.max;
    if (!fits)
        fault_count(c, at, &n->items, "item", count);
    if (fits || !faults_end(c))
        fits &= check_items(c, n, v, at);
    if (n->contained && (fits || !faults_end(c)))
        fits &= check_contained(c, n, v, at);
    if (n->unique && (fits || !faults_end(c)) && !value_unique(v, &c->work, &first, &second))
        fits = fault_twins(c, at, v, first, second);
    return fits;
}
