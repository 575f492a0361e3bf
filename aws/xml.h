/* XML of upstreams: a small tree, and from it the JSON a shape describes. No DTD, no entities but the five of
   XML itself, namespaces ignored. */
#ifndef LW_AWS_XML_H
#define LW_AWS_XML_H

#include "aws/shape.h"
#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

#define XML_DEPTH_MAX 64
#define XML_NODES_MAX ((size_t)100000)

/* An element or, among `attributes`, an attribute. Names are without their prefix. */
struct xml_node {
    char *name;
    struct buf text; /* character data of the element itself, children apart */
    struct xml_node *attributes;
    struct xml_node *children;
    struct xml_node *last; /* child; the parser's own */
    struct xml_node *next;
    struct xml_node *parent;
};

struct xml;

/* Parses a whole document. Broken, deep or huge documents and any with a DTD are ERR_UPSTREAM. */
struct xml *xml_parse(const char *p, size_t n, struct err *e);
void xml_free(struct xml *doc);
void xml_free_cleanup(struct xml **doc);
#define auto_xml __attribute__((cleanup(xml_free_cleanup)))

/* Never NULL. Borrowed, as all nodes are. */
const struct xml_node *xml_root(const struct xml *doc);

/* First child of that name, or NULL. `node` may be NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);

/* Text of the first child of that name, or "". */
const char *xml_child_text(const struct xml_node *node, const char *name);

/* The object that a structure shape describes; members placed elsewhere than in the body are left out. New
   reference, or NULL with ERR_UPSTREAM where a value is not of its type. */
json_t *xml_to_json(const struct xml_node *node, const struct aws_shape *shape, struct err *e);

#endif
