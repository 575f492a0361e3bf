#include "base/err.h"
#include "schema/schema.h" /* bad: base knows nothing of ours */
