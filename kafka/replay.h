/* Job "replay": copies records of one topic to where they belong, each exactly once, whoever dies on the way.

   The order makes it so: init_transactions ends what a former owner of the same transactional id left open and fences that
   owner off; only then are the group's committed offsets read; then the ends are fixed; then reading starts there. The
   copies of a batch and the offsets behind it are committed in one transaction.

   Before a batch is committed the parent is told what the numbers will be ("intent"), and after it that they are
   ("committed"). With both, a successor finds out from the committed offsets how a batch ended in which a child died. The
   parent hands it, as "resume", the members "done" and "intent" of those events, and "settle_only" when it shall find out
   and do no more. */
#ifndef LW_KAFKA_REPLAY_H
#define LW_KAFKA_REPLAY_H

#include "kafka/batch.h"
#include "kafka/fault.h"
#include "kafka/handle.h"
#include "kafka/job.h"
#include "kafka/tally.h"
#include "kafka/target.h"

#include <jansson.h>

#define REPLAY_TRANSACTION_MS 15000

struct replay {
    const struct job *job;
    const struct job_replay *plan;
    char transactional_id[520];
    struct handle producer, consumer;
    struct targets targets;
    struct tally tally; /* of what is committed */
    struct range *ranges;
    int64_t *read_to; /* per range: how far the batch in hand has come */
    size_t range_count;
    bool unsettled; /* an intent was told, and whether it was committed is not known */
    const char *stopped_by;
    int64_t begun_mono_ms;
    int64_t produced_before; /* by former lives */
    struct batch batch;
};

/* Does the job and tells the parent how far it came, and with which fault. */
void replay_run(const struct job *job);

/* Opens both handles, takes ownership of the transactional id, and finds out where to go on and to: fills ranges and
   tally. Returns 0, or -1 and `f`. */
int replay_start(struct replay *r, struct fault *f);

/* The last part of replay_start: ranges, tally, and the consumer set to read from there. Returns 0, or -1 and `f`. */
int replay_find_place(struct replay *r, struct fault *f);

/* Reads records into the batch until it is full or there are no more for now; sets r->stopped_by when nothing is to follow
   it. Returns 0, or -1 and `f`. */
int replay_gather(struct replay *r, struct fault *f);

/* Writes the batch and its offsets in one transaction, again where it was aborted for a reason that passes. Returns 0
   with tally and ranges brought up to date, or -1 and `f`. */
int replay_commit(struct replay *r, struct fault *f);

/* Whether every range is read to its end. */
bool replay_all_read(const struct replay *r);

/* The numbers as the parent is told them: those of the batch in hand, or those that are committed. New reference. */
json_t *replay_intent_json(const struct replay *r);
json_t *replay_done_json(const struct replay *r);

#endif
