#include "kafka/job.h"
#include "base/err.h"
#include "tools/kafka/worker.h" /* bad */
#include "aws/aws.h"            /* bad */
