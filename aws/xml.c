#include "aws/xml.h"

#include "base/own.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)8 * 1024 * 1024)

struct xml {
    struct xml_node *root;
    struct xml_node *open; /* the element being read */
    size_t nodes;
    int depth;
    const char *broken; /* why we stopped the parser, or NULL */
    XML_Parser parser;
};

static void node_free(struct xml_node *n)
{
    while (n) {
        struct xml_node *next = n->next;
        node_free(n->attributes);
        node_free(n->children); /* as deep as XML_DEPTH_MAX */
        buf_done(&n->text);
        free(n->name);
        free(n);
        n = next;
    }
}

void xml_free(struct xml *doc)
{
    if (!doc)
        return;
    node_free(doc->root);
    free(doc);
}

void xml_free_cleanup(struct xml **doc)
{
    xml_free(*doc);
}

static void give_up(struct xml *doc, const char *why)
{
    doc->broken = why;
    XML_StopParser(doc->parser, XML_FALSE);
}

static struct xml_node *node_new(struct xml *doc, const char *name)
{
    const char *colon = strrchr(name, ':');
    struct xml_node *n = xcalloc(1, sizeof *n);
    n->name = xstrdup(colon ? colon + 1 : name);
    n->text = BUF_INIT(TEXT_MAX);
    doc->nodes++;
    return n;
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *doc = ctx;
    if (++doc->depth > XML_DEPTH_MAX || doc->nodes > XML_NODES_MAX) {
        give_up(doc, doc->depth > XML_DEPTH_MAX ? "nested too deep" : "too many elements");
        return;
    }
    struct xml_node *n = node_new(doc, name);
    n->parent = doc->open;
    if (!doc->open)
        doc->root = n;
    else if (doc->open->last)
        doc->open->last->next = n;
    else
        doc->open->children = n;
    if (doc->open)
        doc->open->last = n;
    doc->open = n;
    for (size_t i = 0; attributes[i]; i += 2) {
        struct xml_node *a = node_new(doc, attributes[i]);
        buf_adds(&a->text, attributes[i + 1]);
        a->next = n->attributes;
        n->attributes = a;
    }
}

static void on_end(void *ctx, const XML_Char *name)
{
    struct xml *doc = ctx;
    (void)name;
    doc->depth--;
    if (doc->open)
        doc->open = doc->open->parent;
}

static void on_text(void *ctx, const XML_Char *p, int n)
{
    struct xml *doc = ctx;
    if (doc->open)
        buf_add(&doc->open->text, p, (size_t)n);
}

/* No reply of AWS has a DTD, and entities are only ever defined in one. */
static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
                       int inner)
{
    (void)name, (void)system_id, (void)public_id, (void)inner;
    give_up(ctx, "has a document type declaration");
}

struct xml *xml_parse(const char *p, size_t n, struct err *e)
{
    if (n > INT_MAX) {
        err_set(e, ERR_UPSTREAM, "XML of more than 2 GiB");
        return NULL;
    }
    auto_xml struct xml *doc = xcalloc(1, sizeof *doc);
    doc->parser = XML_ParserCreate(NULL);
    if (!doc->parser)
        abort(); /* out of memory */
    XML_SetUserData(doc->parser, doc);
    XML_SetElementHandler(doc->parser, on_start, on_end);
    XML_SetCharacterDataHandler(doc->parser, on_text);
    XML_SetStartDoctypeDeclHandler(doc->parser, on_doctype);
    enum XML_Status status = XML_Parse(doc->parser, p, (int)n, XML_TRUE);
    const char *why = doc->broken ? doc->broken : XML_ErrorString(XML_GetErrorCode(doc->parser));
    unsigned long line = XML_GetCurrentLineNumber(doc->parser);
    XML_ParserFree(doc->parser);
    doc->parser = NULL;
    if (status != XML_STATUS_OK || !doc->root) {
        err_set(e, ERR_UPSTREAM, "not XML we accept: %s (line %lu)", why ? why : "empty", line);
        return NULL;
    }
    return steal(&doc);
}

const struct xml_node *xml_root(const struct xml *doc)
{
    return doc->root;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    for (const struct xml_node *c = node ? node->children : NULL; c; c = c->next)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
    const struct xml_node *c = xml_child(node, name);
    return c ? buf_text(&c->text) : "";
}
