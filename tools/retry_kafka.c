/* The tool retry_kafka: why does this consumer of Kafka stand still, and what may be done about it? */
#include "tools/kafka/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/env.h"
#include "tools/failure.h"
#include "tools/kafka/change.h"
#include "tools/retry_kafka.json.h"

#include <stdlib.h>
#include <string.h>

static void inquiry_done(struct kafka_inquiry *q)
{
    gate_leave(&q->gate);
    json_decref(q->ask.ranges);
    json_decref(q->function);
    json_decref(q->mappings);
    json_decref(q->cluster);
    json_decref(q->bootstrap);
    json_decref(q->topics);
    json_decref(q->partitions);
    json_decref(q->disabled_by);
    json_decref(q->broker_view);
    log_lines_done(&q->log_lines);
    json_decref(q->log_streams);
    free(q->cluster_found);
    free(q->log_group);
    free(q->door_bootstrap);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

/* A function or cluster is named with its region; asked in another one it would look like one that does not exist. */
static int check_region(const struct kafka_inquiry *q, const char *argument, const struct kafka_name *n, struct tool_answer *out)
{
    const char *region = aws_session_region(q->session);
    if (!n->region[0] || !strcmp(n->region, region))
        return 0;
    return failure_say(out, "/%s: is in region %s, and this call asks in %s. Call again with region=%s.", argument, n->region,
                       region, n->region);
}

static int check_ask(const struct kafka_inquiry *q, struct tool_answer *out)
{
    struct kafka_name cluster = {0};
    const struct tool_env *env = q->call->env;
    bool own = env->kafka.bootstrap && q->ask.topic && q->ask.group;
    if (!q->ask.consumer && !q->ask.cluster_arn && !q->ask.cluster_called && !own)
        return failure_say(
            out, "Name what consumes: consumer_function (a Lambda function), or cluster_arn with topic and group%s.",
            env->kafka.bootstrap ? ", or topic and group alone for the brokers of --kafka-bootstrap" : "");
    if (q->ask.cluster_arn)
        kafka_cluster_parse(q->ask.cluster_arn, &cluster, NULL);
    return check_region(q, "consumer_function", &q->ask.function, out) || check_region(q, "cluster_arn", &cluster, out) ? -1 : 0;
}

/* Everything there is to know, for an inspection and before a change. */
static int look(struct kafka_inquiry *q, struct tool_answer *out)
{
    q->now_ms = clock_wall_ms();
    q->call->progress(q->call, 1, 4, "reading the function and its mappings");
    if (kafka_find_cluster(q, out) || kafka_read_consumer(q, out))
        return -1;
    q->call->progress(q->call, 2, 4, "reading the cluster and its metrics");
    kafka_read_cluster(q);
    kafka_read_disabled_by(q);
    kafka_read_function_log(q);
    q->call->progress(q->call, 3, 4, "asking the brokers");
    kafka_read_brokers(q);
    kafka_judge(q);
    return 0;
}

static int inspect(struct kafka_inquiry *q, struct tool_answer *out)
{
    if (look(q, out))
        return -1;
    kafka_describe(q);
    kafka_advise(q);
    kafka_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

/* Nobody else in this process is at the consumer from the first read on. */
static int change(struct kafka_inquiry *q, struct tool_answer *out)
{
    const struct kafka_ask *a = &q->ask;
    const char *cluster = a->cluster_arn ? a->cluster_arn : a->cluster_called;
    const char *name = a->consumer ? a->function.name : cluster ? cluster : a->topic;
    auto_free char *resource = xasprintf("kafka/%s/%s", aws_session_region(q->session), name);
    if (gate_enter(&q->gate, q->call, resource, name, out) || look(q, out))
        return -1;
    kafka_describe(q);
    int rc = q->ask.action == KAFKA_ENABLE_MAPPING ? kafka_enable(q, out) : kafka_replay(q, out);
    return rc ? -1 : envelope_answer(&q->answer, q->session, out);
}

static int carry_out(struct kafka_inquiry *q, struct tool_answer *out, struct err *e)
{
    if (kafka_ask_read(q->call, &q->ask, e))
        return failure_err(out, e);
    if (check_ask(q, out))
        return -1;
    return q->ask.action == KAFKA_INSPECT ? inspect(q, out) : change(q, out);
}

static int run_once(const struct tool_call *call, struct consent *consent, struct tool_answer *out, struct err *e)
{
    auto_free struct kafka_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->gate.consent = consent;
    int rc = tool_begin(call, "retry_kafka", &q->session, &q->answer, out) ? -1 : carry_out(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    return gate_run(call, run_once, out, e);
}

const struct tool tool_retry_kafka = {
    .name = "retry_kafka",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = true,
    .run = run,
};
