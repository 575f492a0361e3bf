/* A step or job run, told the same way whatever it ran on, and how it stands among the others. */
#ifndef LW_TOOLS_EMR_RUN_H
#define LW_TOOLS_EMR_RUN_H

#include "tools/emr/target.h"
#include "tools/fingerprint.h"
#include "tools/history.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct emr_run {
    const json_t *raw; /* as AWS tells it: Step, StepSummary, jobRun, JobRunSummary; borrowed like all below */
    const char *id, *name, *state;
    int64_t created_ms, started_ms, ended_ms;
    const char *mark; /* the digits that mark it as a retry that this program started, not ended by NUL; NULL for none */
    char work[FINGERPRINT_TEXT]; /* the same for runs that do the same; "" when AWS did not tell */
    char kind[FINGERPRINT_TEXT]; /* the same for runs that differ in numbers only, as in the day they are for; "" likewise */
};

/* `raw` of that runtime. */
void emr_run_of(enum emr_runtime r, const json_t *raw, struct emr_run *out);

/* FAILED, INTERRUPTED: it ended, and not well. CANCELLED is not among them: mostly somebody wanted that. */
bool emr_run_failed(const struct emr_run *run);
bool emr_run_cancelled(const struct emr_run *run);
bool emr_run_succeeded(const struct emr_run *run);
bool emr_run_in_flight(const struct emr_run *run);

/* Whether both do the same work: the same jar, class and arguments, or the same job driver; where AWS does not tell that,
   the same name, not counting the marks of retries. */
bool emr_same_work(const struct emr_run *a, const struct emr_run *b);

/* Whether both are of one series: the same work but for numbers in it. Where AWS does not tell the work, the same goes for
   the names. */
bool emr_same_kind(const struct emr_run *a, const struct emr_run *b);

/* The name without the mark of a retry, at most `max` bytes of it. Free with free(). */
char *emr_plain_name(const char *name, size_t max);

/* What marks a retry of that run: hex digits that only this run has. Steps and job runs of EMR Serverless carry the first
   eight as "[retry:<8>]" at the end of their names; EMR on EKS, whose names take no brackets, tells the client token that
   all are in. */
void emr_mark_of(const struct emr_target *t, const char *run_id, char mark[FINGERPRINT_TEXT]);
#define EMR_MARK_SHORT 8
#define EMR_MARK_OPEN "[retry:"
#define EMR_TOKEN_OPEN "lakewarden-retry-"

/* Whether the run was started by this program as a retry of the run with that mark. */
bool emr_is_retry_of(const struct emr_run *run, const char *mark);

/* How a run stands: among newer ones of the same work, and older ones of the same kind. */
struct emr_context {
    const struct emr_run *newer_in_flight, *newer_success, *newer_failed; /* the newest of each; NULL for none */
    struct history past;
    int retries_24h;      /* retries that this program started within 24 hours before `now_ms` */
};

/* `runs` newest first. */
void emr_context_of(const struct emr_run *runs, size_t n, const struct emr_run *run, int64_t now_ms, struct emr_context *c);

#endif
