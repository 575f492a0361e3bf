/* What retry_kafka changes: a mapping that is switched on, records that are replayed. Both pass the gate. */
#ifndef LW_TOOLS_KAFKA_CHANGE_H
#define LW_TOOLS_KAFKA_CHANGE_H

#include "tools/kafka/inquiry.h"

/* Switches the mapping on, if all holds, and waits until Lambda says that it is. Returns 0 with the answer told, or -1 when `out`
   has the error answer. */
int kafka_enable(struct kafka_inquiry *q, struct tool_answer *out);

/* Replays dead letters or a range, if all holds, within the time of one write. As kafka_enable. */
int kafka_replay(struct kafka_inquiry *q, struct tool_answer *out);

#endif
