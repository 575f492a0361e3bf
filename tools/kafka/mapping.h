/* What one event source mapping of Lambda says, read out of its configuration (AWS Lambda API,
   EventSourceMappingConfiguration). */
#ifndef LW_TOOLS_KAFKA_MAPPING_H
#define LW_TOOLS_KAFKA_MAPPING_H

#include <jansson.h>
#include <stdbool.h>

/* Where a mapping stands. One that is on its way is neither on nor off. */
enum mapping_phase {
    MAPPING_ENABLED,
    MAPPING_DISABLED,
    MAPPING_ENABLING,  /* Creating, Enabling */
    MAPPING_UPDATING,
    MAPPING_DISABLING,
    MAPPING_DELETING,
    MAPPING_STRANGE    /* a state of which this program knows nothing */
};

/* Where records go that were given up. */
enum mapping_failures {
    FAILURES_NOWHERE,
    FAILURES_KAFKA, /* the records themselves, in a topic of the same cluster */
    FAILURES_S3,    /* the records themselves, in objects */
    FAILURES_SQS,   /* only where they are in the source: partition and offsets */
    FAILURES_SNS
};

/* Whether it reads from Kafka at all: an MSK cluster, or brokers of somebody's own. */
bool mapping_is_kafka(const json_t *m);

/* Its state as Lambda spells it, and what that means. */
const char *mapping_state(const json_t *m);
enum mapping_phase mapping_phase(const json_t *m);

/* Whether the last change of state was made by somebody, and not by Lambda itself. */
bool mapping_changed_by_user(const json_t *m);

/* Topic and consumer group; the group is the mapping's UUID unless it names one. Borrowed; never NULL. */
const char *mapping_uuid(const json_t *m);
const char *mapping_topic(const json_t *m);
const char *mapping_group(const json_t *m);

/* Where given-up records go; `target` gets the topic, bucket, or ARN (borrowed), "" for FAILURES_NOWHERE. */
enum mapping_failures mapping_failures(const json_t *m, const char **target);

/* "sqs", "kafka", ...; NULL for FAILURES_NOWHERE. */
const char *mapping_failures_name(enum mapping_failures f);

/* How often a failing batch is tried again: -1 for ever. Without end and with a destination Lambda makes it ten (AWS Lambda
   Developer Guide, "Using a Kafka topic as an on-failure destination"). */
int mapping_retries(const json_t *m);

/* What Lambda says of its last attempt begins with "PROBLEM". */
bool mapping_has_problem(const json_t *m);

/* The brokers of a self-managed cluster, "host:port,host:port"; NULL for MSK. Free with free(). */
char *mapping_endpoints(const json_t *m);

/* What an answer shows of it. New reference. */
json_t *mapping_shown(const json_t *m);

#endif
