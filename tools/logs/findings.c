#include "tools/logs/findings.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_ERROR_WEIGHT 20
#define LEAST_WEIGHT 30      /* what counts for less than this decides nothing */
#define WARNING_DISCOUNT 15 /* a warning was often survived */
#define ATTEMPT_DISCOUNT 30 /* Spark tries a task four times and replaces an executor; what ended the job is said again */
#define HANDLED_DISCOUNT 45 /* who wrote the line went on */
#define BELOW_ERROR 3        /* lines without a level below an error that still belong to it */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* What the line says, behind "time LEVEL [thread] logger: ", which each log group writes in its own way. */
static const char *said(const struct log_line *line)
{
    static const char *const levels[] = {" ERROR ", " WARN ", " FATAL "};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        const char *level = strstr(line->text, levels[i]);
        const char *colon = level && level - line->text < 60 ? strstr(level, ": ") : NULL;
        if (colon)
            return colon + 2;
    }
    return line->text;
}

/* FNV-1a over the words without a digit: lines that differ in times, counters and ids have one shape. */
static uint64_t shape_of(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;
    while (*s) {
        size_t n = 0;
        bool digit = false;
        for (; is_word(s[n]); n++)
            digit = digit || (s[n] >= '0' && s[n] <= '9');
        for (size_t i = 0; i < n && !digit; i++)
            h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
        h = (h ^ ' ') * 0x100000001b3u;
        s += n ? n : 1;
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

static bool says_one_of(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(text, words[i]))
            return true;
    }
    return false;
}

/* How much less a line decides because the job lived on after it. "Retrying" that is said of the last try is no retry. */
static int discount_of(const struct log_line *line)
{
    static const char *const final[] = {"most recent failure", "max retries", "Max retries", "giving up", "Giving up",
                                        "exhausted", "aborting job"};
    static const char *const handled[] = {"etrying", "will retry", "will be retried", "another attempt", "continuing",
                                          "falling back", "fallback", "failing over", "ignoring", "ignored", "skipping",
                                          "skipped", "rebuilding", "using default", "not fatal", "non-fatal", "recovered"};
    static const char *const attempt[] = {"Lost task ", "Lost executor ", "Exception in task ", "Removing executor "};
    bool over = says_one_of(line->text, final, ARRAY_LEN(final));
    if (!over && says_one_of(line->text, handled, ARRAY_LEN(handled)))
        return HANDLED_DISCOUNT;
    if (!over && says_one_of(line->text, attempt, ARRAY_LEN(attempt)))
        return ATTEMPT_DISCOUNT;
    return line->severity == SEVERITY_WARNING ? WARNING_DISCOUNT : 0;
}

/* Whether a line says by itself that something failed; a warning was survived. */
static bool tells_of_failure(const struct log_line *line)
{
    static const char *const words[] = {"ailed", "ailure", "FAILED", "annot ", "ould not ", "nable to ", "an't ", "borted"};
    return line->severity >= SEVERITY_ERROR ||
           (line->severity == SEVERITY_INFO && says_one_of(line->text, words, ARRAY_LEN(words)));
}

/* How many lines without a level may still follow, as part of the error that this line is or belongs to. */
static int left_below(const struct log_line *line, int left)
{
    if (line->severity >= SEVERITY_ERROR)
        return BELOW_ERROR + 1;
    return line->routine || line->severity == SEVERITY_WARNING || !left ? 0 : left - 1;
}

/* `failure`: the line tells of one, or belongs to one that does. */
static void look_at(struct findings *f, const char *service, const char *group, const struct log_line *line, int discount,
                    bool failure)
{
    uint64_t shape = shape_of(said(line));
    struct finding *known = find_shape(f, shape);
    if (known) {
        known->times++;
        known->line = line;
        known->group = group;
        return;
    }
    const struct signature *s = signatures_match(service, line->text, line->len);
    f->points_executors = f->points_executors || (s && s->executors);
    if (s && s->cause != CAUSE_UNKNOWN && (s->weight - discount < LEAST_WEIGHT || (s->loose && !failure)))
        s = NULL;
    if (!s && line->severity < SEVERITY_ERROR)
        return;
    if (f->count == FINDINGS_MAX) {
        f->more++;
        return;
    }
    int weight = !s ? UNKNOWN_ERROR_WEIGHT : s->weight - discount > 1 ? s->weight - discount : 1;
    f->items[f->count++] = (struct finding){line, group, s, weight, 1, shape};
}

void findings_scan(struct findings *f, const char *service, const char *group, const struct log_lines *lines)
{
    int discount = 0, below = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct log_line *line = &lines->items[i];
        if (line->frame)
            continue;
        if (!text_starts(line->text, "Caused by: ")) /* what a line says holds for the trace below it */
            discount = discount_of(line);
        below = left_below(line, below);
        if (!line->routine)
            look_at(f, service, group, line, discount, below > 0 || tells_of_failure(line));
    }
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

static bool is_among(const struct log_line *line, const struct log_lines *l)
{
    return l->count && line >= l->items && line < l->items + l->count;
}

json_t *findings_exception(const struct findings *f, const struct log_lines *const *logs, size_t n)
{
    const struct finding *best = findings_best(f);
    json_t *exception = NULL;
    size_t at;
    for (size_t i = 0; best && i < n && !exception; i++) {
        if (is_among(best->line, logs[i]))
            exception = log_exception(logs[i], (size_t)(best->line - logs[i]->items), &at);
    }
    for (size_t i = 0; i < n && !exception; i++)
        exception = log_exception(logs[i], SIZE_MAX, &at);
    return exception;
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

/* How many of the heaviest to file: beside known failures three unknown errors are enough. */
static size_t worth_filing(const struct findings *f, size_t max)
{
    size_t known = 0;
    while (known < f->count && f->items[known].signature)
        known++;
    size_t n = known ? known + 3 : f->count;
    if (n > f->count)
        n = f->count;
    return n < max ? n : max;
}

size_t findings_file(struct findings *f, size_t max, struct envelope *v, struct diagnosis *d)
{
    qsort(f->items, f->count, sizeof *f->items, heavier_first);
    size_t shown = worth_filing(f, max);
    qsort(f->items, shown, sizeof *f->items, earlier_first);
    for (size_t i = 0; i < shown; i++) {
        const struct finding *x = &f->items[i];
        bool in_s3 = text_starts(x->group, "s3://");
        json_t *where = json_object();
        json_put_str(where, in_s3 ? "bucket" : "group", in_s3 ? x->group + 5 : x->group);
        json_put_str(where, in_s3 ? "key" : "stream", x->line->stream);
        if (x->times > 1)
            json_put_int(where, "times", x->times);
        struct evidence item = {.source = in_s3 ? "s3" : "cloudwatch_logs", .locator = where, .ts_ms = x->line->ts_ms,
                                .severity = severity_name(x->line->severity), .text = x->line->text};
        const char *id = envelope_evidence(v, &item);
        if (d && x->signature && id) {
            struct clue c = {x->signature->cause, x->signature->id, x->weight, id};
            diagnosis_add(d, &c);
        }
    }
    return (f->count > max ? f->count - max : 0) + f->more;
}
