/* Names that AWS gives to what consumes from Kafka, and to where it consumes from. */
#ifndef LW_TOOLS_KAFKA_NAMES_H
#define LW_TOOLS_KAFKA_NAMES_H

#include "base/err.h"

#include <stdbool.h>

/* An ARN, or as much of one as was given; what is missing is "". */
struct kafka_name {
    char region[33];
    char account[13];
    char name[129];
    char qualifier[129]; /* a function's alias or version */
};

/* "arn:aws:kafka:eu-west-1:123456789012:cluster/events/5e1f...-3" (Amazon MSK API, ClusterArn): the name is what stands behind
   "cluster/". Returns 0, or -1 and ERR_INVALID. */
int kafka_cluster_parse(const char *arn, struct kafka_name *out, struct err *e);

/* Whether the ARN of an event source is of an MSK cluster: its service is "kafka", wherever else that word stands. */
bool kafka_is_cluster_arn(const char *arn);

/* "load", "load:live", "123456789012:function:load" or a function's ARN, each with or without a qualifier (AWS Lambda API,
   FunctionName). Returns 0, or -1 and ERR_INVALID. */
int kafka_function_parse(const char *text, struct kafka_name *out, struct err *e);

#endif
