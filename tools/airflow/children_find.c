/* Finding, in what a task logged, the things it started or waited for elsewhere. The words are those of Amazon's provider for
   Airflow and of boto3. */
#include "tools/airflow/children.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/logs/mention.h"
#include "tools/s3_path.h"

#include <stdlib.h>
#include <string.h>

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

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

static bool has_any(const char *line, const char *a, const char *b)
{
    return strcasestr(line, a) || strcasestr(line, b);
}

/* ".../gluestudio/home?region=eu-west-1#/job/load/run/jr_1" names both. */
static bool look_for_glue_url(const char *line, struct children *c)
{
    static const char job_key[] = "#/job/", run_key[] = "/run/";
    const char *job = strstr(line, job_key);
    const char *run = job ? strstr(job, run_key) : NULL;
    if (!run || run - job > MENTION_MAX)
        return false;
    job += sizeof job_key - 1;
    auto_buf struct buf name = BUF_INIT(MENTION_MAX + 1);
    text_percent_decode(job, (size_t)(run - job), false, &name);
    children_set(&c->glue_job, xstrdup(buf_text(&name)));
    children_set(&c->glue_run, mention_glue_run(run + sizeof run_key - 1));
    return true;
}

static void look_for_glue(const char *line, struct children *c)
{
    if (look_for_glue_url(line, c))
        return;
    children_set(&c->glue_run, mention_glue_run(line));
    if (has_any(line, "glue", "jr_"))
        children_set(&c->glue_job, mention_glue_job(line));
}

static void look_for_emr(const char *line, struct children *c)
{
    static const char *const applications[] = {"application_id=", "applicationId=", "applicationId'", "application id",
                                               "application ID"};
    children_set(&c->cluster, mention_shaped(line, "j-", UPPER, 9));
    children_set(&c->step, mention_shaped(line, "s-", UPPER, 9));
    children_set(&c->serverless_run, mention_after(line, "EMR serverless job started: "));
    children_set(&c->serverless_run, mention_after(line, "EMR Serverless job started: "));
    children_set(&c->application, mention_after(line, "Starting job on Application: "));
    if (strcasestr(line, "serverless"))
        children_set(&c->application, mention_after_any(line, applications, ARRAY_LEN(applications)));
    char *eks = mention_after(line, "virtual cluster id ");
    if (eks) {
        children_set(&c->virtual_cluster, eks);
        children_set(&c->eks_run, mention_after(line, "Job Id "));
    }
}

/* ExternalTaskSensor and TriggerDagRunOperator. */
static void look_for_dag(const char *line, struct children *c)
{
    static const char *const names[] = {"external DAG ", "in DAG ", "in dag ", "for DAG ", "for dag "};
    bool waits = strstr(line, "Poking for") || strcasestr(line, "external");
    const char *states = strstr(line, " failed with failed states");
    if (waits)
        children_set(&c->dag, mention_after_any(line, names, ARRAY_LEN(names)));
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
            children_set(&c->table, mention_after(dot, "."));
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
        children_set(&c->query, mention_query(line));
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
        if (!*rows[i].where && value[0] && strlen(value) <= MENTION_MAX && !strchr(value, '{'))
            children_set(rows[i].where, xstrdup(value));
    }
}
