/* Finding and reading the log of one attempt of a task. */
#include "tools/airflow/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/airflow/lines.h"
#include "tools/airflow/streams.h"
#include "tools/coverage.h"
#include "tools/cursor.h"

#include <stdlib.h>
#include <string.h>

#define SCHEDULER_BEFORE_MS (15 * 60 * 1000) /* a lost task is noticed minutes after its last sign of life */
#define SCHEDULER_AFTER_MS (10 * 60 * 1000)
#define SEARCH_MS (24 * 60 * 60 * 1000)
#define DAY_MS (24 * 60 * 60 * 1000)

/* What a scheduler writes about tasks that ended without a word of their own. */
#define SCHEDULER_PATTERN "?zombie ?zombies ?heartbeat ?heartbeats ?\"Executor reports\" ?\"stuck in queued\" ?\"timed-out\" ?\"timed out\""
#define ERROR_PATTERN "?ERROR ?CRITICAL ?error ?critical ?\"return code -9\" ?Negsignal"

bool airflow_answered(const struct airflow_inquiry *q)
{
    return q->view.runs != NULL;
}

static struct log_limits limits_of(int64_t from_ms, int64_t to_ms)
{
    return (struct log_limits){.from_ms = from_ms, .to_ms = to_ms, .max_events = 4000, .max_pages = 4,
                               .max_bytes = 2 * 1024 * 1024, .form = airflow_lines_add};
}

static json_t *new_source(struct airflow_inquiry *q, const char *group, const char *stream)
{
    auto_free char *name = xasprintf("logs:%s/%s", group, stream);
    return coverage_source(envelope_sources(&q->answer), name);
}

/* The group of the tasks' logs; warns where nothing is written to it. */
static bool locate_group(struct airflow_inquiry *q)
{
    bool enabled = false;
    if (!q->group)
        q->group = airflow_log_group(&q->airflow, "TaskLogs", &enabled);
    if (q->group && enabled)
        return true;
    envelope_warn(&q->answer, "task_logs_off", "The environment does not send task logs to CloudWatch Logs%s",
                  q->group ? " now; there may be older ones" : ": switch them on to see why tasks fail");
    return q->group != NULL;
}

bool airflow_log_name(struct airflow_inquiry *q)
{
    if (!locate_group(q))
        return false;
    q->log_attempt = q->attempt >= 0 ? q->attempt : (int)json_int(q->task, "try_number", 0);
    q->run_id = xstrdup(dag_run_id(q->run));
    q->log_task = xstrdup(json_str(q->task, "task_id", ""));
    q->log_map_index = task_map_index(q->task);
    return q->log_attempt > 0;
}

static void add_stream(struct airflow_inquiry *q, char *stream)
{
    if (q->source_count == AIRFLOW_STREAMS_MAX) {
        free(stream);
        return;
    }
    size_t i = q->source_count++;
    q->streams[i] = stream;
    q->sources[i] = (struct log_source){.group = q->group, .stream = stream, .coverage = new_source(q, q->group, stream)};
}

static void read_streams(struct airflow_inquiry *q, size_t from)
{
    struct log_limits limits = limits_of(-1, -1);
    log_read_tails(q->session, q->sources + from, q->source_count - from, &limits);
    for (size_t i = from; i < q->source_count; i++) {
        /* the lines of an Airflow 3 task come through two pipes */
        log_lines_sort(&q->sources[i].lines);
        findings_scan(&q->findings, "airflow", q->group, &q->sources[i].lines);
    }
}

/* Streams whose names begin so, by their attempt: the wanted one, else the last. New reference to an array of names. */
static json_t *list_streams(struct airflow_inquiry *q, const char *prefix)
{
    json_t *source = new_source(q, q->group, prefix);
    json_auto_t *in = json_pack("{s:s, s:s}", "logGroupName", q->group, "logStreamNamePrefix", prefix);
    json_t *names = json_array();
    struct aws_fault f = {0};
    if (streams_list(q->session, in, names, source, &f) && f.err.kind != ERR_NOT_FOUND)
        coverage_fault(source, &f);
    return names;
}

