/* Reading the logs of a Glue run. */
#include "tools/glue/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/cursor.h"
#include "tools/logs/page.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE_MS (60 * 1000)
#define AFTER_MS (5 * 60 * 1000)

/* Lines of executors worth reading: they write hundreds of thousands that are not. */
#define EXECUTOR_PATTERN "?ERROR ?Exception ?OutOfMemory ?\"No space left\" ?Killed ?137"

void glue_logs_locate(struct glue_inquiry *q)
{
    glue_streams_of(q->view.job, q->run, &q->where);
    int64_t started = aws_time_ms(q->run, "StartedOn");
    int64_t ended = aws_time_ms(q->run, "CompletedOn");
    q->window = (struct log_limits){
        .from_ms = started < 0 ? -1 : started - BEFORE_MS,
        .to_ms = ended < 0 ? q->now_ms : ended + AFTER_MS,
        .max_events = 4000,
        .max_pages = 4,
        .max_bytes = 2 * 1024 * 1024,
    };
    envelope_window(&q->answer, q->window.from_ms, q->window.to_ms, "run");
}

static json_t *new_source(struct glue_inquiry *q, const char *group, const char *stream)
{
    auto_free char *name = xasprintf("logs:%s/%s", group, stream);
    return coverage_source(envelope_sources(&q->answer), name);
}

void glue_logs_read_driver(struct glue_inquiry *q)
{
    for (size_t i = 0; i < q->where.count; i++) {
        const struct glue_stream *at = &q->where.items[i];
        q->sources[i] = (struct log_source){
            .group = at->group, .stream = at->stream, .coverage = new_source(q, at->group, at->stream)};
    }
    log_read_tails(q->session, q->sources, q->where.count, &q->window);
    for (size_t i = 0; i < q->where.count; i++)
        findings_scan(&q->findings, "glue", q->sources[i].group, &q->sources[i].lines);
}

/* The driver's own stream and the progress bars share the executors' prefix in the group of continuous logging. */
static void drop_driver_lines(struct log_lines *lines)
{
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++) {
        if (text_ends(lines->items[i].stream, "-driver") || text_ends(lines->items[i].stream, "-progress-bar"))
            free(lines->items[i].text);
        else
            lines->items[kept++] = lines->items[i];
    }
    lines->count = kept;
}

static bool group_has_driver(const struct glue_inquiry *q, const char *group)
{
    for (size_t i = 0; i < q->where.count; i++) {
        if (!strcmp(q->sources[i].group, group) && q->sources[i].found)
            return true;
    }
    return false;
}

/* Takes `prefix` over. Returns how many lines there are then, those read before among them. */
static size_t read_executor_group(struct glue_inquiry *q, const char *group, char *prefix)
{
    struct log_limits limits = q->window;
    limits.max_events = 1000;
    limits.max_pages = 12;
    auto_free char *owned = prefix;
    auto_free char *pattern = xasprintf("%s*", owned);
    struct log_lines lines = {0};
    log_read_filtered(q->session, group, owned, EXECUTOR_PATTERN, &limits, new_source(q, group, pattern),
                      q->executor_streams, &lines);
    drop_driver_lines(&lines);
    log_lines_move(&q->executors, &lines);
    return q->executors.count;
}

void glue_logs_read_executors(struct glue_inquiry *q)
{
    q->executors_read = true;
    q->executor_streams = json_object();
    const char *group = q->where.items[0].group;
    bool continuous = group_has_driver(q, q->where.continuous_group);
    size_t first = 0;
    if (group_has_driver(q, group) || !continuous)
        first = read_executor_group(q, group, xasprintf("%s_g-", q->where.base));
    if (continuous)
        read_executor_group(q, q->where.continuous_group, xasprintf("%s-", q->where.continuous));
    if (!q->executors.count)
        return;
    /* findings point at lines, which move while lines are added: only now they have come to rest */
    struct log_lines one = {.items = q->executors.items, .count = first};
    struct log_lines two = {.items = q->executors.items + first, .count = q->executors.count - first};
    findings_scan(&q->findings, "glue", group, &one);
    findings_scan(&q->findings, "glue", q->where.continuous_group, &two);
}

/* Which stream a cursor is about: an index into what the run itself resolves to, so that no cursor leads elsewhere. */
static int walk_position(struct glue_inquiry *q, const json_t *position, size_t *index, struct err *e)
{
    int64_t i = json_int(position, "i", -1);
    if (i < 0 || i >= (int64_t)q->where.count)
        return err_set(e, ERR_INVALID, "cursor: points at a log stream this run does not have");
    *index = (size_t)i;
    return 0;
}

int glue_logs_walk(struct glue_inquiry *q, const json_t *position, struct err *e)
{
    size_t index = 0;
    if (walk_position(q, position, &index, e))
        return -1;
    const struct glue_stream *at = &q->where.items[index];
    struct log_source *source = &q->sources[index];
    *source = (struct log_source){.group = at->group, .stream = at->stream, .coverage = new_source(q, at->group, at->stream)};
    struct aws_fault f = {0};
    if (log_read_page(q->session, source, &q->window, json_str(position, "t", NULL), (int)q->max_lines, &f)) {
        coverage_fault(source->coverage, &f);
        digest_line(&q->answer.digest, "Could not go on reading %s: %s", at->group, f.err.text);
        return 0;
    }
    digest_line(&q->answer.digest, "Raw driver log of run %s, older lines first, from %s:", glue_run_id(q->run), at->group);
    log_page_tell(source, &q->answer);
    if (!source->older) {
        digest_line(&q->answer.digest, "That is the beginning of the log.");
        return 0;
    }
    json_auto_t *next = json_pack("{s:i, s:s}", "i", (int)index, "t", source->older);
    q->answer.cursor = cursor_make("get_glue_logs", q->call->arguments, next);
    return 0;
}
