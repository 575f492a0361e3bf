/* What Airflow and MWAA say of themselves: files that cannot be read, parts that are unwell, an update that failed. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>
#include <strings.h>

#define IMPORTS_SHOWN 5

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

/* Whether a file is called like the DAG: "orders.py" and "orders_daily". Which file holds a DAG that was never read nobody
   knows. */
static bool named_like(const char *file, const char *dag_id)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    size_t n = strcspn(name, ".");
    size_t m = strlen(dag_id);
    return n >= 3 && m >= 3 && !strncasecmp(name, dag_id, n < m ? n : m);
}

static void judge_import(struct airflow_inquiry *q, const json_t *o, bool sure)
{
    const char *trace = json_str(o, "stack_trace", "");
    size_t n;
    const char *last = last_line(trace, &n);
    auto_free char *text = xasprintf("Import error in %s: %.*s", json_str(o, "filename", "?"), (int)n, last);
    json_t *where = json_pack("{s:s, s:s}", "field", "importErrors", "file", json_str(o, "filename", "?"));
    const char *id = airflow_file_fact(q, "airflow", where, dag_time_ms(o, "timestamp"), true, text);
    if (!q->run && !sure && q->dag_id && !named_like(json_str(o, "filename", ""), q->dag_id))
        return; /* shown, and not blamed */
    const struct signature *s = signatures_match("airflow", last, n);
    int weight = s ? s->weight : 90;
    /* what broke the file today need not be what the run failed for */
    weight -= q->run ? 35 : sure ? 0 : 25;
    airflow_add_clue(q, s ? s->cause : CAUSE_CODE_ERROR, s ? s->id : "rule:import_error", weight, id);
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

static void judge_update(struct airflow_inquiry *q)
{
    const json_t *update = json_obj(q->airflow.environment, "LastUpdate");
    const json_t *error = json_obj(update, "Error");
    if (strcmp(json_str(update, "Status", ""), "FAILED"))
        return;
    auto_free char *text = xasprintf("Last update failed: %s: %s", json_str(error, "ErrorCode", "unknown"),
                                     json_str(error, "ErrorMessage", "no message"));
    const char *id =
        airflow_file_fact(q, "mwaa", json_pack("{s:s}", "field", "LastUpdate"), aws_time_ms(update, "CreatedAt"), true, text);
    bool stands = !strcmp(airflow_status(&q->airflow), "UPDATE_FAILED");
    if (stands || !airflow_is_usable(&q->airflow))
        airflow_add_clue(q, CAUSE_CONFIG, "rule:last_update", 80, id);
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
        const char *id = airflow_file_fact(q, "airflow", where, -1, true, text);
        if (!q->run)
            airflow_add_clue(q, CAUSE_SERVICE_FAULT, "rule:unhealthy", 75, id);
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
    const char *id = airflow_file_fact(q, "mwaa", json_pack("{s:s}", "field", "Status"), -1, !changing, text);
    if (q->run || !strcmp(status, "UPDATE_FAILED"))
        return;
    airflow_add_clue(q, CAUSE_SERVICE_FAULT, "rule:environment_status", 76, id);
    if (q->diagnosis.cause == CAUSE_SERVICE_FAULT && !changing)
        q->diagnosis.class = CLASS_NEEDS_HUMAN; /* nothing brings it back by itself */
}
