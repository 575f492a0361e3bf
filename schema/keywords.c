/* What each keyword wants of its value, and where it goes in a node. */
#include "schema/compile.h"

#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

struct keyword {
    const char *name;
    int (*compile)(struct compiler *c, void *slot, json_t *value, const struct place *at);
    size_t offset; /* of the slot in struct node */
};

static int schema_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    return compile_node(c, value, at, slot);
}

static int list_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    struct node_list *list = slot;
    size_t n = json_array_size(value);
    if (n == 0)
        return compile_wrong(c, at, "a list of one schema or more", value);
    list->items = xcalloc(n, sizeof *list->items);
    for (; list->n < n; list->n++) {
        struct place here = {.up = at, .index = list->n};
        if (compile_node(c, json_array_get(value, list->n), &here, &list->items[list->n]))
            return -1;
    }
    return 0;
}

static int property_order(const void *a, const void *b)
{
    return strcmp(((const struct property *)a)->name, ((const struct property *)b)->name);
}

static int properties_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    struct properties *p = slot;
    if (!json_is_object(value))
        return compile_wrong(c, at, "an object of schemas", value);
    p->items = xcalloc(json_object_size(value), sizeof *p->items);
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) {
        struct place here = {.up = at, .key = key};
        struct node *node;
        if (compile_node(c, member, &here, &node))
            return -1;
        p->items[p->n++] = (struct property){xstrdup(key), node};
    }
    qsort(p->items, p->n, sizeof *p->items, property_order);
    return 0;
}

/* $defs: compiled, so that a fault in an unused one is seen; found again by $ref. */
static int defs_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    (void)slot;
    if (!json_is_object(value))
        return compile_wrong(c, at, "an object of schemas", value);
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) {
        struct place here = {.up = at, .key = key};
        struct node *node;
        if (compile_node(c, member, &here, &node))
            return -1;
    }
    return 0;
}

static struct pattern *pattern_at(struct compiler *c, const char *source, size_t n, const struct place *at)
{
    char place[PLACE_TEXT_MAX];
    struct pattern *p = pattern_new(source, n, c->e);
    if (!p)
        err_wrap(c->e, "%s", place_text(at, place));
    return p;
}

static int name_patterns_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    struct name_patterns *list = slot;
    if (!json_is_object(value))
        return compile_wrong(c, at, "an object of schemas", value);
    list->items = xcalloc(json_object_size(value), sizeof *list->items);
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) {
        struct place here = {.up = at, .key = key};
        struct pattern *pattern = pattern_at(c, key, strlen(key), &here);
        if (!pattern)
            return -1;
        list->items[list->n++].pattern = pattern;
        if (compile_node(c, member, &here, &list->items[list->n - 1].node))
            return -1;
    }
    return 0;
}

static int pattern_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_string(value))
        return compile_wrong(c, at, "a regular expression", value);
    struct pattern *p = pattern_at(c, json_string_value(value), json_string_length(value), at);
    memcpy(slot, &p, sizeof p);
    return p ? 0 : -1;
}

static int names_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    struct names *names = slot;
    if (!json_is_array(value))
        return compile_wrong(c, at, "a list of member names", value);
    names->items = xcalloc(json_array_size(value), sizeof *names->items);
    size_t i;
    json_t *name;
    json_array_foreach(value, i, name) {
        if (!json_is_string(name))
            return compile_wrong(c, at, "a list of member names", value);
        names->items[names->n++] = xstrdup(json_string_value(name));
    }
    return 0;
}

static int dependencies_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    struct dependencies *d = slot;
    if (!json_is_object(value))
        return compile_wrong(c, at, "an object of lists of member names", value);
    d->items = xcalloc(json_object_size(value), sizeof *d->items);
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) {
        struct place here = {.up = at, .key = key};
        d->items[d->n++].name = xstrdup(key);
        if (names_in(c, &d->items[d->n - 1].needs, member, &here))
            return -1;
    }
    return 0;
}

static int count_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_number(value) || !number_is_whole(value) || json_number_value(value) < 0)
        return compile_wrong(c, at, "a whole number, 0 or more", value);
    double d = json_number_value(value);
    uint64_t count = json_is_integer(value) ? (uint64_t)json_integer_value(value)
                     : d < 0x1p64           ? (uint64_t)d
                                            : UINT64_MAX;
    memcpy(slot, &count, sizeof count);
    return 0;
}

static int number_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_number(value))
        return compile_wrong(c, at, "a number", value);
    json_t *copy = json_copy(value);
    memcpy(slot, &copy, sizeof copy);
    return 0;
}

static int unit_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_number(value) || json_number_value(value) <= 0)
        return compile_wrong(c, at, "a number above 0", value);
    struct node *n = slot;
    n->unit = number_decimal(value);
    n->unit_written = json_copy(value);
    return 0;
}

static int flag_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_boolean(value))
        return compile_wrong(c, at, "true or false", value);
    *(bool *)slot = json_is_true(value);
    return 0;
}

