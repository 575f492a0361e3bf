/* From what was seen to what it means: a cause, how sure we are, and the evidence it rests on. */
#ifndef LW_TOOLS_DIAGNOSE_H
#define LW_TOOLS_DIAGNOSE_H

#include "tools/cause.h"
#include "tools/envelope.h"
#include "tools/signatures.h"

#define DIAGNOSIS_EVIDENCE_MAX 8

/* One thing that points at a cause. Weights are 1 to 100, as in tools/signatures/; what a service states itself
   (a run's state TIMEOUT) is 95. Later calls to diagnosis_add are taken as later in time. */
struct clue {
    enum cause cause;
    const char *signature;   /* id in tools/signatures/ or of a rule ("state:TIMEOUT"); outlives the diagnosis */
    int weight;
    const char *evidence_id; /* copied; a clue without evidence is ignored */
};

struct diagnosis {
    enum cause cause;
    enum cause_class class; /* cause_class(cause) unless a tool has a reason to differ */
    const char *signature;  /* NULL for none */
    int weight;             /* of the winning clue */
    int rival_weight;       /* of the strongest clue for another cause */
    char evidence[DIAGNOSIS_EVIDENCE_MAX][12];
    int evidence_count;
};

/* Nothing known: cause unknown, no evidence. */
void diagnosis_init(struct diagnosis *d);

/* Takes a clue in. The heavier wins; of two equally heavy the later. Clues for the winning cause gather its evidence. */
void diagnosis_add(struct diagnosis *d, const struct clue *c);

/* Looks for a signature of `service` in what the service itself says ended a run, filed as `evidence_id`. It weighs more than the
   same line in a log, which may have been survived, unless it is one of those that only wrap another error. What speaks for
   another cause counts against it. Returns the signature, or NULL. */
const struct signature *diagnosis_add_words(struct diagnosis *d, const char *service, const char *words, const char *evidence_id);

/* 0 for an unknown cause, else 0.1 to 0.95: the weight, lowered by a rival nearly as heavy; a second piece of evidence
   for the same cause raises it a little. */
double diagnosis_confidence(const struct diagnosis *d);

/* "high" (0.8 and more), "medium" (0.5 and more), "low". */
const char *diagnosis_sureness(const struct diagnosis *d);

/* Sets `diagnosis` in the envelope: {class, cause, signature?, confidence, evidence_ids}. */
void diagnosis_put(const struct diagnosis *d, struct envelope *v);

/* The digest's line on the cause: "Cause: oom (it ran out of memory). Confidence high, class needs_human, from java-heap."
   `unknown` is what is said where it is not known; NULL for the usual. */
void diagnosis_tell(const struct diagnosis *d, const char *unknown, struct envelope *v);

#endif
