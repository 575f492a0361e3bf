/* From what Airflow says of a task and what its logs say to why it failed. */
#include "tools/airflow/inquiry.h"
#include "tools/airflow/lines.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define LAG_MS (2 * 60 * 1000)
#define LAST_WORDS 15 /* weight */
#define LAST_WORDS_MAX 97

const char *airflow_file_fact(struct airflow_inquiry *q, const char *source, json_t *where, int64_t ts_ms, bool bad,
                              const char *text)
{
    struct evidence item = {.source = source, .locator = where, .ts_ms = ts_ms, .severity = bad ? "error" : "info",
                            .text = text};
    return envelope_evidence(&q->answer, &item);
}

void airflow_add_clue(struct airflow_inquiry *q, enum cause cause, const char *rule, int weight, const char *id)
{
    struct clue c = {cause, rule, weight, id};
    diagnosis_add(&q->diagnosis, &c);
}

static const char *file_task(struct airflow_inquiry *q)
{
    const json_t *t = q->task;
    char index[32] = "";
    if (task_map_index(t) >= 0)
        snprintf(index, sizeof index, "[%d]", task_map_index(t));
    auto_free char *text = xasprintf("Task %s%s (%s) is %s, try %lld of %lld", json_str(t, "task_id", "?"), index,
                                     json_str(t, "operator", "unknown operator"), dag_state(t),
                                     task_try(t), task_tries(t));
    json_t *where = json_pack("{s:s, s:s, s:s, s:s}", "dag_id", q->dag_id, "run_id", dag_run_id(q->run), "task_id",
                              json_str(t, "task_id", ""), "field", "state");
    return airflow_file_fact(q, "airflow", where, dag_time_ms(t, "end_date"), dag_state_is(t, "failed"), text);
}

static bool any_log(const struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->source_count; i++) {
        if (q->sources[i].found || q->sources[i].failed)
            return true;
    }
    return false;
}

/* Failed, and yet no process ever wrote a line: the executor or the worker lost it. */
static void judge_silence(struct airflow_inquiry *q, const char *id)
{
    if (q->task && dag_state_is(q->task, "failed") && q->source_count && !any_log(q))
        airflow_add_clue(q, CAUSE_ZOMBIE, "rule:no_log", 55, id);
}

/* A run that fails while none of its tasks did was ended from outside: by its own timeout, or by somebody. */
static void judge_run_alone(struct airflow_inquiry *q)
{
    int skipped = tasks_count(&q->tasks, "skipped");
    auto_free char *text = xasprintf("Run is %s, and none of its %d tasks failed (%d skipped, %d without a state)",
                                     dag_state(q->run), q->tasks.total, skipped, tasks_count(&q->tasks, "none"));
    json_t *where = json_pack("{s:s, s:s, s:s}", "dag_id", q->dag_id, "run_id", dag_run_id(q->run), "field", "state");
    airflow_file_fact(q, "airflow", where, dag_time_ms(q->run, "end_date"), true, text);
    envelope_warn(&q->answer, "no_failed_task",
                  "A run without a failed task was ended by the DAG's own time limit (dagrun_timeout), by hand, or it failed "
                  "for tasks that were removed");
}

/* Whether a line begins a record of Airflow's own: "[time] {file:line} LEVEL - " or "LEVEL - ". */
static bool begins_record(const struct log_line *line)
{
    const char *dash = strstr(line->text, " - ");
    return dash && ((line->text[0] == '[' && strstr(line->text, "] {")) || dash - line->text <= 8);
}

/* Records of what is done about a failure, which may fail too. */
static bool tells_of_aftermath(const char *record)
{
    static const char *const words[] = {"Error when executing", "callback", "Failed to send email", "error calling listener"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strstr(record, words[i]))
            return true;
    }
    return false;
}

/* The log that `line` belongs to, or NULL. */
static const struct log_lines *log_of(const struct airflow_inquiry *q, const struct log_line *line)
{
    for (size_t k = 0; k < q->source_count; k++) {
        const struct log_lines *l = &q->sources[k].lines;
        if (l->items && line >= l->items && line < l->items + l->count)
            return l;
    }
    return NULL;
}

/* The line that begins the record `line` belongs to; NULL when it is of none of the logs. */
static const struct log_line *record_of(const struct airflow_inquiry *q, const struct log_line *line)
{
    const struct log_lines *l = log_of(q, line);
    while (l && line > l->items && !begins_record(line))
        line--;
    return l ? line : NULL;
}

/* Whether the exception of `line` was being handled when the next one was thrown. */
static bool led_to_another(const struct airflow_inquiry *q, const struct log_line *line)
{
    const struct log_lines *l = log_of(q, line);
    for (const struct log_line *next = line + 1; l && next < l->items + l->count && !begins_record(next); next++) {
        if (strstr(next->text, AIRFLOW_WHILE_HANDLING))
            return true;
    }
    return false;
}

/* What a handler tidies up after. Of anything else code may expect it, and do something else then: look into a mapping, for a
   file or a table, with other rights. */
