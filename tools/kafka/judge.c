/* From what Lambda, MSK, CloudWatch and the brokers say to why a consumer stands still. */
#include "tools/kafka/judge.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define LOG_LINES 10
#define LAG_WORTH_TELLING 1000

const char *kafka_see(struct kafka_inquiry *q, const char *source, const char *field, const char *severity, const char *text)
{
    struct evidence item = {.source = source, .locator = json_pack("{s:s}", "field", field), .ts_ms = -1, .severity = severity,
                            .text = text};
    return envelope_evidence(&q->answer, &item);
}

void kafka_clue(struct kafka_inquiry *q, enum cause cause, const char *rule, int weight, const char *evidence_id)
{
    struct clue c = {cause, rule, weight, evidence_id};
    diagnosis_add(&q->diagnosis, &c);
}

/* What a function's StateReasonCode means (AWS Lambda API, FunctionConfiguration); by beginning, the longer first. */
static const struct {
    const char *code;
    enum cause cause;
} reasons[] = {
    {"InsufficientRolePermissions", CAUSE_PERMISSION}, {"ImageAccessDenied", CAUSE_PERMISSION},
    {"KMSKeyAccessDenied", CAUSE_PERMISSION},          {"KMSKeyNotFound", CAUSE_NOT_FOUND},
    {"ImageDeleted", CAUSE_NOT_FOUND},                 {"EniLimitExceeded", CAUSE_CAPACITY},
    {"SubnetOutOfIPAddresses", CAUSE_CAPACITY},        {"EC2RequestLimitExceeded", CAUSE_CAPACITY},
    {"ServiceQuotaExceeded", CAUSE_CAPACITY},          {"VcpuLimitExceeded", CAUSE_CAPACITY},
    {"InsufficientCapacity", CAUSE_CAPACITY},          {"InternalError", CAUSE_SERVICE_FAULT},
    {"EFS", CAUSE_NETWORK},                            {"FunctionError", CAUSE_CODE_ERROR},
    {"DependencyError", CAUSE_CODE_ERROR},             {"Invalid", CAUSE_CONFIG},
    {"DisabledKMSKey", CAUSE_CONFIG},                  {"DisallowedBy", CAUSE_CONFIG},
};

static void judge_function(struct kafka_inquiry *q)
{
    const json_t *f = q->function;
    const char *state = json_str(f, "State", "Active"), *code = json_str(f, "StateReasonCode", "");
    if (q->reserved == 0)
        kafka_clue(q, CAUSE_CONFIG, "function:concurrency_0", 96,
                   kafka_see(q, "lambda", "ReservedConcurrentExecutions", "error",
                             "Reserved concurrency is 0: Lambda invokes the function for nobody"));
    if (!strcmp(json_str(f, "LastUpdateStatus", ""), "Failed")) {
        auto_free char *text =
            xasprintf("LastUpdateStatus is Failed: %s", json_str(f, "LastUpdateStatusReason", "no reason given"));
        kafka_see(q, "lambda", "LastUpdateStatus", "warning", text);
    }
    if (!strcmp(state, "Active") || (!strcmp(state, "Inactive") && !strcmp(code, "Idle")))
        return;
    auto_free char *text = xasprintf("State is %s (%s): %s", state, code, json_str(f, "StateReason", "no reason given"));
    const char *id = kafka_see(q, "lambda", "State", !strcmp(state, "Failed") ? "error" : "warning", text);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (text_starts(code, reasons[i].code)) {
            kafka_clue(q, reasons[i].cause, "function:state", 92, id);
            return;
        }
    }
}

