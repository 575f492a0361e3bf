/* One question about a consumer of Kafka, while retry_kafka answers it: what was asked, what Lambda, MSK, CloudWatch and the
   brokers said, and what it means. */
#ifndef LW_TOOLS_KAFKA_INQUIRY_H
#define LW_TOOLS_KAFKA_INQUIRY_H

#include "tools/advice.h"
#include "tools/diagnose.h"
#include "tools/envelope.h"
#include "tools/gate.h"
#include "tools/kafka/mapping.h"
#include "tools/kafka/metrics.h"
#include "tools/kafka/names.h"
#include "tools/logs/findings.h"
#include "tools/logs/text.h"

#define KAFKA_RECORDS_MAX 100000 /* of one replay */
#define KAFKA_RECORDS_USUAL 1000

enum kafka_action { KAFKA_INSPECT, KAFKA_ENABLE_MAPPING, KAFKA_REPLAY_DLQ, KAFKA_REPLAY_RANGE };

/* What was asked, checked; the texts are borrowed from the call's arguments. */
struct kafka_ask {
    enum kafka_action action;
    const char *consumer;       /* consumer_function as given; NULL for none */
    struct kafka_name function; /* its parts */
    const char *cluster_arn, *topic, *group, *dead_letter_topic; /* NULL where not given */
    const char *cluster_called; /* the cluster's name where its ARN was not given: kafka_find_cluster makes one of the other */
    json_t *ranges;             /* of the argument `ranges`, as a job's "partitions" (tools/kafka/worker.h); NULL for none */
};

struct kafka_inquiry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;
    struct kafka_ask ask;

    /* Lambda */
    json_t *function; /* GetFunctionConfiguration; NULL when there is none, or it could not be read */
    struct aws_fault function_fault;
    int64_t reserved;      /* concurrency kept for it; -1 for none, or not known */
    json_t *mappings;      /* those that read from Kafka and fit the question; NULL when they could not be read */
    size_t mappings_other; /* the others of the function or cluster */
    struct aws_fault mappings_fault;
    const json_t *mapping; /* the only one that fits; borrowed from `mappings`; NULL when there are none or several */

    /* The cluster */
    char *cluster_found;     /* the ARN that belongs to a name; owned */
    const char *cluster_arn; /* asked for, or of the mapping; NULL for a self-managed cluster; borrowed */
    struct kafka_name cluster_name;
    json_t *cluster;    /* ClusterInfo of DescribeClusterV2 */
    struct aws_fault cluster_fault;
    bool cluster_failed; /* MSK gave it up */
    json_t *bootstrap;  /* GetBootstrapBrokers */
    json_t *topics;     /* [TopicInfo] of ListTopics */
    bool topics_complete;
    json_t *partitions; /* [TopicPartitionInfo] of the topic */

    /* What is consumed: from the mapping, else from the arguments; borrowed; NULL when not known. */
    const char *topic, *group;

    struct kafka_metrics metrics;
    json_t *disabled_by; /* {at, event, user, event_id}: the API call that switched the mapping off */
    const char *door; /* how the brokers were reached: "iam", "scram", ...; NULL: they were not */
    char *door_bootstrap; /* and where; owned */
    json_t *broker_view; /* the worker's result; NULL when it did not get to it */
    struct err broker_err;

    char *log_group;     /* the function's */
    json_t *log_streams; /* a set: keeps the names in log_lines alive */
    struct log_lines log_lines;
    struct findings findings;
    struct diagnosis diagnosis;

    struct gate gate; /* of a writing action */
};

/* Reads the arguments. Returns 0, or -1 and ERR_INVALID. */
int kafka_ask_read(const struct tool_call *call, struct kafka_ask *ask, struct err *e);

/* Finds the cluster that was asked for by its name. Returns 0, or -1 when `out` has the error answer. */
int kafka_find_cluster(struct kafka_inquiry *q, struct tool_answer *out);

/* Reads function and mappings, and settles which mapping, cluster, topic and group are meant. Returns 0, or -1 when `out` has
   the error answer (the function does not exist, or nothing could be read at all). */
int kafka_read_consumer(struct kafka_inquiry *q, struct tool_answer *out);

/* Reads the cluster by the control plane: state, brokers, topics and their replicas; and the metrics, at the same time. */
void kafka_read_cluster(struct kafka_inquiry *q);

/* Finds out who switched the mapping off (CloudTrail), when it is off. */
void kafka_read_disabled_by(struct kafka_inquiry *q);

/* Reads the function's own log for errors, when its calls fail. */
void kafka_read_function_log(struct kafka_inquiry *q);

/* Asks the brokers themselves for lag and group, when there is a way to them. */
void kafka_read_brokers(struct kafka_inquiry *q);

/* Files what was seen as evidence and settles the diagnosis. */
void kafka_judge(struct kafka_inquiry *q);

/* Sets `retry` and `links`. Needs the diagnosis. */
void kafka_advise(struct kafka_inquiry *q);

/* Sets resource, state, function, mappings, cluster, lag. */
void kafka_describe(struct kafka_inquiry *q);

/* The digest of an inspection, from the verdict to the end. */
void kafka_tell(struct kafka_inquiry *q);

/* Its first part alone: the facts and the verdict. */
void kafka_tell_facts(struct kafka_inquiry *q);

/* Records not consumed yet, by the best source there is: the brokers, else MSK's metric, else Lambda's. -1 when nobody says.
   `source` gets its name; borrowed. */
int64_t kafka_backlog(const struct kafka_inquiry *q, const char **source);

/* Arguments of this tool for another call about the same thing. New reference. */
json_t *kafka_again(const struct kafka_inquiry *q, const char *action);

/* The topic that holds the dead letters: the argument, else where the mapping sends what it gives up; NULL when there is none. */
const char *kafka_dead_letters(const struct kafka_inquiry *q);

#endif
