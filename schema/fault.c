/* Messages about faults. They stand apart from the checks because their texts take room, and checks recurse. */
#include "schema/check.h"

#include "base/json.h"
#include "base/own.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAULTS_MAX 5

bool faults_end(const struct check *c)
{
    return c->quiet || c->faults >= FAULTS_MAX || c->work.over;
}

/* A fault is shown whole or not at all, the first apart. */
static void fault_add(struct check *c, const char *line)
{
    size_t before = c->text.len;
    if (c->faults > 0)
        buf_adds(&c->text, "; ");
    if (buf_adds(&c->text, line)) {
        buf_cut(&c->text, before);
        buf_adds(&c->text, before ? "; ..." : "too many faults to show");
        c->faults = FAULTS_MAX;
        return;
    }
    c->faults++;
}

bool fault(struct check *c, const struct place *at, const char *fmt, ...)
{
    if (faults_end(c))
        return false;
    char place[PLACE_TEXT_MAX];
    char what[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    auto_free char *line = xasprintf("%s: %s", place_text(at, place), what);
    json_auto_t *whole = json_str_lossy(line, strlen(line)); /* a long name may have been cut within a character */
    fault_add(c, json_string_value(whole));
    return false;
}

bool fault_got(struct check *c, const struct place *at, const char *what, const json_t *got)
{
    if (faults_end(c))
        return false;
    char text[VALUE_TEXT_MAX];
    return fault(c, at, "expected %s, got %s", what, value_text(got, text));
}

bool fault_bound(struct check *c, const struct place *at, const char *words, const json_t *bound, const json_t *got)
{
    if (faults_end(c))
        return false;
    auto_buf struct buf b = BUF_INIT(DESCRIPTION_MAX);
    buf_addf(&b, "%s ", words);
    value_add(bound, &b);
    return fault_got(c, at, buf_text(&b), got);
}

bool fault_count(struct check *c, const struct place *at, const struct range *wanted, const char *what, size_t count)
{
    bool few = count < wanted->min;
    uint64_t limit = few ? wanted->min : wanted->max;
    return fault(c, at, "expected %s %" PRIu64 " %s%s, got %zu", few ? "at least" : "at most", limit, what,
                 limit == 1 ? "" : "s", count);
}

bool fault_pattern(struct check *c, const struct place *at, const struct pattern *wanted, const json_t *got)
{
    if (faults_end(c))
        return false;
    char text[DESCRIPTION_MAX];
    snprintf(text, sizeof text, "text that matches %.120s", pattern_source(wanted));
    return fault_got(c, at, text, got);
}

bool fault_types(struct check *c, const struct place *at, unsigned types, const json_t *got)
{
    char text[DESCRIPTION_MAX];
    return !faults_end(c) && fault_got(c, at, describe_types(types, text), got);
}

bool fault_constant(struct check *c, const struct place *at, const json_t *wanted, const json_t *got)
{
    if (faults_end(c))
        return false;
    auto_buf struct buf b = BUF_INIT(DESCRIPTION_MAX);
    value_add(wanted, &b);
    return fault_got(c, at, buf_text(&b), got);
}

bool fault_choices(struct check *c, const struct place *at, const json_t *choices, const json_t *got)
{
    char text[DESCRIPTION_MAX];
    return !faults_end(c) && fault_got(c, at, describe_choices(choices, text), got);
}

bool fault_no_branch(struct check *c, const struct place *at, const struct node_list *list, const json_t *got)
{
    char text[DESCRIPTION_MAX];
    return !faults_end(c) && fault_got(c, at, describe_list(list, text), got);
}

bool fault_many_branches(struct check *c, const struct place *at, const struct node_list *list, const json_t *v)
{
    char text[DESCRIPTION_MAX], got[VALUE_TEXT_MAX];
    return !faults_end(c) && fault(c, at, "expected exactly one of: %s; got %s, which fits more than one",
                                   describe_list(list, text), value_text(v, got));
}

bool fault_negated(struct check *c, const struct place *at, const struct node *unwanted, const json_t *v)
{
    char text[DESCRIPTION_MAX], got[VALUE_TEXT_MAX];
    return !faults_end(c) &&
           fault(c, at, "expected anything but %s, got %s", describe_node(unwanted, text), value_text(v, got));
}

bool fault_contained(struct check *c, const struct place *at, const struct node *wanted, const json_t *v)
{
    char text[DESCRIPTION_MAX], got[VALUE_TEXT_MAX];
    return !faults_end(c) && fault(c, at, "expected at least one item to be %s, got %s", describe_node(wanted, text),
                                   value_text(v, got));
}

bool fault_twins(struct check *c, const struct place *at, const json_t *array, size_t first, size_t second)
{
    char got[VALUE_TEXT_MAX];
    return !faults_end(c) && fault(c, at, "expected no two equal items, got %s at %zu and at %zu",
                                   value_text(json_array_get(array, first), got), first, second);
}

bool fault_member_name(struct check *c, const struct place *at, const struct node *wanted, const json_t *name)
{
    char text[DESCRIPTION_MAX], got[VALUE_TEXT_MAX];
    return !faults_end(c) && fault(c, at, "expected member names to be %s, got %s", describe_node(wanted, text),
                                   value_text(name, got));
}

bool fault_unknown_member(struct check *c, const struct place *at, const struct node *n)
{
    char text[DESCRIPTION_MAX];
    return !faults_end(c) && fault(c, at, "unknown member; %s", describe_members(n, text));
}
