/* Between the parts of the judgement about a Kafka consumer. */
#ifndef LW_TOOLS_KAFKA_JUDGE_H
#define LW_TOOLS_KAFKA_JUDGE_H

#include "tools/kafka/inquiry.h"

/* Files what `field` of `source` said as evidence. Returns its id, or NULL when there is no room. */
const char *kafka_see(struct kafka_inquiry *q, const char *source, const char *field, const char *severity, const char *text);

/* A clue for the diagnosis; one without evidence counts nothing. */
void kafka_clue(struct kafka_inquiry *q, enum cause cause, const char *rule, int weight, const char *evidence_id);

/* What the mappings say of themselves. Returns whether any is in trouble. */
bool kafka_judge_mappings(struct kafka_inquiry *q);

/* Partitions of the topic without a leader; with replicas that are behind. By the control plane. */
int kafka_leaderless(const struct kafka_inquiry *q);
int kafka_out_of_sync(const struct kafka_inquiry *q);

/* Partitions of the topic of which the brokers know no offset of the group. */
int kafka_uncommitted(const struct kafka_inquiry *q);

/* Whether the verdict is that the consumer, though well, takes less than comes in. */
bool kafka_too_slow(const struct kafka_inquiry *q);

/* Whether a list of TopicInfo names that topic. */
bool kafka_lists_topic(const json_t *topics, const char *name);

/* Whether more and more records wait: at least twice as many as at the window's beginning, and a thousand at least. */
bool kafka_lag_rises(const struct kafka_inquiry *q);

#endif
