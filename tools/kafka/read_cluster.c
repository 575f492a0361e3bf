/* Reading the cluster without touching its brokers: MSK's control plane, and CloudWatch. */
#include "tools/kafka/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <stdlib.h>
#include <string.h>

#define TOPIC_PAGES_MAX 10 /* of 100 topics */

enum { ITEM_METRICS, ITEM_CLUSTER, ITEM_BOOTSTRAP, ITEM_PARTITIONS, ITEM_COUNT };

static const char *const sources[ITEM_COUNT] = {"cloudwatch:GetMetricData", "kafka:DescribeClusterV2",
                                                "kafka:GetBootstrapBrokers", "kafka:DescribeTopicPartitions"};

static void file_source(struct kafka_inquiry *q, const char *name, const struct aws_item *item, int64_t found, bool complete)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), name);
    if (item->output)
        coverage_read(source, 1, found, 0, complete);
    else if (item->fault.err.kind == ERR_NOT_FOUND)
        coverage_absent(source);
    else
        coverage_fault(source, &item->fault);
}

static void take_metrics(struct kafka_inquiry *q, const struct aws_item *item)
{
    int64_t points = 0;
    if (item->output)
        kafka_metrics_take(&q->metrics, item->output);
    for (size_t i = 0; i < METRIC_COUNT; i++)
        points += q->metrics.series[i].points;
    file_source(q, sources[ITEM_METRICS], item, points, !json_str(item->output, "NextToken", NULL));
    envelope_window(&q->answer, q->metrics.from_ms, q->metrics.to_ms, "default");
}

struct search {
    const char *name;
    char *arn; /* found */
    int64_t clusters;
};

static int match_cluster(const json_t *page, void *ctx)
{
    struct search *s = ctx;
    size_t i;
    json_t *c;
    json_array_foreach(json_arr(page, "ClusterInfoList"), i, c) {
        s->clusters++;
        if (!s->arn && !strcmp(json_str(c, "ClusterName", ""), s->name))
            s->arn = xstrdup(json_str(c, "ClusterArn", ""));
    }
    return s->arn ? 1 : 0;
}

int kafka_find_cluster(struct kafka_inquiry *q, struct tool_answer *out)
{
    const char *name = q->ask.cluster_called;
    if (!name)
        return 0;
    json_t *source = coverage_source(envelope_sources(&q->answer), "kafka:ListClustersV2");
    json_auto_t *in = json_pack("{s:s, s:i}", "ClusterNameFilter", name, "MaxResults", 100);
    struct search s = {.name = name};
    struct aws_fault f = {0};
    char *next = NULL;
    int pages = aws_each_page(q->session, &aws_kafka_list_clusters_v2, in, TOPIC_PAGES_MAX, match_cluster, &s, &next, &f);
    free(next);
    q->cluster_found = s.arn;
    q->ask.cluster_arn = s.arn;
    auto_free char *what = xasprintf("find the MSK cluster \"%s\"", name);
    if (pages < 0)
        return failure_aws(out, &aws_kafka_list_clusters_v2, &f, what, "Give its ARN.");
    coverage_read(source, pages, s.clusters, 0, true);
    return s.arn ? 0
                 : failure_say(out,
                               "There is no MSK cluster called \"%s\" in %s: check name (case matters), account and region.",
                               name, aws_session_region(q->session));
}

static int take_topics(const json_t *page, void *ctx)
{
    json_array_extend(ctx, json_arr(page, "Topics"));
    return 0;
}

/* All topics: any of them may be short of replicas, and a missing one shows best among the others. */
static void read_topics(struct kafka_inquiry *q)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "kafka:ListTopics");
    json_auto_t *in = json_pack("{s:s, s:i}", "ClusterArn", q->cluster_arn, "MaxResults", 100);
    json_auto_t *topics = json_array();
    struct aws_fault f = {0};
    char *next = NULL;
    int pages = aws_each_page(q->session, &aws_kafka_list_topics, in, TOPIC_PAGES_MAX, take_topics, topics, &next, &f);
    bool complete = !next;
    free(next);
    if (pages < 0) {
        coverage_fault(source, &f);
        return;
    }
    coverage_read(source, pages, (int64_t)json_array_size(topics), 0, complete);
    q->topics = steal(&topics);
    q->topics_complete = complete;
}

void kafka_read_cluster(struct kafka_inquiry *q)
{
    const char *arn = q->cluster_arn ? q->cluster_arn : "";
    const char *function = q->ask.function.name[0] ? q->ask.function.name : NULL;
    json_auto_t *metrics = kafka_metrics_input(function, q->cluster_arn ? q->cluster_name.name : NULL, q->group, q->topic,
                                               q->now_ms, &q->metrics);
    json_auto_t *cluster = json_pack("{s:s}", "ClusterArn", arn);
    json_auto_t *topic =
        json_pack("{s:s, s:s, s:i}", "ClusterArn", arn, "TopicName", q->topic ? q->topic : "", "MaxResults", 100);
    struct aws_item items[ITEM_COUNT] = {
        [ITEM_METRICS] = {.op = &aws_cloudwatch_get_metric_data, .input = metrics},
        [ITEM_CLUSTER] = {.op = &aws_kafka_describe_cluster_v2, .input = cluster},
        [ITEM_BOOTSTRAP] = {.op = &aws_kafka_get_bootstrap_brokers, .input = cluster},
        [ITEM_PARTITIONS] = {.op = &aws_kafka_describe_topic_partitions, .input = topic},
    };
    size_t first = metrics ? ITEM_METRICS : ITEM_CLUSTER;
    size_t end = !q->cluster_arn ? ITEM_CLUSTER : q->topic ? ITEM_COUNT : ITEM_PARTITIONS;
    if (end > first)
        aws_invoke_all(q->session, items + first, end - first);
    if (metrics)
        take_metrics(q, &items[ITEM_METRICS]);
    json_decref(items[ITEM_METRICS].output);
    if (!q->cluster_arn)
        return;
    q->cluster_fault = items[ITEM_CLUSTER].fault;
    q->cluster = json_incref(json_obj(items[ITEM_CLUSTER].output, "ClusterInfo"));
    q->partitions = json_incref(json_arr(items[ITEM_PARTITIONS].output, "Partitions"));
    file_source(q, sources[ITEM_CLUSTER], &items[ITEM_CLUSTER], q->cluster != NULL, true);
    file_source(q, sources[ITEM_BOOTSTRAP], &items[ITEM_BOOTSTRAP], 1, true);
    if (end == ITEM_COUNT)
        file_source(q, sources[ITEM_PARTITIONS], &items[ITEM_PARTITIONS], (int64_t)json_array_size(q->partitions),
                    !json_str(items[ITEM_PARTITIONS].output, "NextToken", NULL));
    q->bootstrap = items[ITEM_BOOTSTRAP].output;
    json_decref(items[ITEM_CLUSTER].output);
    json_decref(items[ITEM_PARTITIONS].output);
    if (q->cluster)
        read_topics(q);
}
