/* What others logged about a task: the scheduler, and without Airflow's help the streams of a whole DAG. */
#include "tools/airflow/log_parts.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/streams.h"

#include <stdlib.h>
#include <string.h>

#define SCHEDULER_BEFORE_MS (15 * 60 * 1000) /* a lost task is noticed minutes after its last sign of life */
#define SCHEDULER_AFTER_MS (10 * 60 * 1000)
#define SEARCH_MS (24 * 60 * 60 * 1000)
#define DAY_MS (24 * 60 * 60 * 1000)

/* What a scheduler writes about tasks that ended without a word of their own. */
#define SCHEDULER_PATTERN                                                                                    \
    "?zombie ?zombies ?heartbeat ?heartbeats ?\"Executor reports\" ?\"reported that the task\" ?\"stuck in queued\" " \
    "?\"timed-out\" ?\"timed out\""
#define ERROR_PATTERN "?ERROR ?CRITICAL ?error ?critical ?\"return code -9\" ?Negsignal"

void airflow_log_read_scheduler(struct airflow_inquiry *q)
{
    bool enabled = false;
    auto_free char *group = airflow_log_group(&q->airflow, "SchedulerLogs", &enabled);
    int64_t end = dag_time_ms(q->task, "end_date");
    if (end < 0)
        end = dag_time_ms(q->run, "end_date");
    if (!group || !enabled || end < 0)
        return;
    struct log_limits limits = airflow_log_limits(end - SCHEDULER_BEFORE_MS, end + SCHEDULER_AFTER_MS);
    limits.max_events = 1000;
    q->scheduler_streams = json_object();
    log_read_filtered(q->session, group, "scheduler_", SCHEDULER_PATTERN, &limits, airflow_log_source(q, group, "scheduler_*"),
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

static void search_window(struct airflow_inquiry *q, struct log_limits *limits)
{
    int64_t day;
    const char *date = json_str(q->call->arguments, "execution_date", NULL);
    bool given = date && !dag_parse_date(date, &day);
    *limits = given ? airflow_log_limits(day, day + 2 * DAY_MS) : airflow_log_limits(q->now_ms - SEARCH_MS, q->now_ms);
    limits->max_pages = 12;
    envelope_window(&q->answer, limits->from_ms, limits->to_ms, given ? "argument" : "default");
}

void airflow_log_search(struct airflow_inquiry *q)
{
    q->searched = true;
    if (!airflow_log_locate(q))
        return;
    struct log_limits limits;
    search_window(q, &limits);
    auto_free char *prefix = stream_search_prefix(q->dag_id, json_str(q->call->arguments, "dag_run_id", NULL), q->task_id);
    json_auto_t *names = json_object();
    auto_log_lines struct log_lines lines = {0};
    auto_free char *pattern = xasprintf("%s*", prefix);
    log_read_filtered(q->session, q->group, prefix, ERROR_PATTERN, &limits, airflow_log_source(q, q->group, pattern), names,
                      &lines);
    for (size_t i = lines.count; i > 0; i--) {
        const struct log_line *line = &lines.items[i - 1];
        bool wanted = line->severity >= SEVERITY_ERROR || signatures_match("airflow", line->text, line->len);
        if (wanted && stream_parse(line->stream, &q->run_id, &q->log_task, &q->log_map_index, &q->log_attempt)) {
            airflow_log_add(q, xstrdup(line->stream));
            airflow_log_read_added(q, 0);
            return;
        }
    }
}
