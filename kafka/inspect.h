/* Job "inspect": brokers, topics, the group's state and its lag. */
#ifndef LW_KAFKA_INSPECT_H
#define LW_KAFKA_INSPECT_H

#include "kafka/fault.h"
#include "kafka/job.h"

/* Puts what was learnt into `result`, also where a part of it failed. Returns 0, or -1 and the first fault. */
int inspect_run(const struct job *job, json_t *result, struct fault *f);

#endif
