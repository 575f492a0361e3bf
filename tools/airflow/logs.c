/* Finding and reading the log of one attempt of a task. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/lines.h"
#include "tools/airflow/log_parts.h"
#include "tools/airflow/streams.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

bool airflow_answered(const struct airflow_inquiry *q)
{
    return q->view.runs != NULL;
}

struct log_limits airflow_log_limits(int64_t from_ms, int64_t to_ms)
{
    return (struct log_limits){.from_ms = from_ms, .to_ms = to_ms, .max_events = 4000, .max_pages = 4,
                               .max_bytes = 2 * 1024 * 1024, .form = airflow_lines_add};
}

json_t *airflow_log_source(struct airflow_inquiry *q, const char *group, const char *stream)
{
    auto_free char *name = xasprintf("logs:%s/%s", group, stream);
    return coverage_source(envelope_sources(&q->answer), name);
}

bool airflow_log_locate(struct airflow_inquiry *q)
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
    if (!airflow_log_locate(q))
        return false;
    q->log_attempt = q->attempt >= 0 ? q->attempt : (int)json_int(q->task, "try_number", 0);
    q->run_id = xstrdup(dag_run_id(q->run));
    q->log_task = xstrdup(json_str(q->task, "task_id", ""));
    q->log_map_index = task_map_index(q->task);
    return q->log_attempt > 0;
}

void airflow_log_add(struct airflow_inquiry *q, char *stream)
{
    if (q->source_count == AIRFLOW_STREAMS_MAX) {
        free(stream);
        return;
    }
    size_t i = q->source_count++;
    q->streams[i] = stream;
    q->sources[i] = (struct log_source){.group = q->group, .stream = stream, .coverage = airflow_log_source(q, q->group, stream)};
}

void airflow_log_read_added(struct airflow_inquiry *q, size_t from)
{
    struct log_limits limits = airflow_log_limits(-1, -1);
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
    json_t *source = airflow_log_source(q, q->group, prefix);
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
    airflow_log_add(q, stream_name(prefix, best));
    airflow_log_read_added(q, from);
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
        airflow_log_add(q, xstrdup(json_string_value(name)));
    airflow_log_read_added(q, from);
}

void airflow_log_read(struct airflow_inquiry *q)
{
    auto_free char *prefix = stream_prefix(q->dag_id, q->run_id, q->log_task, q->log_map_index);
    airflow_log_add(q, stream_name(prefix, q->log_attempt));
    airflow_log_read_added(q, 0);
    if (!q->sources[0].found && !q->sources[0].failed && q->attempt < 0)
        read_last_attempt(q);
    read_triggerers(q);
}
