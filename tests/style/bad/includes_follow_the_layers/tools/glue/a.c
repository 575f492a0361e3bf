#include "tools/envelope.h"
#include "tools/glue/run.h"
#include "tools/logs/read.h"
#include "tools/alarm/past.h" /* bad: a part of another tool */