static bool is_never_planned(enum cause cause)
{
    return cause == CAUSE_OOM || cause == CAUSE_DISK_FULL || cause == CAUSE_LOCK_CONFLICT || cause == CAUSE_THROTTLING ||
           cause == CAUSE_DATA_CORRUPT || cause == CAUSE_SCHEMA;
}

static bool is_of(const struct finding *f, const char *id)
{
    return f->signature && !strcmp(f->signature->id, id);
}

/* Whether Airflow itself told the task's process to end, because its state is another by now. */
static bool told_to_end(const struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->findings.count; i++) {
        const struct finding *f = &q->findings.items[i];
        if (is_of(f, "airflow-state-set-from-outside") || is_of(f, "airflow-run-timed-out"))
            return true;
    }
    return false;
}

/* SIGTERM, and SIGKILL where that was not enough, are then what follows, and nobody is out of memory. */
static void forgive_signals(struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->findings.count; i++) {
        struct finding *f = &q->findings.items[i];
        if (is_of(f, "airflow-sigkill") || is_of(f, "airflow-sigterm"))
            f->weight = f->weight / 2;
    }
}

static void weigh_exception(const struct airflow_inquiry *q, struct finding *f)
{
    f->weight = f->weight + LAST_WORDS < LAST_WORDS_MAX ? f->weight + LAST_WORDS : LAST_WORDS_MAX;
    if (is_never_planned(f->signature->cause) && f->weight == LAST_WORDS_MAX && led_to_another(q, f->line))
        f->weight++;
}

/* What the task failed with stands in one record. A line there says more than one that was printed, and survived, before,
   and far more than one of a callback that failed afterwards. Of two exceptions there the last counts, unless it befell
   whoever tidied up after the first. */
static void weigh_last_words(struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->findings.count; i++) {
        struct finding *f = &q->findings.items[i];
        const struct log_line *record = f->signature ? record_of(q, f->line) : NULL;
        if (!record)
            continue;
        if (strstr(record->text, "Task failed with exception") || strstr(record->text, "Failed to execute job"))
            weigh_exception(q, f);
        else if (tells_of_aftermath(record->text))
            f->weight = f->weight / 2;
    }
    if (told_to_end(q))
        forgive_signals(q);
}

static void find_exception(struct airflow_inquiry *q)
{
    const struct log_lines *logs[AIRFLOW_STREAMS_MAX];
    for (size_t i = 0; i < q->source_count; i++)
        logs[i] = &q->sources[i].lines;
    json_put(q->answer.root, "exception", findings_exception(&q->findings, logs, q->source_count));
}

/* How many runs in a row went well before this one. */
static int successes_before(const struct airflow_inquiry *q)
{
    int n = 0;
    bool seen = false;
    size_t i;
    json_t *run;
    json_array_foreach(q->view.runs, i, run) {
        if (!strcmp(dag_run_id(run), dag_run_id(q->run)))
            seen = true;
        else if (seen && !dag_state_is(run, "success"))
            break;
        else
            n += seen;
    }
    return n;
}

/* Out of memory, disk or time at the one try it had, though it had gone well five times running: worth one more. */
static void judge_luck(struct airflow_inquiry *q)
{
    bool first_try = q->task && json_int(q->task, "try_number", 0) == 1 && !json_int(q->task, "max_tries", 0);
    if (q->run && first_try && cause_wants_resize(q->diagnosis.cause) && successes_before(q) >= 5)
        q->diagnosis.class = CLASS_TRANSIENT;
}

static void warn_lag(struct airflow_inquiry *q)
{
    int64_t ended = dag_time_ms(q->task, "end_date");
    if (q->diagnosis.cause == CAUSE_UNKNOWN && ended >= 0 && q->now_ms - ended < LAG_MS)
        envelope_warn(&q->answer, "logs_may_lag", "The task ended less than two minutes ago: its last log lines may still be on "
                                                  "their way. Look again in a minute");
}

/* A task that goes on, or went well, has lines that look like errors too: they decide nothing. */
static bool ended_badly(const struct airflow_inquiry *q)
{
    if (q->searched)
        return q->source_count > 0;
    return q->task && (dag_state_is(q->task, "failed") || dag_state_is(q->task, "up_for_retry") || q->attempt >= 0) &&
           !dag_state_is(q->task, "success");
}

void airflow_judge_task(struct airflow_inquiry *q)
{
    const char *id = q->task ? file_task(q) : NULL;
    if (!q->task && q->run && dag_state_is(q->run, "failed") && q->tasks.items)
        judge_run_alone(q);
    bool bad = ended_badly(q) || (q->run && dag_state_is(q->run, "failed") && !q->task);
    if (bad) {
        judge_silence(q, id);
        weigh_last_words(q);
        find_exception(q);
    }
    size_t left_out = findings_file(&q->findings, q->max_lines, &q->answer, bad ? &q->diagnosis : NULL);
    if (left_out)
        envelope_warn(&q->answer, "lines_left_out", "%zu more different error lines were found; raise max_lines", left_out);
    if (bad) {
        judge_luck(q);
        warn_lag(q);
        diagnosis_put(&q->diagnosis, &q->answer);
    }
}
