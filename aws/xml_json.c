/* From an XML tree to the JSON a shape describes. */
#include "aws/codec.h"
#include "aws/xml.h"

#include "base/own.h"

#include <string.h>

static json_t *read_value(const struct xml_node *node, const struct aws_shape *shape, struct err *e);

/* The entries of a list: siblings of `first` that share its name. */
static json_t *read_list(const struct xml_node *first, const char *name, const struct aws_shape *item,
                         struct err *e)
{
    json_auto_t *list = json_array();
    for (const struct xml_node *n = first; n; n = n->next) {
        if (strcmp(n->name, name) != 0)
            continue;
        json_t *v = read_value(n, item, e);
        if (!v)
            return NULL;
        json_array_append_new(list, v);
    }
    return steal(&list);
}

static json_t *read_map(const struct xml_node *first, const char *name, const struct aws_shape *shape,
                        struct err *e)
{
    const char *key_name = shape->key_name ? shape->key_name : "key";
    const char *value_name = shape->item_name ? shape->item_name : "value";
    json_auto_t *map = json_object();
    for (const struct xml_node *n = first; n; n = n->next) {
        const struct xml_node *value = strcmp(n->name, name) == 0 ? xml_child(n, value_name) : NULL;
        if (!value)
            continue;
        json_t *v = read_value(value, shape->item, e);
        if (!v)
            return NULL;
        json_object_set_new(map, xml_child_text(n, key_name), v);
    }
    return steal(&map);
}

/* The value of an element of its own: not a flattened list or map. */
static json_t *read_value(const struct xml_node *node, const struct aws_shape *shape, struct err *e)
{
    switch (shape->type) {
    case AWS_STRUCTURE:
        return xml_to_json(node, shape, e);
    case AWS_LIST:
        return read_list(node->children, shape->item_name ? shape->item_name : "member", shape->item, e);
    case AWS_MAP:
        return read_map(node->children, "entry", shape, e);
    default:
        return codec_scalar_read(shape, buf_text(&node->text), node->text.len, e);
    }
}

static const struct xml_node *attribute(const struct xml_node *node, const char *name)
{
    const char *colon = strrchr(name, ':');
    for (const struct xml_node *a = node->attributes; a; a = a->next)
        if (strcmp(a->name, colon ? colon + 1 : name) == 0)
            return a;
    return NULL;
}

static json_t *read_member(const struct xml_node *first, const struct aws_member *m, struct err *e)
{
    if (m->flattened && m->shape->type == AWS_LIST)
        return read_list(first, first->name, m->shape->item, e);
    if (m->flattened && m->shape->type == AWS_MAP)
        return read_map(first, first->name, m->shape, e);
    return read_value(first, m->shape, e);
}

json_t *xml_to_json(const struct xml_node *node, const struct aws_shape *shape, struct err *e)
{
    json_auto_t *object = json_object();
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct aws_member *m = &shape->members[i];
        const char *name = aws_member_wire(m);
        if (m->place == AWS_IN_HEADER || m->place == AWS_IN_STATUS)
            continue;
        const struct xml_node *at = m->attribute ? attribute(node, name) : xml_child(node, name);
        if (!at)
            continue;
        json_t *v = read_member(at, m, e);
        if (!v) {
            err_wrap(e, "%s", m->name);
            return NULL;
        }
        json_object_set_new(object, m->name, v);
    }
    return steal(&object);
}