/* The attempt that Airflow counts is not always the one that was logged: a restarted scheduler may skip a number. */
static void read_last_attempt(struct airflow_inquiry *q)
{
    auto_free char *prefix = stream_prefix(q->dag_id, q->run_id, q->log_task, q->log_map_index);
    json_auto_t *names = list_streams(q, prefix);
    int best = 0;
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name) {
        int attempt = stream_attempt(json_string_value(name), prefix);
        if (attempt > best && attempt <= q->log_attempt)
            best = attempt;
    }
    if (!best)
        return;
    envelope_warn(&q->answer, "other_attempt", "Attempt %d has no log; this is attempt %d", q->log_attempt, best);
    q->log_attempt = best;
    size_t from = q->source_count;
    add_stream(q, stream_name(prefix, best));
    read_streams(q, from);
}

/* What a deferred task waits for is logged by the triggerer, beside the task's own log. */
static void read_triggerers(struct airflow_inquiry *q)
{
    bool deferred = false;
    const struct log_lines *lines = &q->sources[q->source_count - 1].lines;
    for (size_t i = 0; i < lines->count && !deferred; i++)
        deferred = strstr(lines->items[i].text, "DEFERRED") || strstr(lines->items[i].text, "Pausing task as");
    if (!deferred)
        return;
    auto_free char *trigger = xasprintf("%s.trigger.", q->streams[q->source_count - 1]);
    json_auto_t *names = list_streams(q, trigger);
    size_t from = q->source_count, i;
    json_t *name;
    json_array_foreach(names, i, name)
        add_stream(q, xstrdup(json_string_value(name)));
    read_streams(q, from);
}

void airflow_log_read(struct airflow_inquiry *q)
{
    auto_free char *prefix = stream_prefix(q->dag_id, q->run_id, q->log_task, q->log_map_index);
    add_stream(q, stream_name(prefix, q->log_attempt));
    read_streams(q, 0);
    if (!q->sources[0].found && !q->sources[0].failed && q->attempt < 0)
        read_last_attempt(q);
    read_triggerers(q);
}

void airflow_log_read_scheduler(struct airflow_inquiry *q)
{
    bool enabled = false;
    auto_free char *group = airflow_log_group(&q->airflow, "SchedulerLogs", &enabled);
    int64_t end = dag_time_ms(q->task, "end_date");
    if (end < 0)
        end = dag_time_ms(q->run, "end_date");
    if (!group || !enabled || end < 0)
        return;
    struct log_limits limits = limits_of(end - SCHEDULER_BEFORE_MS, end + SCHEDULER_AFTER_MS);
    limits.max_events = 1000;
    q->scheduler_streams = json_object();
    log_read_filtered(q->session, group, "scheduler_", SCHEDULER_PATTERN, &limits, new_source(q, group, "scheduler_*"),
                      q->scheduler_streams, &q->scheduler);
    /* the scheduler speaks of all tasks: only lines that name this one are about it */
    size_t kept = 0;
    for (size_t i = 0; i < q->scheduler.count; i++) {
        struct log_line *line = &q->scheduler.items[i];
        bool ours = strstr(line->text, q->dag_id) && (strstr(line->text, dag_run_id(q->run)) ||
                                                      (q->task && strstr(line->text, json_str(q->task, "task_id", "?"))));
        if (ours) {
            line->routine = false;
            q->scheduler.items[kept++] = *line;
        } else {
            free(line->text);
        }
    }
    q->scheduler.count = kept;
    findings_scan(&q->findings, "airflow", "scheduler", &q->scheduler);
}

/* --- Without Airflow --- */

static void search_window(struct airflow_inquiry *q, struct log_limits *limits)
{
    int64_t day;
    const char *date = json_str(q->call->arguments, "execution_date", NULL);
    bool given = date && !dag_parse_date(date, &day);
    *limits = given ? limits_of(day, day + 2 * DAY_MS) : limits_of(q->now_ms - SEARCH_MS, q->now_ms);
    limits->max_pages = 12;
    envelope_window(&q->answer, limits->from_ms, limits->to_ms, given ? "argument" : "default");
}