static void judge_cluster(struct kafka_inquiry *q, bool troubled)
{
    static const char *const passing[] = {"HEALING", "MAINTENANCE", "REBOOTING_BROKER", "UPDATING", "CREATING"};
    if (q->cluster_fault.err.kind == ERR_NOT_FOUND) {
        kafka_clue(q, CAUSE_NOT_FOUND, "cluster:missing", 95,
                   kafka_see(q, "kafka", "ClusterArn", "error", "MSK knows no cluster of that ARN"));
        return;
    }
    const char *state = json_str(q->cluster, "State", "ACTIVE");
    if (!strcmp(state, "ACTIVE"))
        return;
    const json_t *info = json_obj(q->cluster, "StateInfo");
    auto_free char *text = xasprintf("The cluster is %s%s%s", state, info ? ": " : "", json_str(info, "Message", ""));
    const char *id = kafka_see(q, "kafka", "State", "warning", text);
    for (size_t i = 0; i < ARRAY_LEN(passing) && troubled; i++) {
        if (!strcmp(state, passing[i]))
            /* brokers that are changed cannot be reached for that, and for no other reason */
            kafka_clue(q, CAUSE_SERVICE_FAULT, "cluster:state", q->diagnosis.cause == CAUSE_NETWORK ? 94 : 85, id);
    }
    if (!strcmp(state, "FAILED")) {
        kafka_clue(q, CAUSE_SERVICE_FAULT, "cluster:FAILED", 95, id);
        q->cluster_failed = true;
    }
    if (!strcmp(state, "DELETING"))
        kafka_clue(q, CAUSE_NOT_FOUND, "cluster:DELETING", 90, id);
}

bool kafka_lists_topic(const json_t *topics, const char *name)
{
    size_t i;
    json_t *t;
    json_array_foreach(topics, i, t) {
        if (!strcmp(json_str(t, "TopicName", ""), name))
            return true;
    }
    return false;
}

int kafka_leaderless(const struct kafka_inquiry *q)
{
    int n = 0;
    size_t i;
    json_t *p;
    json_array_foreach(q->partitions, i, p)
        n += json_int(p, "Leader", -1) < 0;
    return n;
}

int kafka_out_of_sync(const struct kafka_inquiry *q)
{
    int n = 0;
    size_t i;
    json_t *p;
    json_array_foreach(q->partitions, i, p)
        n += json_array_size(json_arr(p, "Isr")) < json_array_size(json_arr(p, "Replicas"));
    return n;
}

static void judge_topic(struct kafka_inquiry *q)
{
    int leaderless = kafka_leaderless(q), short_of = kafka_out_of_sync(q);
    if (q->topic && q->topics && q->topics_complete && !kafka_lists_topic(q->topics, q->topic)) {
        auto_free char *text =
            xasprintf("Topic %s is not among the %zu topics of the cluster", q->topic, json_array_size(q->topics));
        kafka_clue(q, CAUSE_NOT_FOUND, "topic:missing", 95, kafka_see(q, "kafka", "Topics", "error", text));
    }
    if (leaderless) {
        auto_free char *text = xasprintf("%d of %zu partitions of %s have no leader: nobody can read or write them", leaderless,
                                         json_array_size(q->partitions), q->topic);
        kafka_clue(q, CAUSE_SERVICE_FAULT, "topic:leaderless", 88, kafka_see(q, "kafka", "Leader", "error", text));
    }
    if (short_of) {
        auto_free char *text = xasprintf("%d of %zu partitions of %s have replicas that are out of sync", short_of,
                                         json_array_size(q->partitions), q->topic);
        kafka_see(q, "kafka", "Isr", "warning", text);
    }
}

int kafka_uncommitted(const struct kafka_inquiry *q)
{
    int n = 0;
    size_t i;
    json_t *p;
    json_array_foreach(json_arr(q->broker_view, "lag"), i, p) {
        bool ours = q->topic && !strcmp(json_str(p, "topic", ""), q->topic);
        n += ours && q->group && !json_object_get(p, "committed") && !json_object_get(p, "error");
    }
    return n;
}

bool kafka_lag_rises(const struct kafka_inquiry *q)
{
    const struct kafka_series *msk = &q->metrics.series[METRIC_SUM_OFFSET_LAG];
    const struct kafka_series *s = msk->points ? msk : &q->metrics.series[METRIC_OFFSET_LAG];
    return s->points >= 3 && s->last >= LAG_WORTH_TELLING && s->last >= 2 * s->first;
}

bool kafka_too_slow(const struct kafka_inquiry *q)
{
    return q->diagnosis.cause == CAUSE_CAPACITY && q->diagnosis.signature && !strcmp(q->diagnosis.signature, "lag:rising");
}

