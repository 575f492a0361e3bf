/* What a task started or waited for elsewhere, by what its log says: the way on to the tool that looks there. The words are
   those of Amazon's provider for Airflow and of boto3. */
#include "tools/airflow/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/begin.h"
#include "tools/s3_path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz0123456789"
#define HEX "0123456789abcdefABCDEF"
#define VALUE_MAX 255

/* The latest of each that was seen. */
struct children {
    char *glue_job, *glue_run;
    char *cluster, *step;
    char *application, *serverless_run;
    char *virtual_cluster, *eks_run;
    char *query;
    char *dag;
    char *path;
    char *database, *table;
};

static void children_done(struct children *c)
{
    char *all[] = {c->glue_job, c->glue_run, c->cluster, c->step, c->application, c->serverless_run, c->virtual_cluster,
                   c->eks_run, c->query, c->dag, c->path, c->database, c->table};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        free(all[i]);
}

/* Replaces what is there, unless there is nothing new; takes `value` over. */
static void set(char **where, char *value)
{
    if (!value)
        return;
    free(*where);
    *where = value;
}

/* A word of its own that begins with `prefix` and goes on with `least` or more of `charset`. NULL when there is none. */
static char *shaped(const char *line, const char *prefix, const char *charset, size_t least)
{
    for (const char *p = line; (p = strstr(p, prefix)); p++) {
        size_t n = strspn(p + strlen(prefix), charset);
        bool starts = p == line || !strchr(WORD "-", p[-1]);
        bool ends = !p[strlen(prefix) + n] || !strchr(WORD "-", p[strlen(prefix) + n]);
        if (starts && ends && n >= least && n <= VALUE_MAX)
            return xstrndup(p, strlen(prefix) + n);
    }
    return NULL;
}

/* The word behind `marker`, without quotes and what ends a sentence. NULL when there is none. */
static char *word_after(const char *line, const char *marker)
{
    const char *p = strstr(line, marker);
    if (!p)
        return NULL;
    p += strlen(marker);
    p += strspn(p, " :='\"[");
    size_t n = strcspn(p, " '\",;)]}\t");
    while (n && (p[n - 1] == '.' || p[n - 1] == ':'))
        n--;
    return n && n <= VALUE_MAX ? xstrndup(p, n) : NULL;
}

static char *word_after_any(const char *line, const char *const *markers, size_t n)
{
    char *word = NULL;
    for (size_t i = 0; i < n && !word; i++)
        word = word_after(line, markers[i]);
    return word;
}

static bool has_any(const char *line, const char *a, const char *b)
{
    return strcasestr(line, a) || strcasestr(line, b);
}

static char *uuid_in(const char *line)
{
    static const size_t groups[] = {8, 4, 4, 4, 12};
    for (const char *p = line; *p; p++) {
        const char *q = p;
        size_t i = 0;
        while (i < ARRAY_LEN(groups) && strspn(q, HEX) == groups[i]) {
            q += groups[i++];
            if (i < ARRAY_LEN(groups) && *q++ != '-')
                break;
        }
        if (i == ARRAY_LEN(groups))
            return xstrndup(p, 36);
        p += strspn(p, HEX);
        if (!*p)
            break;
    }
    return NULL;
}

/* ".../gluestudio/home?region=eu-west-1#/job/load/run/jr_1" names both. */
static bool look_for_glue_url(const char *line, struct children *c)
{
    static const char job_key[] = "#/job/", run_key[] = "/run/";
    const char *job = strstr(line, job_key);
    const char *run = job ? strstr(job, run_key) : NULL;
    if (!run || run - job > VALUE_MAX)
        return false;
    job += sizeof job_key - 1;
    auto_buf struct buf name = BUF_INIT(VALUE_MAX + 1);
    text_percent_decode(job, (size_t)(run - job), false, &name);
    set(&c->glue_job, xstrdup(buf_text(&name)));
    set(&c->glue_run, shaped(run + sizeof run_key - 1, "jr_", WORD, 4));
    return true;
}

static void look_for_glue(const char *line, struct children *c)
{
    static const char *const names[] = {"Glue Job: ", "AWS Glue Job ", "Glue job: ", "job_name=", "JobName=", "'JobName'",
                                        "\"JobName\""};
    if (look_for_glue_url(line, c))
        return;
    set(&c->glue_run, shaped(line, "jr_", WORD, 4));
    if (has_any(line, "glue", "jr_"))
        set(&c->glue_job, word_after_any(line, names, ARRAY_LEN(names)));
}

static void look_for_emr(const char *line, struct children *c)
{
    static const char *const applications[] = {"application_id=", "applicationId=", "applicationId'", "application id",
                                               "application ID"};
    set(&c->cluster, shaped(line, "j-", UPPER, 9));
    set(&c->step, shaped(line, "s-", UPPER, 9));
    set(&c->serverless_run, word_after(line, "EMR serverless job started: "));
    set(&c->serverless_run, word_after(line, "EMR Serverless job started: "));
    if (strcasestr(line, "serverless"))
        set(&c->application, word_after_any(line, applications, ARRAY_LEN(applications)));
    char *eks = word_after(line, "virtual cluster id ");
    if (eks) {
        set(&c->virtual_cluster, eks);
        set(&c->eks_run, word_after(line, "Job Id "));
    }
}

static void look_for_query(const char *line, struct children *c)
{
    if (strcasestr(line, "query") && has_any(line, "execution", "athena"))
        set(&c->query, uuid_in(line));
}

