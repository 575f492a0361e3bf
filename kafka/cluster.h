/* Questions to a cluster, each with patience and none of the admin calls that can abort a process: AlterConsumerGroupOffsets,
   ListConsumerGroupOffsets and DescribeConsumerGroups do when they time out. */
#ifndef LW_KAFKA_CLUSTER_H
#define LW_KAFKA_CLUSTER_H

#include "kafka/handle.h"

#include <jansson.h>

struct cluster_topic {
    int partitions, leaderless, under_replicated;
    int brokers; /* of the cluster */
    rd_kafka_resp_err_t err; /* the broker's word on the topic: UNKNOWN_TOPIC_OR_PART, TOPIC_AUTHORIZATION_FAILED */
};

/* Waits until a broker has answered; what `brokers` counts. The first question to a handle. Returns 0, or -1 and `f`. */
int cluster_connect(struct handle *h, int *brokers, struct fault *f);

/* What Metadata says of a topic. Creates none. Returns 0 (look at out->err), or -1 and `f`. */
int cluster_look_up(struct handle *h, const char *topic, struct cluster_topic *out, struct fault *f);

/* Committed offsets of the handle's group, into `list` (RD_KAFKA_OFFSET_INVALID where there is none). A partition's own
   error is in its `err`. Returns 0, or -1 and `f`. */
int cluster_committed(struct handle *h, rd_kafka_topic_partition_list_t *list, struct fault *f);

/* Beginnings (`which` RD_KAFKA_OFFSET_BEGINNING) or ends (RD_KAFKA_OFFSET_END) of the partitions of `list`, as the handle's
   isolation level sees them: read_committed does not look behind an open transaction. Partition errors as above. */
int cluster_bounds(struct handle *h, rd_kafka_topic_partition_list_t *list, int64_t which, struct fault *f);

#define CLUSTER_STATE_MAX 40

/* State and number of members of a group, by the old ListGroups and DescribeGroups. A group that is not there is "Dead"
   with none; a cluster that knows neither request makes it "unknown" with -1. Returns 0, or -1 and `f`. */
int cluster_group(struct handle *h, const char *group, char *state, int *members, struct fault *f);

/* A topic's settings that decide on a replay: {"retention_ms", "max_message_bytes", ...}; what the broker does not tell is
   absent. New reference in `*config`. Returns 0, or -1 and `f`. */
int cluster_config(struct handle *h, const char *topic, json_t **config, struct fault *f);

#endif
