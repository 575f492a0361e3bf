/* What came before: the same folder of earlier dates, and what it says about what is usual and what is due. */
#include "tools/source/inquiry.h"

#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SEGMENTS 8
#define SLACK_LEAST (30 * (int64_t)60000)
#define SLACK_MOST (6 * HOUR_MS)
#define OVERDUE_MAX 7

/* The last folders of a prefix as names and values ("dt=2026-11-21" or a bare "2026-11-21"), the last one last. */
struct folders {
    char text[1100];
    const char *names[SEGMENTS], *values[SEGMENTS];
    size_t starts[SEGMENTS], count;
};

static void split_folders(const char *prefix, struct folders *out)
{
    out->count = 0;
    size_t n = strlen(prefix);
    if (n >= sizeof out->text || !n || prefix[n - 1] != '/')
        return;
    memcpy(out->text, prefix, n + 1);
    size_t begin[64], total = 0;
    for (size_t i = 0, start = 0; i < n; i++) {
        if (out->text[i] != '/')
            continue;
        out->text[i] = '\0';
        if (total < ARRAY_LEN(begin))
            begin[total++] = start;
        start = i + 1;
    }
    size_t first = total > SEGMENTS ? total - SEGMENTS : 0;
    for (size_t i = first; i < total; i++) {
        char *folder = out->text + begin[i], *equals = strchr(folder, '=');
        if (equals)
            *equals = '\0';
        out->names[out->count] = equals ? folder : "";
        out->values[out->count] = equals ? equals + 1 : folder;
        out->starts[out->count++] = begin[i];
    }
}

bool source_prefix_layout(const char *prefix, struct date_layout *out, int64_t *date_ms, size_t *start)
{
    struct folders f;
    split_folders(prefix, &f);
    for (size_t k = 1; k <= f.count;
         k++) { /* the fewest folders that make a date: dt=..., or year=.../month=.../day=... */
        size_t from = f.count - k;
        if (!date_layout_of(f.names + from, f.values + from, k, out))
            continue;
        bool year_alone = out->count == 1 && out->keys[0].role != ROLE_DATE;
        if (year_alone)
            continue;
        *date_ms = date_read(out, f.values + from);
        *start = f.starts[from];
        return true;
    }
    return false;
}

struct source_part *source_part_for(struct source_inquiry *q, const struct source_part *like, int64_t date_ms)
{
    struct date_layout layout;
    struct folders f;
    int64_t date;
    size_t start;
    if (!source_prefix_layout(like->prefix, &layout, &date, &start))
        return NULL;
    split_folders(like->prefix, &f);
    auto_buf struct buf name = BUF_INIT(1024);
    for (size_t i = 0; i < layout.count; i++) {
        char value[DATE_TEXT];
        size_t k = f.count - layout.count + i;
        const char *text = date_write(&layout, i, date_ms, value) ? value : f.values[k];
        buf_addf(&name, "%s%s%s%s", i ? "/" : "", f.names[k], f.names[k][0] ? "=" : "", text);
    }
    auto_free char *prefix = xasprintf("%.*s%s/", (int)start, like->prefix, buf_text(&name));
    struct source_part *p = part_add(&q->parts, buf_text(&name), like->bucket, prefix);
    if (p)
        p->date_ms = date_ms;
    return p;
}

static bool known(const struct source_inquiry *q, int64_t date_ms)
{
    for (size_t i = 0; i < q->parts.count; i++) {
        if (q->parts.items[i].date_ms == date_ms)
            return true;
    }
    return false;
}

void source_add_priors(struct source_inquiry *q)
{
    const struct source_part *first = NULL;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->date_ms >= 0 && (!first || p->date_ms < first->date_ms))
            first = p;
    }
    if (!first || !source_prefix_layout(first->prefix, &q->layout, &(int64_t){0}, &(size_t){0}))
        return;
    struct source_part like = *first; /* the list grows, but its texts stay where they are */
    enum cadence c = q->has_cadence ? q->cadence : date_grain(&q->layout);
    for (int n = 1; n <= PRIORS_MAX; n++) {
        int64_t date = cadence_step(c, like.date_ms, -n);
        struct source_part *p = date < 0 || known(q, date) ? NULL : source_part_for(q, &like, date);
        if (p)
            p->prior = true;
    }
}

void source_learn(struct source_inquiry *q)
{
    int64_t files[PARTS_MAX], bytes[PARTS_MAX], arrival[PARTS_MAX];
    size_t n = 0;
    q->priors_marked = 0;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (!p->prior || p->failed || !p->complete || !p->data_objects)
            continue;
        files[n] = p->data_objects;
        bytes[n] = p->bytes;
        arrival[n++] = p->latest_ms - p->date_ms;
        q->priors_marked += p->success_marker;
    }
    q->priors_found = (int)n;
    baseline_of(files, n, &q->files);
    baseline_of(bytes, n, &q->bytes);
    baseline_of(arrival, n, &q->arrival);
}

void source_add_overdue(struct source_inquiry *q)
{
    const struct source_part *newest = NULL;
    for (size_t i = 0; i < q->parts.count; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (!p->prior && p->date_ms >= 0 && (!newest || p->date_ms > newest->date_ms))
            newest = p;
    }
    if (!newest || !q->has_cadence || q->arrival.count < BASELINE_MIN)
        return;
    struct source_part like = *newest;
    int64_t due_after = q->arrival.median + baseline_slack(&q->arrival, SLACK_LEAST, SLACK_MOST);
    for (int n = 1; n <= OVERDUE_MAX; n++) {
        int64_t date = cadence_step(q->cadence, like.date_ms, n);
        if (date + due_after > q->now_ms)
            break;
        struct source_part *p = source_part_for(q, &like, date);
        if (p) {
            p->expected = true;
            p->registry = UNREGISTERED;
        }
    }
}