/* What waits nearly as long as the topic keeps records is about to be lost, or is being lost. */
static void warn_retention(struct kafka_inquiry *q)
{
    int64_t late_ms = (int64_t)q->metrics.series[METRIC_MAX_TIME_LAG].last * 1000;
    size_t i;
    json_t *t;
    json_array_foreach(json_arr(q->broker_view, "topics"), i, t) {
        int64_t kept_ms = json_int(json_obj(t, "config"), "retention_ms", -1);
        if (q->topic && !strcmp(json_str(t, "name", ""), q->topic) && kept_ms > 0 && late_ms * 5 > kept_ms * 4)
            envelope_warn(
                &q->answer, "retention",
                "The oldest record waits about %lld min, and %s keeps records for %lld min: what is not consumed by then is lost",
                (long long)late_ms / 60000, q->topic, (long long)kept_ms / 60000);
    }
}

/* A consumer that is well and still falls behind: throttled, or too slow for what comes in. */
static void judge_lag(struct kafka_inquiry *q)
{
    const char *source = NULL;
    int64_t backlog = kafka_backlog(q, &source);
    if (backlog > 0) {
        auto_free char *text = xasprintf("%lld records of %s are not consumed yet (%s)", (long long)backlog,
                                         q->topic ? q->topic : "the topic", source);
        const char *id = kafka_see(q, "lag", source, backlog >= LAG_WORTH_TELLING ? "warning" : "info", text);
        bool throttled = q->metrics.series[METRIC_THROTTLES].sum > 0;
        if (kafka_lag_rises(q))
            kafka_clue(q, throttled ? CAUSE_THROTTLING : CAUSE_CAPACITY, "lag:rising", throttled ? 80 : 55, id);
        const char *state = json_str(json_obj(q->broker_view, "group"), "state", "");
        if (!q->ask.function.name[0] && (!strcmp(state, "Empty") || !strcmp(state, "Dead"))) {
            auto_free char *gone = xasprintf("Group %s is %s: nobody consumes, and %lld records wait", q->group ? q->group : "",
                                             state, (long long)backlog);
            kafka_clue(q, CAUSE_ZOMBIE, "group:Empty", 75, kafka_see(q, "kafka", "group", "error", gone));
        }
    }
    warn_retention(q);
    if (q->metrics.series[METRIC_OFFLINE_PARTITIONS].last > 0)
        kafka_clue(q, CAUSE_SERVICE_FAULT, "metric:OfflinePartitionsCount", 80,
                   kafka_see(q, "cloudwatch", "OfflinePartitionsCount", "error", "Partitions of the cluster are offline"));
}

int64_t kafka_backlog(const struct kafka_inquiry *q, const char **source)
{
    const struct kafka_series *msk = &q->metrics.series[METRIC_SUM_OFFSET_LAG];
    const struct kafka_series *own = &q->metrics.series[METRIC_OFFSET_LAG];
    int64_t seen = json_int(q->broker_view, "lag_total", -1);
    *source = seen >= 0 ? "brokers" : msk->points ? "SumOffsetLag" : own->points ? "OffsetLag" : "";
    return seen >= 0 ? seen : msk->points ? (int64_t)msk->last : own->points ? (int64_t)own->last : -1;
}

void kafka_judge(struct kafka_inquiry *q)
{
    diagnosis_init(&q->diagnosis);
    bool troubled = kafka_judge_mappings(q);
    if (q->function)
        judge_function(q);
    if (q->cluster_arn)
        judge_cluster(q, troubled || kafka_lag_rises(q));
    judge_topic(q);
    judge_lag(q);
    /* calls that failed some time ago, and were made good since, are no fault of today */
    bool fails = troubled || kafka_lag_rises(q) || q->metrics.series[METRIC_ERRORS].last > 0;
    findings_file(&q->findings, LOG_LINES, &q->answer, fails ? &q->diagnosis : NULL);
    if ((q->diagnosis.cause == CAUSE_SERVICE_FAULT && q->cluster_failed) || kafka_too_slow(q))
        q->diagnosis.class = CLASS_NEEDS_HUMAN;
    if (troubled || q->diagnosis.cause != CAUSE_UNKNOWN)
        diagnosis_put(&q->diagnosis, &q->answer);
}
