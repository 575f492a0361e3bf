#include "schema/check.h"

#include <string.h>

static bool check_present(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = true;
    for (size_t i = 0; i < n->required.n && (fits || !faults_end(c)); i++)
        if (work_spend(&c->work, 1) && !json_object_get(v, n->required.items[i]))
            fits = fault(c, at, "missing required member \"%.100s\"", n->required.items[i]);
    for (size_t i = 0; i < n->dependencies.n && (fits || !faults_end(c)); i++) {
        const struct dependency *d = &n->dependencies.items[i];
        if (!work_spend(&c->work, 1 + d->needs.n) || !json_object_get(v, d->name))
            continue;
        for (size_t j = 0; j < d->needs.n; j++)
            if (!json_object_get(v, d->needs.items[j]))
                fits = fault(c, at, "missing member \"%.100s\", which \"%.100s\" needs", d->needs.items[j], d->name);
    }
    return fits;
}

static bool check_name(struct check *c, const struct node *n, const char *name, const struct place *at)
{
    json_auto_t *text = json_string_nocheck(name);
    return check_fits(c, n, text, at) || fault_member_name(c, at, n, text);
}

/* One member against the schemas its name selects; additionalProperties where none does. */
static bool check_member(struct check *c, const struct node *n, const char *name, json_t *member,
                         const struct place *at)
{
    struct place here = {.up = at, .key = name};
    const struct node *declared = properties_find(&n->properties, name);
    bool selected = declared != NULL;
    bool fits = !declared || check_node(c, declared, member, &here);
    for (size_t i = 0; i < n->name_patterns.n && (fits || !faults_end(c)); i++) {
        const struct name_pattern *p = &n->name_patterns.items[i];
        if (pattern_matches(p->pattern, name, strlen(name), &c->matcher, &c->work)) {
            selected = true;
            fits &= check_node(c, p->node, member, &here);
        }
    }
    if (selected || !n->other_members || (!fits && faults_end(c)))
        return fits;
    return n->other_members->never ? fault_unknown_member(c, &here, n)
                                   : check_node(c, n->other_members, member, &here);
}

bool check_object(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = check_present(c, n, v, at);
    size_t count = json_object_size(v);
    if ((fits || !faults_end(c)) && (count < n->members.min || count > n->members.max))
        fits = fault_count(c, at, &n->members, "member", count);
    if (!n->properties.n && !n->name_patterns.n && !n->other_members && !n->member_names)
        return fits;
    const char *key;
    json_t *member;
    json_object_foreach(v, key, member) {
        if ((!fits && faults_end(c)) || !work_spend(&c->work, 1))
            return false;
        if (n->member_names)
            fits &= check_name(c, n->member_names, key, at);
        fits &= check_member(c, n, key, member, at);
    }
    return fits;
}
