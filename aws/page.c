/* From page to page by the operation's own tokens. An operation with two tokens (ListObjectVersions) shows
   them to callers as one text, the second behind the first and a line feed: version ids hold none, keys may. */
#include "aws/fault.h"
#include "aws/operation.h"
#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* The token to go on with, or NULL on the last page. Free with free(). */
static char *token_after(const struct aws_operation *op, const json_t *input, const json_t *page)
{
    const struct aws_paging *p = &op->paging;
    bool forward = p->forward_if && json_flag(input, p->forward_if, false);
    if (!p->out[0] || (p->more && !json_flag(page, p->more, false)))
        return NULL;
    const char *first = json_str(page, forward ? p->out_forward : p->out[0], "");
    if (!*first)
        return NULL;
    const char *second = p->out[1] ? json_str(page, p->out[1], "") : "";
    return p->out[1] ? xasprintf("%s\n%s", first, second) : xstrdup(first);
}

static void token_set(const struct aws_operation *op, json_t *input, const char *token)
{
    const struct aws_paging *p = &op->paging;
    const char *cut = p->in[1] ? strrchr(token, '\n') : NULL;
    size_t n = cut ? (size_t)(cut - token) : strlen(token);
    json_object_set_new(input, p->in[0], json_stringn(token, n));
    if (cut && cut[1])
        json_put_str(input, p->in[1], cut + 1);
    else if (p->in[1])
        json_object_del(input, p->in[1]);
}

/* The token that asked for the page, in the form of token_after. Free with free(); NULL for the first page. */
static char *token_of(const struct aws_operation *op, const json_t *input)
{
    const struct aws_paging *p = &op->paging;
    const char *first = p->in[0] ? json_str(input, p->in[0], NULL) : NULL;
    if (!first)
        return NULL;
    return p->in[1] ? xasprintf("%s\n%s", first, json_str(input, p->in[1], "")) : xstrdup(first);
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

int aws_each_page(struct aws_session *s, const struct aws_operation *op, const json_t *input, int max_pages,
                  aws_page_fn *fn, void *ctx, char **next, struct aws_fault *f)
{
    json_auto_t *now = input ? json_copy((json_t *)(uintptr_t)input) : json_object();
    const char *start = op->paging.in[1] ? json_str(now, op->paging.in[0], NULL) : NULL;
    if (start && !json_object_get(now, op->paging.in[1])) {
        auto_free char *token = xstrdup(start);
        token_set(op, now, token);
    }
    auto_free char *used = token_of(op, now);
    auto_free char *token = NULL;
    int pages = 0;
    while (pages < max_pages) {
        json_auto_t *page = NULL;
        if (aws_invoke(s, op, now, &page, f))
            return -1;
        pages++;
        free(steal(&token));
        token = token_after(op, now, page);
        if (same(token, used))
            free(steal(&token)); /* it would bring this page again */
        if (fn(page, ctx) == 1 || !token)
            break;
        token_set(op, now, token);
        free(steal(&used));
        used = token_of(op, now);
    }
    if (next)
        *next = steal(&token);
    return pages;
}
