/* Metrics whose name says what is wrong. They weigh little: the threshold may be wrong. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"

#include <string.h>

/* Which side of its threshold is the bad one. */
enum side { HIGH, LOW };

/* Names as the services' own pages on their CloudWatch metrics have them. Not here is what anything may move: errors, durations,
   lag, CPU. A name that ends in '*' stands for all that begin so. */
static const struct meaning {
    const char *space, *metric, *rule;
    enum side side;
    enum cause cause;
} meanings[] = {
#define METRIC(space, name, side, cause) {space, name, "metric:" name, side, CAUSE_##cause}
    METRIC("AWS/Lambda", "Throttles", HIGH, THROTTLING),
    METRIC("AWS/Lambda", "ClaimedAccountConcurrency", HIGH, CAPACITY),
    METRIC("AWS/DynamoDB", "ThrottledRequests", HIGH, THROTTLING),
    METRIC("AWS/DynamoDB", "ReadThrottleEvents", HIGH, THROTTLING),
    METRIC("AWS/DynamoDB", "WriteThrottleEvents", HIGH, THROTTLING),
    METRIC("AWS/DynamoDB", "SystemErrors", HIGH, SERVICE_FAULT),
    METRIC("AWS/DynamoDB", "TransactionConflict", HIGH, LOCK_CONFLICT),
    METRIC("AWS/Kinesis", "WriteProvisionedThroughputExceeded", HIGH, THROTTLING),
    METRIC("AWS/Kinesis", "ReadProvisionedThroughputExceeded", HIGH, THROTTLING),
    METRIC("AWS/Firehose", "ThrottledRecords", HIGH, THROTTLING),
    METRIC("AWS/Firehose", "KMSKeyAccessDenied", HIGH, PERMISSION),
    METRIC("AWS/Firehose", "KMSKeyDisabled", HIGH, CONFIG),
    METRIC("AWS/Firehose", "DeliveryToS3.DataFreshness", HIGH, DATA_LATE),
    METRIC("AWS/S3", "5xxErrors", HIGH, SERVICE_FAULT),
    METRIC("AWS/Athena", "QueryQueueTime", HIGH, CAPACITY),
    METRIC("AWS/Kafka", "KafkaDataLogsDiskUsed", HIGH, DISK_FULL),
    METRIC("AWS/Kafka", "KafkaAppLogsDiskUsed", HIGH, DISK_FULL),
    METRIC("AWS/Kafka", "RootDiskUsed", HIGH, DISK_FULL),
    METRIC("AWS/Kafka", "HeapMemoryAfterGC", HIGH, OOM),
    METRIC("AWS/Kafka", "OfflinePartitionsCount", HIGH, SERVICE_FAULT),
    METRIC("AWS/Kafka", "UnderReplicatedPartitions", HIGH, SERVICE_FAULT),
    METRIC("AWS/Kafka", "UnderMinIsrPartitionCount", HIGH, SERVICE_FAULT),
    METRIC("AWS/Kafka", "ActiveControllerCount", LOW, SERVICE_FAULT),
    METRIC("AWS/Kafka", "ProduceThrottleTime", HIGH, THROTTLING),
    METRIC("AWS/Kafka", "FetchThrottleTime", HIGH, THROTTLING),
    METRIC("AWS/Kafka", "RequestThrottleTime", HIGH, THROTTLING),
    METRIC("AWS/MWAA", "QueuedTasks", HIGH, CAPACITY),
    METRIC("AWS/MWAA", "ApproximateAgeOfOldestTask", HIGH, CAPACITY),
    METRIC("AWS/MWAA", "FreeableMemory", LOW, OOM),
    METRIC("AWS/MWAA", "FreeStorageSpace", LOW, DISK_FULL),
    METRIC("AmazonMWAA", "QueuedTasks", HIGH, CAPACITY),
    METRIC("AmazonMWAA", "PoolStarvingTasks", HIGH, CAPACITY),
    METRIC("AmazonMWAA", "ImportErrors", HIGH, CODE_ERROR),
    METRIC("AmazonMWAA", "ZombiesKilled", HIGH, ZOMBIE),
    METRIC("AmazonMWAA", "OrphanedTasksCleared", HIGH, ZOMBIE),
    METRIC("AmazonMWAA", "SchedulerHeartbeat", LOW, SERVICE_FAULT),
    METRIC("AWS/ElasticMapReduce", "HDFSUtilization", HIGH, DISK_FULL),
    METRIC("AWS/ElasticMapReduce", "MRUnhealthyNodes", HIGH, CAPACITY),
    METRIC("AWS/ElasticMapReduce", "ContainerPending", HIGH, CAPACITY),
    METRIC("AWS/ElasticMapReduce", "ContainerPendingRatio", HIGH, CAPACITY),
    METRIC("AWS/ElasticMapReduce", "AppsPending", HIGH, CAPACITY),
    METRIC("AWS/ElasticMapReduce", "YARNMemoryAvailablePercentage", LOW, CAPACITY),
    METRIC("AWS/ElasticMapReduce", "CorruptBlocks", HIGH, DATA_CORRUPT),
    METRIC("AWS/ElasticMapReduce", "MissingBlocks", HIGH, DATA_MISSING),
    METRIC("AWS/RDS", "FreeStorageSpace", LOW, DISK_FULL),
    METRIC("AWS/RDS", "FreeLocalStorage", LOW, DISK_FULL),
    METRIC("AWS/RDS", "FreeableMemory", LOW, OOM),
    METRIC("AWS/RDS", "DatabaseConnections", HIGH, CAPACITY),
    METRIC("AWS/RDS", "Deadlocks", HIGH, LOCK_CONFLICT),
    METRIC("AWS/Redshift", "PercentageDiskSpaceUsed", HIGH, DISK_FULL),
    METRIC("AWS/Redshift", "DatabaseConnections", HIGH, CAPACITY),
    METRIC("AWS/Redshift", "HealthStatus", LOW, SERVICE_FAULT),
    METRIC("AWS/ES", "ClusterStatus.red", HIGH, SERVICE_FAULT),
    METRIC("AWS/ES", "FreeStorageSpace", LOW, DISK_FULL),
    METRIC("AWS/ES", "ClusterIndexWritesBlocked", HIGH, DISK_FULL),
    METRIC("AWS/States", "ExecutionsTimedOut", HIGH, TIMEOUT),
    METRIC("AWS/States", "ExecutionThrottled", HIGH, THROTTLING),
    METRIC("AWS/States", "ExecutionsAborted", HIGH, USER_CANCELLED),
    METRIC("AWS/EC2", "StatusCheckFailed*", HIGH, SERVICE_FAULT),
    METRIC("AWS/NATGateway", "ErrorPortAllocation", HIGH, NETWORK),
    METRIC("CWAgent", "disk_used_percent", HIGH, DISK_FULL),
    METRIC("CWAgent", "mem_used_percent", HIGH, OOM),
    METRIC("Glue", "glue.driver.jvm.heap.usage", HIGH, OOM),
    METRIC("Glue", "glue.ALL.jvm.heap.usage", HIGH, OOM),
    METRIC("Glue", "glue.driver.memory.heap.used.percentage", HIGH, OOM),
    METRIC("Glue", "glue.ALL.memory.heap.used.percentage", HIGH, OOM),
    METRIC("Glue", "glue.driver.disk.used.percentage", HIGH, DISK_FULL),
    METRIC("Glue", "glue.ALL.disk.used.percentage", HIGH, DISK_FULL),
    METRIC("Glue", "glue.error.category.OUT_OF_MEMORY_ERROR", HIGH, OOM),
    METRIC("Glue", "glue.error.category.PERMISSION_ERROR", HIGH, PERMISSION),
    METRIC("Glue", "glue.error.category.DISK_NO_SPACE_ERROR", HIGH, DISK_FULL),
    METRIC("Glue", "glue.error.category.THROTTLING_ERROR", HIGH, THROTTLING),
    METRIC("Glue", "glue.error.category.CONNECTION_ERROR", HIGH, NETWORK),
    METRIC("Glue", "glue.error.category.SYNTAX_ERROR", HIGH, SYNTAX),
    METRIC("Glue", "glue.error.category.IMPORT_ERROR", HIGH, CODE_ERROR),
    METRIC("Glue", "glue.error.category.RESOURCE_NOT_FOUND_ERROR", HIGH, NOT_FOUND),
    METRIC("Glue", "glue.error.category.TIMEOUT_ERROR", HIGH, TIMEOUT),
#undef METRIC
};

static bool names(const char *pattern, const char *metric)
{
    size_t n = strlen(pattern);
    return n && pattern[n - 1] == '*' ? !strncmp(pattern, metric, n - 1) : !strcmp(pattern, metric);
}

/* An alarm on the other side ("fewer connections than one"), or on both (a band), says something else. */
static bool is_on_side(const json_t *alarm, enum side side)
{
    const char *how = json_str(alarm, "ComparisonOperator", "");
    return !strncmp(how, side == HIGH ? "GreaterThan" : "LessThan", side == HIGH ? 11 : 8) && !strstr(how, "LowerOr");
}

const char *alarm_meaning(const json_t *alarm, enum cause *cause)
{
    const char *space = json_str(alarm, "Namespace", ""), *metric = json_str(alarm, "MetricName", "");
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        const struct meaning *m = &meanings[i];
        if (strcmp(m->space, space) || !names(m->metric, metric) || !is_on_side(alarm, m->side))
            continue;
        *cause = m->cause;
        return m->rule;
    }
    return NULL;
}
