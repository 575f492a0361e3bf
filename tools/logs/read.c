#include "tools/logs/read.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define EMPTY_PAGES_MAX 10 /* in a row, before a stream counts as not read to its end */

/* How far one stream has been read. */
struct tail {
    struct log_source *source;
    struct log_lines *pages; /* newest page first */
    size_t page_count;
    char *token;
    int events;
    size_t bytes;
    int full;  /* pages with events */
    int empty; /* pages without, in a row */
    bool done;
};

static json_t *events_input(const struct log_source *source, const struct log_limits *limits, const char *token, int limit)
{
    json_t *in = json_object();
    json_put_str(in, "logGroupName", source->group);
    json_put_str(in, "logStreamName", source->stream);
    if (limits->from_ms >= 0)
        json_put_int(in, "startTime", limits->from_ms);
    if (limits->to_ms >= 0)
        json_put_int(in, "endTime", limits->to_ms + 1); /* the end is exclusive */
    json_put_int(in, "limit", limit);
    json_put_flag(in, "startFromHead", false);
    json_put_str(in, "nextToken", token);
    return in;
}

static void add_message(log_form_fn *form, struct log_lines *lines, const char *stream, const json_t *event)
{
    const json_t *message = json_object_get(event, "message");
    (form ? form : log_lines_add)(lines, stream, json_int(event, "timestamp", -1), json_string_value(message),
                                  json_string_length(message));
}

/* The events of a reply as lines. Returns their number; `*bytes` grows. */
static int take_events(const json_t *reply, const char *stream, log_form_fn *form, struct log_lines *lines, size_t *bytes)
{
    int count = 0;
    size_t i;
    json_t *event;
    json_array_foreach(json_arr(reply, "events"), i, event) {
        const json_t *message = json_object_get(event, "message");
        if (!json_is_string(message))
            continue;
        const char *name = stream ? stream : json_str(event, "logStreamName", "");
        add_message(form, lines, name, event);
        *bytes += json_string_length(message);
        count++;
    }
    return count;
}

/* Takes in one reply of GetLogEvents; decides whether the stream is done. The start of the window is reached when the
   backward token comes back unchanged (API reference, GetLogEvents, nextBackwardToken). */
static void tail_take(struct tail *t, const json_t *reply, const struct log_limits *limits)
{
    struct log_source *source = t->source;
    struct log_lines page = {0};
    size_t bytes = 0;
    int count = take_events(reply, source->stream, limits->form, &page, &bytes);
    t->pages = xrealloc(t->pages, (t->page_count + 1) * sizeof *t->pages);
    t->pages[t->page_count++] = page;
    t->events += count;
    t->bytes += bytes;
    t->full += count > 0;
    t->empty = count ? 0 : t->empty + 1;

    const char *next = json_str(reply, "nextBackwardToken", NULL);
    source->found = true;
    source->complete = !next || (t->token && !strcmp(next, t->token));
    t->done = source->complete || t->events >= limits->max_events || t->bytes >= limits->max_bytes ||
              t->full >= limits->max_pages || t->empty > EMPTY_PAGES_MAX;
    free(t->token);
    t->token = source->complete ? NULL : xstrdup(next);
    coverage_read(source->coverage, 1, count, (int64_t)bytes, source->complete);
    json_put_flag(source->coverage, "found", true);
}

static void source_refused(struct log_source *source, const struct aws_fault *f)
{
    if (f->err.kind == ERR_NOT_FOUND) {
        coverage_absent(source->coverage);
        source->complete = true;
        return;
    }
    coverage_fault(source->coverage, f);
    source->failed = true;
    source->complete = false;
}

/* One page of each stream that is not done, together. Returns how many were asked. */
static size_t read_round(struct aws_session *s, struct tail *tails, size_t n, const struct log_limits *limits)
{
    struct aws_item items[LOG_STREAMS_MAX] = {0};
    json_t *inputs[LOG_STREAMS_MAX];
    struct tail *asked[LOG_STREAMS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (tails[i].done)
            continue;
        int left = limits->max_events - tails[i].events;
        inputs[count] = events_input(tails[i].source, limits, tails[i].token, left < 10000 ? left : 10000);
        items[count].op = &aws_logs_get_log_events;
        items[count].input = inputs[count];
        asked[count++] = &tails[i];
    }
    if (count)
        aws_invoke_all(s, items, count);
    for (size_t i = 0; i < count; i++) {
        if (items[i].output) {
            tail_take(asked[i], items[i].output, limits);
        } else {
            source_refused(asked[i]->source, &items[i].fault);
            asked[i]->done = true;
        }
        json_decref(items[i].output);
        json_decref(inputs[i]);
    }
    return count;
}

