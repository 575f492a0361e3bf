#include "tools/findings.h"

#include "base/clock.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_ERROR_WEIGHT 20
#define WARNING_DISCOUNT 15 /* a warning was often survived: "retrying after SlowDown" */
#define SHOWN_BYTES 400

/* FNV-1a over what is not a digit: lines that differ in times, counters and ids of numbers have one shape. */
static uint64_t shape_of(const char *s, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++) {
        if (s[i] >= '0' && s[i] <= '9')
            continue;
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
    }
    return h;
}

static struct finding *find_shape(struct findings *f, uint64_t shape)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].shape == shape)
            return &f->items[i];
    }
    return NULL;
}

static void look_at(struct findings *f, const char *service, const char *group, const struct log_line *line)
{
    if (line->frame || line->routine)
        return;
    uint64_t shape = shape_of(line->text, line->len);
    struct finding *known = find_shape(f, shape);
    if (known) {
        known->times++;
        known->line = line;
        known->group = group;
        return;
    }
    const struct signature *s = signatures_match(service, line->text, line->len);
    if (!s && line->severity < SEVERITY_ERROR)
        return;
    if (f->count == FINDINGS_MAX) {
        f->more++;
        return;
    }
    int weight = !s ? UNKNOWN_ERROR_WEIGHT : line->severity == SEVERITY_WARNING ? s->weight - WARNING_DISCOUNT : s->weight;
    f->points_executors = f->points_executors || (s && s->executors);
    f->items[f->count++] = (struct finding){line, group, s, weight, 1, shape};
}

void findings_scan(struct findings *f, const char *service, const char *group, const struct log_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        look_at(f, service, group, &lines->items[i]);
}

const struct finding *findings_best(const struct findings *f)
{
    const struct finding *best = NULL;
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *x = &f->items[i];
        if (!best || x->weight > best->weight || (x->weight == best->weight && x->line->ts_ms >= best->line->ts_ms))
            best = x;
    }
    return best;
}

static int heavier_first(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->weight != y->weight)
        return y->weight - x->weight;
    return (x->line->ts_ms < y->line->ts_ms) - (x->line->ts_ms > y->line->ts_ms);
}

static int earlier_first(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->line->ts_ms != y->line->ts_ms)
        return x->line->ts_ms < y->line->ts_ms ? -1 : 1;
    uintptr_t i = (uintptr_t)x->line, j = (uintptr_t)y->line; /* lines of one stream lie in its order */
    return (i > j) - (i < j);
}

const char *findings_show(struct envelope *v, const struct evidence *item, const char *place)
{
    const char *id = envelope_evidence(v, item);
    if (!id)
        return NULL;
    char when[CLOCK_TEXT_MAX] = "";
    if (item->ts_ms >= 0)
        clock_rfc3339(item->ts_ms, when);
    char label[160];
    snprintf(label, sizeof label, "[%s] %.19s %s:", id, when, place);
    digest_data(&v->digest, label, envelope_evidence_text(v, id), SHOWN_BYTES);
    return id;
}

size_t findings_file(struct findings *f, size_t max, struct envelope *v, struct diagnosis *d)
{
    size_t shown = f->count < max ? f->count : max;
    qsort(f->items, f->count, sizeof *f->items, heavier_first);
    qsort(f->items, shown, sizeof *f->items, earlier_first);
    for (size_t i = 0; i < shown; i++) {
        const struct finding *x = &f->items[i];
        json_t *where = json_object();
        json_put_str(where, "group", x->group);
        json_put_str(where, "stream", x->line->stream);
        if (x->times > 1)
            json_put_int(where, "times", x->times);
        struct evidence item = {.source = "cloudwatch_logs", .locator = where, .ts_ms = x->line->ts_ms,
                                .severity = severity_name(x->line->severity), .text = x->line->text};
        const char *id = findings_show(v, &item, x->group);
        if (d && x->signature && id) {
            struct clue c = {x->signature->cause, x->signature->id, x->weight, id};
            diagnosis_add(d, &c);
        }
    }
    return f->count - shown + f->more;
}
