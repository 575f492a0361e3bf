/* References within a document: JSON pointers and anchors. Nothing outside it is ever looked for. */
#include "schema/compile.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Schemas that apply to one and the same value, each inside or behind the other. */
#define CHAIN_MAX 64

/* The part from "#" on of a reference to this document, by its own $id or without one; NULL for any other. */
static const char *fragment_of(struct compiler *c, const char *target)
{
    const char *id = json_str(c->document, "$id", "");
    size_t n = strcspn(id, "#");
    if (n > 0 && strncmp(target, id, n) == 0 && (target[n] == '\0' || target[n] == '#'))
        target += n;
    else if (target[0] != '#')
        return NULL;
    return target[0] ? target + 1 : target;
}

int compile_ref(struct compiler *c, struct node *n, json_t *value, const struct place *at)
{
    const char *fragment = json_is_string(value) ? fragment_of(c, json_string_value(value)) : NULL;
    if (!fragment)
        return compile_wrong(c, at, "a reference within this document (\"#...\")", value);
    char place[PLACE_TEXT_MAX];
    c->refs = xrealloc(c->refs, (c->ref_count + 1) * sizeof *c->refs);
    c->refs[c->ref_count++] = (struct pending_ref){n, fragment, xstrdup(place_text(at, place))};
    return 0;
}

int compile_anchor(struct compiler *c, struct node *n, json_t *value, const struct place *at)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789-.";
    if (!strspn(name, first) || name[strspn(name, rest)])
        return compile_wrong(c, at, "a name (letters, digits, '_', '-', '.')", value);
    size_t i = c->schema->n;
    while (c->schema->nodes[i - 1] != n)
        i--;
    /* of two with one name none can be referred to */
    json_put_int(c->anchors, name, json_object_get(c->anchors, name) ? -1 : (int64_t)i - 1);
    return 0;
}

/* The member or item that one token of a pointer names. */
static json_t *step(json_t *from, char *token)
{
    char *to = token;
    for (const char *p = token; *p; p++) {
        if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
            *to++ = *++p == '0' ? '~' : '/';
        else
            *to++ = *p;
    }
    *to = '\0';
    int64_t index;
    if (json_is_array(from))
        return text_to_i64(token, &index) || index < 0 ? NULL : json_array_get(from, (size_t)index);
    return json_object_get(from, token);
}

/* Follows a JSON pointer (RFC 6901), which is changed on the way. */
static json_t *follow(json_t *document, char *pointer)
{
    json_t *at = document;
    char *token = *pointer ? pointer + 1 : NULL;
    while (at && token) {
        char *slash = strchr(token, '/');
        if (slash)
            *slash = '\0';
        at = step(at, token);
        token = slash ? slash + 1 : NULL;
    }
    return at;
}

static struct node *node_of(struct compiler *c, json_t *source)
{
    for (size_t i = 0; i < c->schema->n; i++)
        if (c->sources[i] == source)
            return c->schema->nodes[i];
    return NULL;
}

static int resolve(struct compiler *c, const struct pending_ref *ref)
{
    auto_buf struct buf fragment = BUF_INIT(4096);
    if (text_percent_decode(ref->target, strlen(ref->target), false, &fragment) ||
        strlen(buf_text(&fragment)) != fragment.len)
        return err_set(c->e, ERR_INVALID, "%s: the reference is too long or holds a NUL", ref->where);
    if (fragment.len && fragment.data[0] != '/') {
        int64_t i = json_int(c->anchors, fragment.data, -1);
        if (i < 0)
            return err_set(c->e, ERR_INVALID, "%s: no $anchor \"%.100s\", or several", ref->where, fragment.data);
        ref->node->ref = c->schema->nodes[i];
        return 0;
    }
    json_t *found = follow(c->document, fragment.len ? fragment.data : (char[]){""});
    if (!found)
        return err_set(c->e, ERR_INVALID, "%s: nothing at \"#%.100s\"", ref->where, ref->target);
    ref->node->ref = node_of(c, found);
    if (ref->node->ref)
        return 0;
    /* A place that is no subschema by itself, such as a member of `examples`: it becomes one by being referred to. */
    struct place top = {0};
    if (compile_node(c, found, &top, &ref->node->ref))
        return err_wrap(c->e, "%s: within \"#%.100s\"", ref->where, ref->target);
    return 0;
}

static int loop_search(struct node *n, int depth);

static int loop_in_list(const struct node_list *list, int depth)
{
    for (size_t i = 0; i < list->n; i++)
        if (loop_search(list->items[i], depth))
            return -1;
    return 0;
}

/* Depth first over the edges that stay on the same value: whoever comes back to where it is has found a loop. */
static int loop_search(struct node *n, int depth)
{
    if (!n || n->loop == LOOP_NONE)
        return 0;
    if (n->loop == LOOP_SEARCHING || depth == 0)
        return -1;
    n->loop = LOOP_SEARCHING;
    struct node *const edges[] = {n->ref, n->negated, n->condition, n->consequence, n->alternative};
    for (size_t i = 0; i < ARRAY_LEN(edges); i++)
        if (loop_search(edges[i], depth - 1))
            return -1;
    if (loop_in_list(&n->all_of, depth - 1) || loop_in_list(&n->any_of, depth - 1) ||
        loop_in_list(&n->one_of, depth - 1))
        return -1;
    n->loop = LOOP_NONE;
    return 0;
}

int refs_resolve(struct compiler *c)
{
    if (c->ref_count && c->inner_id)
        return err_set(c->e, ERR_INVALID, "%s: an $id below the root changes what $ref means; use only one of them",
                       c->inner_id);
    /* resolving may add references */
    for (size_t i = 0; i < c->ref_count; i++) {
        struct pending_ref ref = c->refs[i];
        if (resolve(c, &ref))
            return -1;
    }
    for (size_t i = 0; i < c->ref_count; i++)
        if (loop_search(c->refs[i].node, CHAIN_MAX))
            return err_set(c->e, ERR_INVALID,
                           "%s: the reference leads back to itself without going deeper into the value, or through "
                           "more than %d schemas",
                           c->refs[i].where, CHAIN_MAX);
    return 0;
}