void log_read_tails(struct aws_session *s, struct log_source *sources, size_t n, const struct log_limits *limits)
{
    struct tail tails[LOG_STREAMS_MAX] = {0};
    n = n < LOG_STREAMS_MAX ? n : LOG_STREAMS_MAX;
    for (size_t i = 0; i < n; i++)
        tails[i].source = &sources[i];
    while (read_round(s, tails, n, limits)) {
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t p = tails[i].page_count; p > 0; p--)
            log_lines_move(&sources[i].lines, &tails[i].pages[p - 1]);
        free(tails[i].pages);
        sources[i].older = tails[i].token;
    }
}

int log_read_page(struct aws_session *s, struct log_source *source, const struct log_limits *limits, const char *token,
                  int limit, struct aws_fault *f)
{
    struct tail t = {.source = source, .token = token ? xstrdup(token) : NULL};
    int rc = 0;
    for (int empty = 0; !rc && !t.events && empty <= EMPTY_PAGES_MAX && !(empty && source->complete); empty++) {
        json_auto_t *in = events_input(source, limits, t.token, limit);
        json_auto_t *reply = NULL;
        rc = aws_invoke(s, &aws_logs_get_log_events, in, &reply, f);
        if (!rc)
            tail_take(&t, reply, limits);
    }
    for (size_t p = t.page_count; p > 0; p--)
        log_lines_move(&source->lines, &t.pages[p - 1]);
    free(t.pages);
    source->older = t.token;
    return rc;
}

/* What the pages of FilterLogEvents are gathered into. */
struct gather {
    const struct log_limits *limits;
    const char *prefix;
    json_t *coverage;
    json_t *names;
    struct log_lines *lines;
    int events;
    size_t bytes;
};

static int gather_page(const json_t *reply, void *ctx)
{
    struct gather *g = ctx;
    size_t before = g->bytes;
    int count = 0;
    size_t i;
    json_t *event;
    json_array_foreach(json_arr(reply, "events"), i, event) {
        const char *stream = json_str(event, "logStreamName", "");
        const json_t *message = json_object_get(event, "message");
        /* the prefix is in the request, but a run's lines must never be another run's */
        if (!text_starts(stream, g->prefix) || !json_is_string(message))
            continue;
        if (!json_object_get(g->names, stream))
            json_put(g->names, stream, json_string(stream));
        add_message(g->limits->form, g->lines, json_str(g->names, stream, ""), event);
        g->bytes += json_string_length(message);
        count++;
    }
    g->events += count;
    coverage_read(g->coverage, 1, count, (int64_t)(g->bytes - before), false);
    return g->events >= g->limits->max_events || g->bytes >= g->limits->max_bytes;
}

void log_read_filtered(struct aws_session *s, const char *group, const char *prefix, const char *pattern,
                       const struct log_limits *limits, json_t *coverage, json_t *names, struct log_lines *lines)
{
    json_auto_t *in = json_object();
    json_put_str(in, "logGroupName", group);
    json_put_str(in, "logStreamNamePrefix", prefix[0] ? prefix : NULL);
    json_put_str(in, "filterPattern", pattern);
    if (limits->from_ms >= 0)
        json_put_int(in, "startTime", limits->from_ms);
    if (limits->to_ms >= 0)
        json_put_int(in, "endTime", limits->to_ms);
    struct gather g = {.limits = limits, .prefix = prefix, .coverage = coverage, .names = names, .lines = lines};
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    int pages = aws_each_page(s, &aws_logs_filter_log_events, in, limits->max_pages, gather_page, &g, &next, &f);
    if (pages < 0 && f.err.kind == ERR_NOT_FOUND)
        coverage_absent(coverage);
    else if (pages < 0)
        coverage_fault(coverage, &f);
    else
        json_put_flag(coverage, "complete", !next);
    log_lines_sort(lines);
}

void log_source_done(struct log_source *source)
{
    log_lines_done(&source->lines);
    free(source->older);
    source->older = NULL;
}