static int constant_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    (void)c;
    (void)at;
    json_t *copy = json_deep_copy(value);
    memcpy(slot, &copy, sizeof copy);
    return 0;
}

static int choices_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    if (!json_is_array(value))
        return compile_wrong(c, at, "a list of values", value);
    return constant_in(c, slot, value, at);
}

static unsigned type_bit(const json_t *name)
{
    static const struct {
        const char *name;
        unsigned bit;
    } types[] = {{"null", VALUE_NULL},     {"boolean", VALUE_BOOLEAN}, {"object", VALUE_OBJECT},
                 {"array", VALUE_ARRAY},   {"string", VALUE_STRING},   {"number", VALUE_NUMBER},
                 {"integer", VALUE_INTEGER}};
    for (size_t i = 0; json_is_string(name) && i < ARRAY_LEN(types); i++)
        if (strcmp(json_string_value(name), types[i].name) == 0)
            return types[i].bit;
    return 0;
}

static int types_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    unsigned types = type_bit(value), bit = types;
    size_t n = json_array_size(value);
    for (size_t i = 0; i < n && (i == 0 || bit); i++) {
        bit = type_bit(json_array_get(value, i));
        types |= bit;
    }
    if (!bit)
        return compile_wrong(c, at, "a type (null, boolean, object, array, string, number, integer) or a list of them",
                             value);
    *(unsigned *)slot = types;
    return 0;
}

/* Another dialect gives the same keywords other meanings, so reading it as this one would be a guess. */
static int dialect_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    (void)slot;
    const char *s = json_is_string(value) ? json_string_value(value) : "";
    if (!text_starts(s, DIALECT) || (s[sizeof DIALECT - 1] && strcmp(s + sizeof DIALECT - 1, "#") != 0))
        return compile_wrong(c, at, "the dialect \"" DIALECT "\"", value);
    return 0;
}

/* A nested $id changes what "#" means below it. Without references that matters to nobody. */
static int id_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    (void)slot;
    char place[PLACE_TEXT_MAX];
    if (!json_is_string(value))
        return compile_wrong(c, at, "a URI", value);
    if (at->up->up && !c->inner_id)
        c->inner_id = xstrdup(place_text(at, place));
    return 0;
}

static int ref_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    return compile_ref(c, slot, value, at);
}

static int anchor_in(struct compiler *c, void *slot, json_t *value, const struct place *at)
{
    return compile_anchor(c, slot, value, at);
}

#define IN(member) offsetof(struct node, member)

static const struct keyword keywords[] = {
    {"$anchor", anchor_in, 0},
    {"$defs", defs_in, 0},
    {"$id", id_in, 0},
    {"$ref", ref_in, 0},
    {"$schema", dialect_in, 0},
    {"additionalProperties", schema_in, IN(other_members)},
    {"allOf", list_in, IN(all_of)},
    {"anyOf", list_in, IN(any_of)},
    {"const", constant_in, IN(constant)},
    {"contains", schema_in, IN(contained)},
    {"dependentRequired", dependencies_in, IN(dependencies)},
    {"else", schema_in, IN(alternative)},
    {"enum", choices_in, IN(choices)},
    {"exclusiveMaximum", number_in, IN(below)},
    {"exclusiveMinimum", number_in, IN(above)},
    {"if", schema_in, IN(condition)},
    {"items", schema_in, IN(other_items)},
    {"maxItems", count_in, IN(items.max)},
    {"maxLength", count_in, IN(length.max)},
    {"maxProperties", count_in, IN(members.max)},
    {"maximum", number_in, IN(maximum)},
    {"minItems", count_in, IN(items.min)},
    {"minLength", count_in, IN(length.min)},
    {"minProperties", count_in, IN(members.min)},
    {"minimum", number_in, IN(minimum)},
    {"multipleOf", unit_in, 0},
    {"not", schema_in, IN(negated)},
    {"oneOf", list_in, IN(one_of)},
    {"pattern", pattern_in, IN(pattern)},
    {"patternProperties", name_patterns_in, IN(name_patterns)},
    {"prefixItems", list_in, IN(first_items)},
    {"properties", properties_in, IN(properties)},
    {"propertyNames", schema_in, IN(member_names)},
    {"required", names_in, IN(required)},
    {"then", schema_in, IN(consequence)},
    {"type", types_in, IN(types)},
    {"uniqueItems", flag_in, IN(unique)},
};

/* Keywords that say something to readers and nothing about values. */
static bool is_annotation(const char *name)
{
    static const char *const names[] = {"$comment",   "title",    "description", "default", "examples",
                                        "deprecated", "readOnly", "writeOnly",   "format"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return text_starts(name, "content") || text_starts(name, "x-");
}

int compile_keyword(struct compiler *c, struct node *n, const char *name, json_t *value, const struct place *at)
{
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (strcmp(keywords[i].name, name) == 0)
            return keywords[i].compile(c, (char *)n + keywords[i].offset, value, at);
    if (is_annotation(name))
        return 0;
    char place[PLACE_TEXT_MAX];
    return err_set(c->e, ERR_INVALID, "%s: unknown keyword", place_text(at, place));
}
