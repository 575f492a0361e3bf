/* What an alarm is about, read from namespace and dimensions, and which tool looks there. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/begin.h"

#include <string.h>

/* `space` NULL: any namespace, also one of the alarm's owner. */
static const struct subject {
    const char *space, *dimension, *type;
} subjects[] = {
    {NULL, "JobName", "glue_job"},
    {"Glue", "JobRunId", "glue_run"},
    {"AWS/S3", "BucketName", "s3_bucket"},
    {"AWS/ElasticMapReduce", "JobFlowId", "emr_cluster"},
    {"AWS/ElasticMapReduce", "ClusterId", "emr_cluster"},
    {"AWS/EMRServerless", "ApplicationId", "emr_serverless_application"},
    {"AmazonMWAA", "Environment", "mwaa_environment"},
    {"AmazonMWAA", "DAG", "airflow_dag"},
    {"AWS/MWAA", "Environment", "mwaa_environment"},
    {"AWS/Kafka", "Cluster Name", "msk_cluster"},
    {"AWS/Kafka", "Consumer Group", "kafka_consumer_group"},
    {"AWS/Kafka", "Topic", "kafka_topic"},
    {"AWS/Lambda", "FunctionName", "lambda_function"},
    {"AWS/Athena", "WorkGroup", "athena_workgroup"},
    {"AWS/States", "StateMachineArn", "state_machine"},
    {"AWS/SQS", "QueueName", "sqs_queue"},
};

static const struct subject *subject_of(const char *space, const char *dimension)
{
    for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
        bool fits = subjects[i].space ? !strcmp(subjects[i].space, space)
                                      : !text_starts(space, "AWS/") || !strcmp(space, "AWS/Glue");
        if (fits && !strcmp(subjects[i].dimension, dimension))
            return &subjects[i];
    }
    return NULL;
}

static void add_subject(json_t *out, const char *type, const char *id)
{
    size_t i;
    json_t *o;
    json_array_foreach(out, i, o) {
        if (!strcmp(json_str(o, "type", ""), type) && !strcmp(json_str(o, "id", ""), id))
            return;
    }
    json_array_append_new(out, json_pack("{s:s, s:s}", "type", type, "id", id));
}

static void add_metric(json_t *out, const json_t *metric)
{
    const char *space = json_str(metric, "Namespace", "");
    size_t i;
    json_t *d;
    json_array_foreach(json_arr(metric, "Dimensions"), i, d) {
        const struct subject *s = subject_of(space, json_str(d, "Name", ""));
        const char *id = json_str(d, "Value", "");
        if (s && id[0] && strcmp(id, "ALL")) /* Glue's sum over all runs */
            add_subject(out, s->type, id);
    }
}

json_t *alarm_subjects(const json_t *alarm)
{
    json_t *out = json_array();
    add_metric(out, alarm);
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(alarm, "Metrics"), i, m)
        add_metric(out, json_obj(json_obj(m, "MetricStat"), "Metric"));
    return out;
}

static const char *subject_id(const json_t *list, const char *type)
{
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o) {
        if (!strcmp(json_str(o, "type", ""), type))
            return json_str(o, "id", "");
    }
    return NULL;
}

/* One call that leads on, in the alarm's region and account. `arguments` is taken over. */
static void link(struct alarm_inquiry *q, const char *tool, json_t *arguments, const char *why)
{
    tool_where_on(q->call, arguments);
    envelope_link(&q->answer, tool, arguments, why);
}

static void link_glue(struct alarm_inquiry *q, const json_t *about)
{
    const char *job = subject_id(about, "glue_job"), *run = subject_id(about, "glue_run");
    if (!job || strlen(job) > 255)
        return;
    json_t *args = json_pack("{s:s}", "job_name", job);
    json_put_str(args, "run_id", run && text_starts(run, "jr_") ? run : NULL);
    link(q, "get_glue_logs", args, "the alarm watches this Glue job");
}

static void link_airflow(struct alarm_inquiry *q, const json_t *about)
{
    const char *environment = subject_id(about, "mwaa_environment"), *dag = subject_id(about, "airflow_dag");
    if (!environment)
        return;
    json_t *args = json_pack("{s:s}", "environment_name", environment);
    json_put_str(args, "dag_id", dag);
    link(q, "get_mwaa_logs", args, dag ? "the alarm watches this DAG" : "the alarm watches this environment");
}

/* A consumer's lag is watched under cluster, group and topic, or under the function, whose other metrics say nothing of Kafka. */
static void link_kafka(struct alarm_inquiry *q, const json_t *alarm, const json_t *about)
{
    const char *cluster = subject_id(about, "msk_cluster"), *function = subject_id(about, "lambda_function");
    json_t *args = json_object();
    if (cluster) {
        json_put_str(args, "cluster_arn", cluster);
        json_put_str(args, "group", subject_id(about, "kafka_consumer_group"));
        json_put_str(args, "topic", subject_id(about, "kafka_topic"));
        link(q, "retry_kafka", args, "the alarm watches this cluster");
    } else if (function && text_ends(json_str(alarm, "MetricName", ""), "OffsetLag")) {
        json_put_str(args, "consumer_function", function);
        link(q, "retry_kafka", args, "the alarm watches how far this function lags behind");
    } else {
        json_decref(args);
    }
}

/* How much lies in a bucket is one question, what is asked of it another: request metrics count the latter. */
static void link_bucket(struct alarm_inquiry *q, const json_t *alarm, const char *bucket)
{
    const char *metric = json_str(alarm, "MetricName", "");
    auto_free char *path = xasprintf("s3://%s/", bucket);
    if (strstr(metric, "Errors") || strstr(metric, "Requests") || strstr(metric, "Latency"))
        link(q, "get_s3_logs", json_pack("{s:s}", "bucket_name", bucket), "the alarm counts requests to this bucket");
    link(q, "verify_source_data", json_pack("{s:s}", "s3_path", path), "the alarm watches this bucket");
}

static void link_alarm(struct alarm_inquiry *q, const json_t *alarm)
{
    json_auto_t *about = alarm_subjects(alarm);
    const char *bucket = subject_id(about, "s3_bucket"), *cluster = subject_id(about, "emr_cluster");
    const char *workgroup = subject_id(about, "athena_workgroup");
    link_glue(q, about);
    link_airflow(q, about);
    link_kafka(q, alarm, about);
    if (cluster)
        link(q, "get_emr_logs", json_pack("{s:s}", "cluster_id", cluster), "the alarm watches this cluster");
    if (workgroup)
        link(q, "get_athena_query", json_pack("{s:s}", "workgroup", workgroup), "the alarm watches this work group");
    if (bucket)
        link_bucket(q, alarm, bucket);
}

void alarm_links(struct alarm_inquiry *q)
{
    envelope_put(&q->answer, "links", json_array());
    for (size_t i = 0; i < q->detail_count; i++)
        link_alarm(q, q->details[i].alarm);
}