/* ExternalTaskSensor and TriggerDagRunOperator. */
static void look_for_dag(const char *line, struct children *c)
{
    static const char *const names[] = {"external DAG ", "in DAG ", "in dag ", "for DAG ", "for dag "};
    bool waits = strstr(line, "Poking for") || strcasestr(line, "external");
    const char *states = strstr(line, " failed with failed states");
    if (waits)
        set(&c->dag, word_after_any(line, names, ARRAY_LEN(names)));
    if (states) {
        const char *p = states;
        while (p > line && strchr(WORD ".-", p[-1]))
            p--;
        set(&c->dag, p < states ? xstrndup(p, (size_t)(states - p)) : NULL);
    }
}

static void look_for_data(const char *line, struct children *c)
{
    const char *table = strstr(line, "Poking for table ");
    if (table) {
        table += strlen("Poking for table ");
        const char *dot = strchr(table, '.');
        if (dot) {
            set(&c->database, xstrndup(table, (size_t)(dot - table)));
            set(&c->table, word_after(dot, "."));
        }
    } else if (strstr(line, "Poking for key")) {
        set(&c->path, s3_path_in(line));
    }
}

static void look_into_lines(const struct log_lines *lines, struct children *c)
{
    for (size_t i = 0; i < lines->count; i++) {
        const char *line = lines->items[i].text;
        look_for_glue(line, c);
        look_for_emr(line, c);
        look_for_query(line, c);
        look_for_dag(line, c);
        look_for_data(line, c);
    }
}

/* What Airflow put into the operator's fields, where the log did not say it. */
static void look_into_fields(const json_t *fields, struct children *c)
{
    const struct {
        char **where;
        const char *key;
    } rows[] = {{&c->glue_job, "job_name"}, {&c->cluster, "job_flow_id"}, {&c->application, "application_id"},
                {&c->virtual_cluster, "virtual_cluster_id"}, {&c->dag, "external_dag_id"}, {&c->dag, "trigger_dag_id"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *value = json_str(fields, rows[i].key, "");
        if (!*rows[i].where && value[0] && strlen(value) <= VALUE_MAX && !strchr(value, '{'))
            set(rows[i].where, xstrdup(value));
    }
}

struct filing {
    struct airflow_inquiry *q;
    json_t *list;
};

/* Files one child: {type, ...arguments}, and the call that looks at it. Takes `arguments` over. */
static void file(struct filing *f, const char *type, const char *tool, json_t *arguments, const char *why)
{
    json_t *child = json_pack("{s:s}", "type", type);
    json_object_update(child, arguments);
    json_array_append_new(f->list, child);
    tool_where_on(f->q->call, arguments);
    envelope_link(&f->q->answer, tool, arguments, why);
}

static json_t *two(const char *key, const char *value, const char *key2, const char *value2)
{
    json_t *o = json_object();
    json_put_str(o, key, value);
    json_put_str(o, key2, value2);
    return o;
}

static bool wants_data(const struct airflow_inquiry *q)
{
    enum cause c = q->diagnosis.cause;
    return c == CAUSE_DATA_MISSING || c == CAUSE_DATA_EMPTY || c == CAUSE_DATA_LATE || c == CAUSE_DATA_CORRUPT;
}

static void file_data(struct filing *f, struct children *c)
{
    struct airflow_inquiry *q = f->q;
    for (int i = 0; !c->path && i < q->diagnosis.evidence_count; i++)
        set(&c->path, s3_path_in(envelope_evidence_text(&q->answer, q->diagnosis.evidence[i])));
    if (!wants_data(q))
        return;
    if (c->table)
        file(f, "table", "verify_source_data", two("database", c->database, "table_name", c->table),
             "the table this task waited for");
    else if (c->path)
        file(f, "s3_path", "verify_source_data", two("s3_path", c->path, "", NULL), "the path this task could not use");
}

static void file_dag(struct filing *f, const struct children *c)
{
    const struct airflow_inquiry *q = f->q;
    if (c->dag && (!q->dag_id || strcmp(c->dag, q->dag_id)))
        file(f, "dag", "get_mwaa_logs", two("environment_name", q->airflow.rest.environment, "dag_id", c->dag),
             "the DAG this task waited for");
}

void airflow_children(struct airflow_inquiry *q)
{
    struct children c = {0};
    for (size_t i = 0; i < q->source_count; i++)
        look_into_lines(&q->sources[i].lines, &c);
    look_into_fields(json_obj(q->task, "rendered_fields"), &c);
    struct filing f = {q, json_array()};
    if (c.glue_run && !c.glue_job)
        envelope_warn(&q->answer, "glue_job_unknown", "The log names the Glue run %s, but not its job", c.glue_run);
    if (c.glue_job && (c.glue_run || !q->task || strstr(json_str(q->task, "operator", ""), "Glue")))
        file(&f, "glue_run", "get_glue_logs", two("job_name", c.glue_job, "run_id", c.glue_run), "the Glue run this task started");
    if (c.cluster)
        file(&f, "emr_step", "get_emr_logs", two("cluster_id", c.cluster, "step_id", c.step), "the EMR step this task started");
    if (c.application && c.serverless_run)
        file(&f, "emr_serverless_run", "get_emr_logs", two("application_id", c.application, "job_run_id", c.serverless_run),
             "the EMR Serverless run this task started");
    if (c.virtual_cluster && c.eks_run)
        file(&f, "emr_eks_run", "get_emr_logs", two("virtual_cluster_id", c.virtual_cluster, "job_run_id", c.eks_run),
             "the EMR on EKS run this task started");
    if (c.query)
        file(&f, "athena_query", "get_athena_query", two("query_execution_id", c.query, "", NULL),
             "the Athena query this task started");
    file_dag(&f, &c);
    file_data(&f, &c);
    envelope_put(&q->answer, "children", f.list);
    children_done(&c);
}
