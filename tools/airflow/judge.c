/* From what Airflow says and what the logs say to why it failed. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

#define LAG_MS (2 * 60 * 1000)
#define IMPORTS_SHOWN 5
#define LAST_WORDS 15 /* weight */

/* Files something Airflow or MWAA says about itself. `where` is taken over. */
static const char *file_fact(struct airflow_inquiry *q, const char *source, json_t *where, int64_t ts_ms, bool bad,
                             const char *text)
{
    struct evidence item = {.source = source, .locator = where, .ts_ms = ts_ms, .severity = bad ? "error" : "info",
                            .text = text};
    return envelope_evidence(&q->answer, &item);
}

static void add_clue(struct airflow_inquiry *q, enum cause cause, const char *rule, int weight, const char *id)
{
    struct clue c = {cause, rule, weight, id};
    diagnosis_add(&q->diagnosis, &c);
}

/* --- A task --- */

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
    return file_fact(q, "airflow", where, dag_time_ms(t, "end_date"), dag_state_is(t, "failed"), text);
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
        add_clue(q, CAUSE_ZOMBIE, "rule:no_log", 55, id);
}

/* A run that fails while none of its tasks did was ended from outside: by its own timeout, or by somebody. */
static void judge_run_alone(struct airflow_inquiry *q)
{
    int skipped = tasks_count(&q->tasks, "skipped");
    auto_free char *text = xasprintf("Run is %s, and none of its %d tasks failed (%d skipped, %d without a state)",
                                     dag_state(q->run), q->tasks.total, skipped, tasks_count(&q->tasks, "none"));
    json_t *where = json_pack("{s:s, s:s, s:s}", "dag_id", q->dag_id, "run_id", dag_run_id(q->run), "field", "state");
    file_fact(q, "airflow", where, dag_time_ms(q->run, "end_date"), true, text);
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

/* The line that begins the record `line` belongs to; NULL when it is of none of the logs. */
static const struct log_line *record_of(const struct airflow_inquiry *q, const struct log_line *line)
{
    for (size_t k = 0; k < q->source_count; k++) {
        const struct log_line *first = q->sources[k].lines.items;
        if (!first || line < first || line >= first + q->sources[k].lines.count)
            continue;
        while (line > first && !begins_record(line))
            line--;
        return line;
    }
    return NULL;
}

static bool is_of(const struct finding *f, const char *id)
{
    return f->signature && !strcmp(f->signature->id, id);
}

/* Whether Airflow itself told the task's process to end, because its state is another by now. */
static bool told_to_end(const struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->findings.count; i++) {
        if (is_of(&q->findings.items[i], "airflow-state-set-from-outside"))
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

/* What the task failed with stands in one record. A line there says more than one that was printed, and survived, before,
   and far more than one of a callback that failed afterwards. */
static void weigh_last_words(struct airflow_inquiry *q)
{
    for (size_t i = 0; i < q->findings.count; i++) {
        struct finding *f = &q->findings.items[i];
        const struct log_line *record = f->signature ? record_of(q, f->line) : NULL;
        if (!record)
            continue;
        if (strstr(record->text, "Task failed with exception") || strstr(record->text, "Failed to execute job"))
            f->weight = f->weight + LAST_WORDS < 97 ? f->weight + LAST_WORDS : 97;
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

/* --- Files Airflow cannot read --- */

/* The last line of a Python trace names the error. */
static const char *last_line(const char *trace, size_t *n)
{
    size_t len = strlen(trace);
    while (len && strchr("\n\r \t", trace[len - 1]))
        len--;
    const char *start = trace;
    for (size_t i = 0; i < len; i++) {
        if (trace[i] == '\n')
            start = trace + i + 1;
    }
    *n = len - (size_t)(start - trace);
    return start;
}

static void judge_import(struct airflow_inquiry *q, const json_t *o, bool sure)
{
    const char *trace = json_str(o, "stack_trace", "");
    size_t n;
    const char *last = last_line(trace, &n);
    auto_free char *text = xasprintf("Import error in %s: %.*s", json_str(o, "filename", "?"), (int)n, last);
    json_t *where = json_pack("{s:s, s:s}", "field", "importErrors", "file", json_str(o, "filename", "?"));
    const char *id = file_fact(q, "airflow", where, dag_time_ms(o, "timestamp"), true, text);
    const struct signature *s = signatures_match("airflow", last, n);
    int weight = s ? s->weight : 90;
    /* what broke the file today need not be what the run failed for */
    weight -= q->run ? 35 : sure ? 0 : 25;
    add_clue(q, s ? s->cause : CAUSE_CODE_ERROR, s ? s->id : "rule:import_error", weight, id);
}

void airflow_judge_imports(struct airflow_inquiry *q)
{
    bool sure;
    json_auto_t *ours = dag_import_errors(&q->view, &sure);
    size_t i;
    json_t *o;
    json_array_foreach(ours, i, o) {
        if (i < IMPORTS_SHOWN)
            judge_import(q, o, sure);
    }
}

/* --- The environment --- */

static void judge_update(struct airflow_inquiry *q)
{
    const json_t *update = json_obj(q->airflow.environment, "LastUpdate");
    const json_t *error = json_obj(update, "Error");
    if (strcmp(json_str(update, "Status", ""), "FAILED"))
        return;
    auto_free char *text = xasprintf("Last update failed: %s: %s", json_str(error, "ErrorCode", "unknown"),
                                     json_str(error, "ErrorMessage", "no message"));
    const char *id =
        file_fact(q, "mwaa", json_pack("{s:s}", "field", "LastUpdate"), aws_time_ms(update, "CreatedAt"), true, text);
    bool stands = !strcmp(airflow_status(&q->airflow), "UPDATE_FAILED");
    if (stands || !airflow_is_usable(&q->airflow))
        add_clue(q, CAUSE_CONFIG, "rule:last_update", 80, id);
}

static void judge_health(struct airflow_inquiry *q)
{
    const char *name;
    json_t *part;
    json_object_foreach(q->view.health, name, part) {
        const char *status = json_str(part, "status", NULL);
        if (!status || !strcmp(status, "healthy"))
            continue;
        auto_free char *text = xasprintf("The %s is %s", name, status);
        json_t *where = json_pack("{s:s, s:s}", "field", "health", "component", name);
        const char *id = file_fact(q, "airflow", where, -1, true, text);
        if (!q->run)
            add_clue(q, CAUSE_SERVICE_FAULT, "rule:unhealthy", 75, id);
    }
}

void airflow_judge_environment(struct airflow_inquiry *q)
{
    const char *status = airflow_status(&q->airflow);
    judge_update(q);
    judge_health(q);
    if (!strcmp(status, "AVAILABLE"))
        return;
    auto_free char *text = xasprintf("The environment is %s", status);
    bool changing = airflow_is_changing(&q->airflow);
    const char *id = file_fact(q, "mwaa", json_pack("{s:s}", "field", "Status"), -1, !changing, text);
    if (q->run || !strcmp(status, "UPDATE_FAILED"))
        return;
    add_clue(q, CAUSE_SERVICE_FAULT, "rule:environment_status", 76, id);
    if (q->diagnosis.cause == CAUSE_SERVICE_FAULT && !changing)
        q->diagnosis.class = CLASS_NEEDS_HUMAN; /* nothing brings it back by itself */
}