void airflow_log_search(struct airflow_inquiry *q)
{
    q->searched = true;
    if (!locate_group(q))
        return;
    struct log_limits limits;
    search_window(q, &limits);
    auto_free char *prefix = stream_search_prefix(q->dag_id, json_str(q->call->arguments, "dag_run_id", NULL), q->task_id);
    json_auto_t *names = json_object();
    auto_log_lines struct log_lines lines = {0};
    auto_free char *pattern = xasprintf("%s*", prefix);
    log_read_filtered(q->session, q->group, prefix, ERROR_PATTERN, &limits, new_source(q, q->group, pattern), names, &lines);
    for (size_t i = lines.count; i > 0; i--) {
        const struct log_line *line = &lines.items[i - 1];
        bool wanted = line->severity >= SEVERITY_ERROR || signatures_match("airflow", line->text, line->len);
        if (wanted && stream_parse(line->stream, &q->run_id, &q->log_task, &q->log_map_index, &q->log_attempt)) {
            add_stream(q, xstrdup(line->stream));
            read_streams(q, 0);
            return;
        }
    }
}

/* --- Walking on --- */

void airflow_log_offer_walk(struct airflow_inquiry *q)
{
    const char *token = NULL;
    for (size_t i = 0; i < q->source_count && !token; i++)
        token = q->sources[i].found ? "" : NULL;
    if (!token)
        return;
    json_auto_t *position = json_pack("{s:s, s:s, s:i, s:i}", "r", q->run_id, "t", q->log_task, "m", q->log_map_index, "a",
                                      q->log_attempt);
    q->answer.cursor = cursor_make("get_mwaa_logs", q->call->arguments, position);
}

static void tell_page(struct airflow_inquiry *q, const struct log_source *source)
{
    for (size_t i = 0; i < source->lines.count; i++) {
        const struct log_line *line = &source->lines.items[i];
        struct evidence item = {.source = "cloudwatch_logs", .ts_ms = line->ts_ms, .text = line->text,
                                .severity = severity_name(line->severity),
                                .locator = json_pack("{s:s, s:s}", "group", source->group, "stream", source->stream)};
        if (!envelope_evidence(&q->answer, &item)) {
            envelope_warn(&q->answer, "lines_left_out", "%zu more lines of this page were left out; lower max_lines",
                          source->lines.count - i);
            break;
        }
    }
    envelope_tell_evidence(&q->answer, EVIDENCE_MAX);
}

int airflow_log_walk(struct airflow_inquiry *q, const json_t *position, struct err *e)
{
    q->run_id = xstrdup(json_str(position, "r", ""));
    q->log_task = xstrdup(json_str(position, "t", ""));
    q->log_map_index = (int)json_int(position, "m", -1);
    q->log_attempt = (int)json_int(position, "a", 0);
    if (!q->dag_id || !q->run_id[0] || !q->log_task[0] || q->log_attempt < 1)
        return err_set(e, ERR_INVALID, "cursor: does not name the log of a task");
    if (!locate_group(q))
        return 0;
    auto_free char *prefix = stream_prefix(q->dag_id, q->run_id, q->log_task, q->log_map_index);
    add_stream(q, stream_name(prefix, q->log_attempt));
    struct log_source *source = &q->sources[0];
    struct log_limits limits = limits_of(-1, -1);
    struct aws_fault f = {0};
    if (log_read_page(q->session, source, &limits, json_str(position, "k", NULL), (int)q->max_lines, &f)) {
        coverage_fault(source->coverage, &f);
        digest_line(&q->answer.digest, "Could not go on reading %s: %s", source->stream, f.err.text);
        return 0;
    }
    digest_line(&q->answer.digest, "Raw log of %s, older lines first:", source->stream);
    tell_page(q, source);
    if (!source->older) {
        digest_line(&q->answer.digest, "That is the beginning of the log.");
        return 0;
    }
    json_auto_t *next = json_pack("{s:s, s:s, s:i, s:i, s:s}", "r", q->run_id, "t", q->log_task, "m", q->log_map_index, "a",
                                  q->log_attempt, "k", source->older);
    q->answer.cursor = cursor_make("get_mwaa_logs", q->call->arguments, next);
    return 0;
}
