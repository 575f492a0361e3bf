/* What a task started or waited for elsewhere, as calls of the tools that look there. */
#include "tools/airflow/children.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/inquiry.h"
#include "tools/begin.h"
#include "tools/s3_path.h"

#include <string.h>

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

static void file_data(struct filing *f, struct children *c)
{
    struct airflow_inquiry *q = f->q;
    for (int i = 0; !c->path && i < q->diagnosis.evidence_count; i++)
        children_set(&c->path, s3_path_in(envelope_evidence_text(&q->answer, q->diagnosis.evidence[i])));
    if (!cause_is_of_data(q->diagnosis.cause))
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
        children_in_lines(&q->sources[i].lines, &c);
    children_in_fields(json_obj(q->task, "rendered_fields"), &c);
    struct filing f = {q, json_array()};
    if (c.glue_run && !c.glue_job)
        envelope_warn(&q->answer, "glue_job_unknown", "The log names the Glue run %s, but not its job", c.glue_run);
    if (c.glue_job && (c.glue_run || !q->task || strstr(json_str(q->task, "operator", ""), "Glue")))
        file(&f, "glue_run", "get_glue_logs", two("job_name", c.glue_job, "run_id", c.glue_run),
             "the Glue run this task started");
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
