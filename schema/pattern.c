#define PCRE2_CODE_UNIT_WIDTH 8

#include "schema/pattern.h"

#include "base/own.h"

#include <pcre2.h>
#include <stdlib.h>

/* A bound for one match. Expressions that backtrack without end reach it in about a millisecond. */
#define MATCH_LIMIT 100000
#define MATCH_DEPTH 5000
#define MATCH_HEAP_KIB 2048

/* What starting a match costs, in steps of the work; so many matches with dear expressions run out too. */
#define MATCH_STEPS 20

struct pattern {
    pcre2_code *code;
    char *source;
};

static void *allocate(size_t n, void *ctx)
{
    (void)ctx;
    return xmalloc(n);
}

static void release(void *p, void *ctx)
{
    (void)ctx;
    free(p);
}

static pcre2_code *compile(const char *source, size_t n, int *code, size_t *offset)
{
    pcre2_general_context *general = pcre2_general_context_create(allocate, release, NULL);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF); /* what `.` leaves out */
    pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)source, n,
                                   PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
                                       PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C,
                                   code, offset, context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    return re;
}

struct pattern *pattern_new(const char *source, size_t n, struct err *e)
{
    int code = 0;
    size_t offset = 0;
    pcre2_code *re = compile(source, n, &code, &offset);
    if (!re) {
        PCRE2_UCHAR text[120];
        pcre2_get_error_message(code, text, sizeof text);
        err_set(e, ERR_INVALID, "not a regular expression: %s (at byte %zu)", (const char *)text, offset);
        return NULL;
    }
    struct pattern *p = xcalloc(1, sizeof *p);
    p->code = re;
    p->source = xstrndup(source, n);
    return p;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    pcre2_code_free(p->code);
    free(p->source);
    free(p);
}

const char *pattern_source(const struct pattern *p)
{
    return p->source;
}

static void matcher_ready(struct matcher *m)
{
    if (m->data)
        return;
    pcre2_general_context *general = pcre2_general_context_create(allocate, release, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(general);
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, MATCH_DEPTH);
    pcre2_set_heap_limit(limits, MATCH_HEAP_KIB);
    m->limits = limits;
    m->data = pcre2_match_data_create(1, general);
    pcre2_general_context_free(general);
}

bool pattern_matches(const struct pattern *p, const char *text, size_t n, struct matcher *m, struct work *w)
{
    if (!work_spend(w, MATCH_STEPS + n / 16))
        return false;
    matcher_ready(m);
    int rc = pcre2_match(p->code, (PCRE2_SPTR)text, n, 0, 0, m->data, m->limits);
    /* Anything but a plain "no" is a limit, or text that is not UTF-8 and cannot come out of a JSON parser. */
    if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
        w->over = true;
    return rc >= 0;
}

void matcher_done(struct matcher *m)
{
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->limits);
    *m = (struct matcher){0};
}
