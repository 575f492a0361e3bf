#include "tools/suggest_lists.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/rest.h"
#include "tools/servicenow/rca_kept.h"

#include <string.h>

#define PAGES_MAX 10

/* Which members of a page hold names: `items` an array of strings, or of objects with the string `name`. */
struct members {
    const char *items, *name;
};

struct taking {
    const struct members *members;
    size_t count;
    json_t *names;
};

static void take_items(const json_t *items, const char *name, json_t *names)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item) {
        json_t *value = name ? json_object_get(item, name) : item;
        if (json_is_string(value))
            json_array_append(names, value);
    }
}

static int take_page(const json_t *page, void *ctx)
{
    struct taking *t = ctx;
    for (size_t i = 0; i < t->count; i++)
        take_items(json_arr(page, t->members[i].items), t->members[i].name, t->names);
    return 0;
}

/* What cannot be listed is not suggested. Takes `input` over. */
static void list_pages(struct aws_session *s, const struct aws_operation *op, json_t *input, const struct members *m, size_t n,
                       json_t *names)
{
    struct taking t = {.members = m, .count = n, .names = names};
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    aws_each_page(s, op, input, PAGES_MAX, take_page, &t, &next, &f);
    json_decref(input);
}

static void read_jobs(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"JobNames", NULL}};
    list_pages(s, &aws_glue_list_jobs, json_pack("{s:i}", "MaxResults", 1000), m, 1, names);
}

static void read_databases(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"DatabaseList", "Name"}};
    json_t *in = json_pack("{s:i, s:[s]}", "MaxResults", 100, "AttributesToGet", "NAME");
    list_pages(s, &aws_glue_get_databases, in, m, 1, names);
}

static void read_tables(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)value;
    static const struct members m[] = {{"TableList", "Name"}};
    json_t *in = json_pack("{s:s, s:i, s:[s]}", "DatabaseName", json_str(call->arguments, "database", ""), "MaxResults", 100,
                           "AttributesToGet", "NAME");
    list_pages(s, &aws_glue_get_tables, in, m, 1, names);
}

static void read_environments(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"Environments", NULL}};
    list_pages(s, &aws_mwaa_list_environments, json_pack("{s:i}", "MaxResults", 25), m, 1, names);
}

/* Airflow looks for ids that contain what was typed; both of its APIs have the list under this path. */
static void read_dags(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    struct rest r = {.environment = json_str(call->arguments, "environment_name", ""), .api = 1};
    auto_rest_call struct rest_call c = {0};
    json_t *query = json_pack("{s:i}", "limit", REST_PAGE);
    json_put_str(query, "dag_id_pattern", *value ? value : NULL);
    rest_get(&c, xstrdup("/dags"), query);
    rest_send(&r, s, &c, 1);
    take_items(json_arr(c.reply, "dags"), "dag_id", names);
}

static void read_work_groups(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"WorkGroups", "Name"}};
    list_pages(s, &aws_athena_list_work_groups, json_pack("{s:i}", "MaxResults", 50), m, 1, names);
}

static void read_alarms(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call;
    static const struct members m[] = {{"MetricAlarms", "AlarmName"}, {"CompositeAlarms", "AlarmName"}};
    json_t *in = json_pack("{s:i, s:[s, s]}", "MaxRecords", 100, "AlarmTypes", "MetricAlarm", "CompositeAlarm");
    json_put_str(in, "AlarmNamePrefix", *value ? value : NULL);
    list_pages(s, &aws_cloudwatch_describe_alarms, in, m, ARRAY_LEN(m), names);
}

static void read_clusters(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"ClusterInfoList", "ClusterArn"}};
    list_pages(s, &aws_kafka_list_clusters_v2, json_object(), m, 1, names);
}

static void read_buckets(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    static const struct members m[] = {{"Buckets", "Name"}};
    list_pages(s, &aws_s3_list_buckets, json_pack("{s:i}", "MaxBuckets", 1000), m, 1, names);
}

/* "arn:aws:lambda:eu-west-1:123456789012:function:orders[:live]": what stands behind function. */
static const char *function_of(const char *arn)
{
    const char *name = strstr(arn, ":function:");
    return name ? name + strlen(":function:") : arn;
}

/* Of all mappings those to Kafka: MSK's have the cluster's ARN, others say which brokers. */
static int take_consumers(const json_t *page, void *names)
{
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(page, "EventSourceMappings"), i, m)
        if (strstr(json_str(m, "EventSourceArn", ""), ":kafka:") || json_obj(m, "SelfManagedEventSource"))
            json_array_append_new(names, json_string(function_of(json_str(m, "FunctionArn", ""))));
    return 0;
}

static void read_consumers(const struct tool_call *call, struct aws_session *s, const char *value, json_t *names)
{
    (void)call, (void)value;
    json_auto_t *in = json_pack("{s:i}", "MaxItems", 100);
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    aws_each_page(s, &aws_lambda_list_event_source_mappings, in, PAGES_MAX, take_consumers, names, &next, &f);
}

static const struct list lists[] = {
    {.argument = "bucket_name", .read = read_buckets},
    {.argument = "consumer_function", .read = read_consumers},
    {.argument = "job_name", .read = read_jobs},
    {.argument = "database", .read = read_databases},
    {.argument = "table_name", .needs = "database", .read = read_tables},
    {.argument = "environment_name", .read = read_environments},
    {.argument = "dag_id", .needs = "environment_name", .by_prefix = true, .read = read_dags},
    {.argument = "workgroup", .read = read_work_groups},
    {.argument = "alarm_name", .by_prefix = true, .read = read_alarms},
    {.argument = "cluster_arn", .read = read_clusters},
    {.argument = "number", .by_prefix = true, .read = rca_kept_numbers},
};

const struct list *list_for(const char *argument)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (!strcmp(lists[i].argument, argument))
            return &lists[i];
    return NULL;
}
