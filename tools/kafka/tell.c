/* What retry_kafka says of a consumer, as text: the verdict, then what it rests on, then what to do. */
#include "tools/kafka/judge.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

#define DIGEST_LINES 8
#define MAPPINGS_TOLD 6

static void tell_mapping(struct kafka_inquiry *q, const json_t *m)
{
    struct digest *d = &q->answer.digest;
    const char *target = "";
    enum mapping_failures f = mapping_failures(m, &target);
    auto_free char *retries = mapping_retries(m) < 0 ? xstrdup("for ever") : xasprintf("%d times", mapping_retries(m));
    digest_line(d, "Mapping %s: %s. Topic %s, group %s, retries %s.", mapping_uuid(m), mapping_state(m), mapping_topic(m),
                mapping_group(m), retries);
    if (f == FAILURES_NOWHERE && mapping_retries(m) >= 0)
        digest_line(d, "Records it gives up are lost: it has no destination for them.");
    else if (f != FAILURES_NOWHERE)
        digest_line(d, "Records it gives up go to %s: %s.", mapping_failures_name(f), target);
    const json_t *filters = json_arr(json_obj(m, "FilterCriteria"), "Filters");
    if (json_array_size(filters))
        digest_line(d, "It filters (%zu patterns): records that fit none are passed over in silence.", json_array_size(filters));
}

static void tell_consumer(struct kafka_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    if (q->function)
        digest_line(d, "Function %s: %s, timeout %d s, memory %d MB%s.", q->ask.function.name,
                    json_str(q->function, "State", "state unknown"), (int)json_int(q->function, "Timeout", 0),
                    (int)json_int(q->function, "MemorySize", 0), q->reserved == 0 ? ", reserved concurrency 0" : "");
    size_t i;
    json_t *m;
    json_array_foreach(q->mappings, i, m) {
        if (i < MAPPINGS_TOLD)
            tell_mapping(q, m);
    }
    if (i > MAPPINGS_TOLD)
        digest_line(d, "%zu more mappings stand in the structured answer.", i - MAPPINGS_TOLD);
    if (q->mappings && !i && q->ask.function.name[0])
        digest_line(d, "No event source mapping from Kafka%s: nothing feeds this function (%zu other mappings).",
                    q->ask.topic || q->ask.group || q->ask.cluster_arn ? " fits" : "", q->mappings_other);
}

static void tell_cluster(struct kafka_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    if (q->cluster)
        digest_line(d, "Cluster %s: %s, %s, Kafka %s.", json_str(q->cluster, "ClusterName", ""),
                    json_str(q->cluster, "State", "state unknown"), json_str(q->cluster, "ClusterType", ""),
                    json_str(json_obj(json_obj(q->cluster, "Provisioned"), "CurrentBrokerSoftwareInfo"), "KafkaVersion", "?"));
    if (q->partitions && q->topic)
        digest_line(d, "Topic %s: %zu partitions, %d without a leader, %d with replicas out of sync.", q->topic,
                    json_array_size(q->partitions), kafka_leaderless(q), kafka_out_of_sync(q));
}

static void tell_lag(struct kafka_inquiry *q)
{
    struct digest *d = &q->answer.digest;
    const char *source = NULL;
    int64_t backlog = kafka_backlog(q, &source);
    const struct kafka_series *late = &q->metrics.series[METRIC_MAX_TIME_LAG];
    if (backlog < 0)
        digest_line(d, "Backlog: nobody says. %s", q->metrics.read ? "CloudWatch has no lag of the last three hours." : "");
    else
        digest_line(d, "Backlog: %lld records (%s)%s.", (long long)backlog, source, kafka_lag_rises(q) ? ", and rising" : "");
    if (late->points && late->last >= 60)
        digest_line(d, "The oldest waits about %lld min.", (long long)late->last / 60);
    const json_t *group = json_obj(q->broker_view, "group");
    if (json_int(group, "members", -1) >= 0)
        digest_line(d, "Group %s: %s, %d members.", json_str(group, "id", ""), json_str(group, "state", "unknown"),
                    (int)json_int(group, "members", 0));
    int uncommitted = kafka_uncommitted(q);
    if (uncommitted)
        digest_line(d, "%d partitions have no committed offset: what waits there is not in the backlog.", uncommitted);
    const struct kafka_series *calls = &q->metrics.series[METRIC_INVOCATIONS];
    if (calls->points)
        digest_line(d, "Last three hours: %lld calls, %lld errors, %lld throttled.", (long long)calls->sum,
                    (long long)q->metrics.series[METRIC_ERRORS].sum, (long long)q->metrics.series[METRIC_THROTTLES].sum);
}

static void tell_cause(struct kafka_inquiry *q)
{
    if (json_obj(q->answer.root, "diagnosis"))
        diagnosis_tell(&q->diagnosis, NULL, &q->answer);
    else
        digest_line(&q->answer.digest, "Nothing to diagnose: nothing that was read says that it fails.");
}

void kafka_tell_facts(struct kafka_inquiry *q)
{
    tell_consumer(q);
    tell_cause(q);
    tell_cluster(q);
    tell_lag(q);
}

void kafka_tell(struct kafka_inquiry *q)
{
    kafka_tell_facts(q);
    envelope_tell_evidence(&q->answer, DIGEST_LINES);
    envelope_tell_rest(&q->answer);
}
