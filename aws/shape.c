#include "aws/shape.h"

#include <string.h>

const struct aws_shape aws_shape_string = {.type = AWS_STRING};
const struct aws_shape aws_shape_integer = {.type = AWS_INTEGER};
const struct aws_shape aws_shape_boolean = {.type = AWS_BOOLEAN};
const struct aws_shape aws_shape_timestamp = {.type = AWS_TIMESTAMP};
const struct aws_shape aws_shape_strings = {.type = AWS_LIST, .item = &aws_shape_string};

const struct aws_member *aws_shape_member(const struct aws_shape *s, const char *name)
{
    for (size_t i = 0; s && i < s->member_count; i++)
        if (strcmp(s->members[i].name, name) == 0)
            return &s->members[i];
    return NULL;
}

const char *aws_member_wire(const struct aws_member *m)
{
    return m->wire ? m->wire : m->name;
}
