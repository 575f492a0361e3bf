/* Job "inspect": brokers, topics, the group's state and its lag. */
#ifndef LW_KAFKA_INSPECT_H
#define LW_KAFKA_INSPECT_H

#include "kafka/job.h"

/* Does the job and tells the parent what was learnt, also where a part of it failed: then with the first fault. */
void inspect_run(const struct job *job);

#endif
