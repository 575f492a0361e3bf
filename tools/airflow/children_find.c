/* Finding, in what a task logged, the things it started or waited for elsewhere. The words are those of Amazon's provider for
   Airflow and of boto3. */
#include "tools/airflow/children.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/s3_path.h"

#include <stdlib.h>
#include <string.h>

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz0123456789"
#define VALUE_MAX 255

void children_done(struct children *c)
{
    char *all[] = {c->glue_job, c->glue_run, c->cluster, c->step, c->application, c->serverless_run, c->virtual_cluster,
                   c->eks_run, c->query, c->dag, c->path, c->database, c->table};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        free(all[i]);
}

void children_set(char **where, char *value)
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

static char *uuid_of(const char *line)
{
    const char *uuid = text_uuid_in(line);
    return uuid ? xstrndup(uuid, TEXT_UUID_LEN) : NULL;
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
    children_set(&c->glue_job, xstrdup(buf_text(&name)));
    children_set(&c->glue_run, shaped(run + sizeof run_key - 1, "jr_", WORD, 4));
    return true;
}

static void look_for_glue(const char *line, struct children *c)
{
    static const char *const names[] = {"Glue Job: ", "AWS Glue Job ", "Glue job: ", "job_name=", "JobName=", "'JobName'",
                                        "\"JobName\""};
    if (look_for_glue_url(line, c))
        return;
    children_set(&c->glue_run, shaped(line, "jr_", WORD, 4));
    if (has_any(line, "glue", "jr_"))
        children_set(&c->glue_job, word_after_any(line, names, ARRAY_LEN(names)));
}

static void look_for_emr(const char *line, struct children *c)
{
    static const char *const applications[] = {"application_id=", "applicationId=", "applicationId'", "application id",
                                               "application ID"};
    children_set(&c->cluster, shaped(line, "j-", UPPER, 9));
    children_set(&c->step, shaped(line, "s-", UPPER, 9));
    children_set(&c->serverless_run, word_after(line, "EMR serverless job started: "));
    children_set(&c->serverless_run, word_after(line, "EMR Serverless job started: "));
    children_set(&c->application, word_after(line, "Starting job on Application: "));
    if (strcasestr(line, "serverless"))
        children_set(&c->application, word_after_any(line, applications, ARRAY_LEN(applications)));
    char *eks = word_after(line, "virtual cluster id ");
    if (eks) {
        children_set(&c->virtual_cluster, eks);
        children_set(&c->eks_run, word_after(line, "Job Id "));
    }
}

static void look_for_query(const char *line, struct children *c)
{
    if (strcasestr(line, "query") && has_any(line, "execution", "athena"))
        children_set(&c->query, uuid_of(line));
}

/* ExternalTaskSensor and TriggerDagRunOperator. */
static void look_for_dag(const char *line, struct children *c)
{
    static const char *const names[] = {"external DAG ", "in DAG ", "in dag ", "for DAG ", "for dag "};
    bool waits = strstr(line, "Poking for") || strcasestr(line, "external");
    const char *states = strstr(line, " failed with failed states");
    if (waits)
        children_set(&c->dag, word_after_any(line, names, ARRAY_LEN(names)));
    if (states) {
        const char *p = states;
        while (p > line && strchr(WORD ".-", p[-1]))
            p--;
        children_set(&c->dag, p < states ? xstrndup(p, (size_t)(states - p)) : NULL);
    }
}

static void look_for_data(const char *line, struct children *c)
{
    const char *table = strstr(line, "Poking for table ");
    if (table) {
        table += strlen("Poking for table ");
        const char *dot = strchr(table, '.');
        if (dot) {
            children_set(&c->database, xstrndup(table, (size_t)(dot - table)));
            children_set(&c->table, word_after(dot, "."));
        }
    } else if (strstr(line, "Poking for key")) {
        children_set(&c->path, s3_path_in(line));
    }
}

void children_in_lines(const struct log_lines *lines, struct children *c)
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

void children_in_fields(const json_t *fields, struct children *c)
{
    const struct {
        char **where;
        const char *key;
    } rows[] = {{&c->glue_job, "job_name"}, {&c->cluster, "job_flow_id"}, {&c->application, "application_id"},
                {&c->virtual_cluster, "virtual_cluster_id"}, {&c->dag, "external_dag_id"}, {&c->dag, "trigger_dag_id"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *value = json_str(fields, rows[i].key, "");
        if (!*rows[i].where && value[0] && strlen(value) <= VALUE_MAX && !strchr(value, '{'))
            children_set(rows[i].where, xstrdup(value));
    }
}
