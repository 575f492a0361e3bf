#include "schema/check.h"

#include "base/own.h"
#include "base/text.h"
#include "schema/equal.h"

bool check_fits(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool before = c->quiet;
    c->quiet = true;
    bool fits = check_node(c, n, v, at);
    c->quiet = before;
    return fits;
}

/* The types a branch takes, seen through $ref and constants; 0 for all. */
static unsigned branch_types(const struct node *n)
{
    while (n->types == 0 && n->ref)
        n = n->ref; /* no loops: the compiler refused them */
    if (n->types == 0 && n->constant)
        return value_types(n->constant);
    return n->types;
}

/* No branch fits. If one alone is meant for this type, what is wrong there helps most; else say what all want. */
static bool fault_branches(struct check *c, const struct node_list *list, json_t *v, const struct place *at)
{
    if (faults_end(c))
        return false;
    const struct node *meant = NULL;
    size_t candidates = 0;
    for (size_t i = 0; i < list->n; i++) {
        unsigned types = branch_types(list->items[i]);
        if (!list->items[i]->never && (types == 0 || (types & value_types(v)))) {
            meant = list->items[i];
            candidates++;
        }
    }
    return candidates == 1 ? check_node(c, meant, v, at) : fault_no_branch(c, at, list, v);
}

static bool check_any(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    for (size_t i = 0; i < n->any_of.n; i++)
        if (check_fits(c, n->any_of.items[i], v, at))
            return true;
    return n->any_of.n == 0 || fault_branches(c, &n->any_of, v, at);
}

static bool check_one(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    size_t fitting = 0;
    for (size_t i = 0; i < n->one_of.n && fitting < 2; i++)
        fitting += check_fits(c, n->one_of.items[i], v, at);
    if (n->one_of.n == 0 || fitting == 1)
        return true;
    return fitting == 0 ? fault_branches(c, &n->one_of, v, at) : fault_many_branches(c, at, &n->one_of, v);
}

static bool check_all(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = true;
    for (size_t i = 0; i < n->all_of.n && (fits || !faults_end(c)); i++)
        fits &= check_node(c, n->all_of.items[i], v, at);
    return fits;
}

static bool check_condition(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    if (!n->condition || (!n->consequence && !n->alternative))
        return true;
    const struct node *next = check_fits(c, n->condition, v, at) ? n->consequence : n->alternative;
    return !next || check_node(c, next, v, at);
}

/* Keywords that hand the same value on to other schemas. */
static bool check_in_place(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    bool fits = !n->ref || check_node(c, n->ref, v, at);
    if (fits || !faults_end(c))
        fits &= check_all(c, n, v, at);
    if (fits || !faults_end(c))
        fits &= check_any(c, n, v, at);
    if (fits || !faults_end(c))
        fits &= check_one(c, n, v, at);
    if (fits || !faults_end(c))
        fits &= check_condition(c, n, v, at);
    if (n->negated && (fits || !faults_end(c)) && check_fits(c, n->negated, v, at))
        fits = fault_negated(c, at, n->negated, v);
    return fits;
}

static bool check_number(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    const struct {
        const json_t *limit;
        int wrong_low, wrong_high;
        const char *word;
    } limits[] = {
        {n->minimum, -1, -1, "at least"},
        {n->maximum, 1, 1, "at most"},
        {n->above, -1, 0, "more than"},
        {n->below, 0, 1, "less than"},
    };
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        int order = limits[i].limit ? number_compare(v, limits[i].limit) : 0;
        if (!limits[i].limit || order < limits[i].wrong_low || order > limits[i].wrong_high)
            continue;
        return fault_bound(c, at, limits[i].word, limits[i].limit, v);
    }
    if (n->unit.digits && !decimal_divides(n->unit, number_decimal(v)))
        return fault_bound(c, at, "a multiple of", n->unit_written, v);
    return true;
}

static bool check_string(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    size_t bytes = json_string_length(v);
    if ((n->length.min > 0 || n->length.max < UINT64_MAX) && work_spend(&c->work, bytes / 64)) {
        size_t length = text_utf8_count(json_string_value(v), bytes);
        if (length < n->length.min || length > n->length.max)
            return fault_count(c, at, &n->length, "character", length);
    }
    if (n->pattern && !pattern_matches(n->pattern, json_string_value(v), bytes, &c->matcher, &c->work))
        return fault_pattern(c, at, n->pattern, v);
    return true;
}

static bool check_value(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    if (n->constant && !value_equal(n->constant, v, &c->work))
        return fault_constant(c, at, n->constant, v);
    if (!n->choices)
        return true;
    for (size_t i = 0; i < json_array_size(n->choices); i++)
        if (value_equal(json_array_get(n->choices, i), v, &c->work))
            return true;
    return fault_choices(c, at, n->choices, v);
}

/* Keywords about this value itself. */
static bool check_self(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    if (n->never)
        return fault_got(c, at, "nothing here", v);
    unsigned types = value_types(v);
    if (n->types && !(n->types & types))
        return fault_types(c, at, n->types, v);
    if (!check_value(c, n, v, at))
        return false;
    if (types & VALUE_OBJECT)
        return check_object(c, n, v, at);
    if (types & VALUE_ARRAY)
        return check_array(c, n, v, at);
    if (types & VALUE_STRING)
        return check_string(c, n, v, at);
    return !(types & VALUE_NUMBER) || check_number(c, n, v, at);
}

bool check_node(struct check *c, const struct node *n, json_t *v, const struct place *at)
{
    if (!work_enter(&c->work))
        return false;
    bool fits = check_self(c, n, v, at);
    if (fits || !faults_end(c))
        fits &= check_in_place(c, n, v, at);
    work_leave(&c->work);
    return fits && !c->work.over;
}

int schema_check(const struct schema *s, const json_t *value, struct err *e)
{
    struct place top = {0};
    struct check c = {.work = {.steps_left = WORK_STEPS}, .text = BUF_INIT(FAULTS_TEXT_MAX)};
    bool fits = check_node(&c, s->root, (json_t *)value, &top);
    if (c.work.over)
        err_set(e, ERR_TOO_LARGE, "too much work: the value is too large or too deep for its schema to check");
    else if (!fits)
        err_set(e, ERR_INVALID, "%s", buf_text(&c.text));
    buf_done(&c.text);
    matcher_done(&c.matcher);
    return fits && !c.work.over ? 0 : -1;
}
