/* Private to tools/kafka/worker.c: one job, and the children that do it one after the other. */
#ifndef LW_TOOLS_KAFKA_LIFE_H
#define LW_TOOLS_KAFKA_LIFE_H

#include "tools/kafka/worker.h"

/* One job and all its children. */
struct kafka_lives {
    const struct kafka_call *call;
    char program[4096];
    bool changes; /* a replay that is no dry run */
    int wake;     /* an eventfd that can be read once the stop tripped */
    int64_t work_until_mono_ms;
    json_t *done, *intent; /* a replay's numbers: committed, and of the batch under way. NULL while there are none */
    json_t *result;        /* what the last life said; NULL: it died */
    char death[400];       /* how the last life died */
    int lives, stale;
    const char *cut; /* "deadline" or "cancelled" once the child was told to end */
};

/* One child, from its start to its end, until that time at the latest: fills result or death, and the numbers. With
   `settle_only` it finds out how its predecessor ended and does no more. Returns -1 and `e` only where none could be
   started. */
int kafka_live(struct kafka_lives *run, int64_t until_mono_ms, bool settle_only, struct err *e);

/* The job's member "replay", or NULL. */
const json_t *kafka_lives_plan(const struct kafka_lives *run);

#endif
