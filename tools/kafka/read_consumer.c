/* Reading a consumer as Lambda knows it: the function, and its mappings to Kafka. */
#include "tools/kafka/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/failure.h"

#include <stdlib.h>
#include <string.h>

#define PAGES_MAX 20 /* of 100 mappings */

static void read_function(struct kafka_inquiry *q, const char *name)
{
    json_auto_t *in = json_pack("{s:s}", "FunctionName", name);
    struct aws_item items[] = {
        {.op = &aws_lambda_get_function_configuration, .input = in},
        {.op = &aws_lambda_get_function_concurrency, .input = in},
    };
    aws_invoke_all(q->session, items, ARRAY_LEN(items));
    static const char *const names[] = {"lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"};
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        json_t *source = coverage_source(envelope_sources(&q->answer), names[i]);
        if (items[i].output)
            coverage_read(source, 1, 1, 0, true);
        else if (items[i].fault.err.kind == ERR_NOT_FOUND)
            coverage_absent(source);
        else
            coverage_fault(source, &items[i].fault);
    }
    q->function = items[0].output;
    q->function_fault = items[0].fault;
    q->reserved = json_int(items[1].output, "ReservedConcurrentExecutions", -1);
    json_decref(items[1].output);
}

struct listing {
    struct kafka_inquiry *q;
    int64_t items;
    const char *function; /* only mappings of a function of that name, whatever its alias; NULL: of any */
};

static bool of_function(const json_t *m, const char *name)
{
    struct kafka_name f;
    return !kafka_function_parse(json_str(m, "FunctionArn", ""), &f, NULL) && !strcmp(f.name, name);
}

/* A topic, cluster or group that was named must be the mapping's. */
static bool fits(const struct kafka_inquiry *q, const json_t *m)
{
    const struct kafka_ask *a = &q->ask;
    return (!a->topic || !strcmp(a->topic, mapping_topic(m))) && (!a->group || !strcmp(a->group, mapping_group(m))) &&
           (!a->cluster_arn || !strcmp(a->cluster_arn, json_str(m, "EventSourceArn", "")));
}

static int take_page(const json_t *page, void *ctx)
{
    struct listing *l = ctx;
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(page, "EventSourceMappings"), i, m) {
        l->items++;
        if (l->function && !of_function(m, l->function))
            continue;
        if (mapping_is_kafka(m) && fits(l->q, m))
            json_array_append(l->q->mappings, m);
        else
            l->q->mappings_other++;
    }
    return 0;
}

/* Lists by the function, else by the cluster. An alias's mappings are listed under the alias only, so a name without one that has
   none is looked for among the cluster's. */
static void list_mappings(struct kafka_inquiry *q, const char *by, const char *value, const char *function)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "lambda:ListEventSourceMappings");
    json_auto_t *in = json_pack("{s:s, s:i}", by, value, "MaxItems", 100);
    struct listing l = {.q = q, .function = function};
    if (!q->mappings)
        q->mappings = json_array();
    char *next = NULL;
    int pages = aws_each_page(q->session, &aws_lambda_list_event_source_mappings, in, PAGES_MAX, take_page, &l, &next,
                              &q->mappings_fault);
    bool complete = !next;
    free(next);
    if (pages >= 0) {
        coverage_read(source, pages, l.items, 0, complete);
        return;
    }
    coverage_read(source, 0, l.items, 0, false);
    coverage_fault(source, &q->mappings_fault);
    if (!l.items) {
        json_decref(q->mappings);
        q->mappings = NULL;
    }
}

static int no_function(const struct kafka_inquiry *q, struct tool_answer *out)
{
    auto_free char *what = xasprintf("read the Lambda function \"%s\"", q->ask.consumer);
    auto_free char *missing = xasprintf("There is no such function in region %s: check name (case matters), account and region.",
                                        aws_session_region(q->session));
    return failure_aws(out, &aws_lambda_get_function_configuration, &q->function_fault, what, missing);
}

/* The function that the chosen mapping calls, where only the cluster was named. */
static void adopt_function(struct kafka_inquiry *q)
{
    const char *arn = json_str(q->mapping, "FunctionArn", NULL);
    if (q->ask.consumer || !arn || kafka_function_parse(arn, &q->ask.function, NULL))
        return;
    read_function(q, arn);
}

/* Chooses among `mappings` by the arguments; sets mapping, cluster, topic and group. */
static void choose_mapping(struct kafka_inquiry *q)
{
    const struct kafka_ask *a = &q->ask;
    q->mapping = json_array_size(q->mappings) == 1 ? json_array_get(q->mappings, 0) : NULL;
    const char *source = json_str(q->mapping, "EventSourceArn", NULL);
    q->cluster_arn = a->cluster_arn ? a->cluster_arn : source;
    if (!q->cluster_arn && !q->mapping) /* several mappings, perhaps of one cluster: its state matters to all */
        q->cluster_arn = json_str(json_array_get(q->mappings, 0), "EventSourceArn", NULL);
    if (q->cluster_arn && kafka_cluster_parse(q->cluster_arn, &q->cluster_name, NULL))
        q->cluster_arn = NULL;
    q->topic = q->mapping ? mapping_topic(q->mapping) : a->topic;
    q->group = q->mapping ? mapping_group(q->mapping) : a->group;
}

int kafka_read_consumer(struct kafka_inquiry *q, struct tool_answer *out)
{
    const struct kafka_ask *a = &q->ask;
    q->reserved = -1;
    if (a->consumer) {
        read_function(q, a->consumer);
        if (!q->function && q->function_fault.err.kind == ERR_NOT_FOUND)
            return no_function(q, out);
        list_mappings(q, "FunctionName", a->consumer, NULL);
    }
    bool none = !json_array_size(q->mappings) && !q->mappings_fault.err.kind;
    if (a->cluster_arn && none)
        list_mappings(q, "EventSourceArn", a->cluster_arn, a->consumer ? a->function.name : NULL);
    if (a->consumer && !q->function && !q->mappings)
        return no_function(q, out);
    choose_mapping(q);
    adopt_function(q);
    return 0;
}
