/* What AWS says about the target of a call; each part can fail by itself. */
#ifndef LW_TOOLS_EMR_VIEW_H
#define LW_TOOLS_EMR_VIEW_H

#include "aws/aws.h"
#include "tools/emr/run.h"
#include "tools/emr/target.h"
#include "tools/envelope.h"

#include <jansson.h>

#define EMR_RUNS_MAX 256 /* looked at; a cluster has no more steps */

struct emr_view {
    struct emr_target target;
    /* Cluster, application; NULL and owner_fault, or for EMR on EKS, whose virtual clusters tell nothing of use */
    json_t *owner;
    json_t *detail; /* Step or jobRun of the run asked for, or chosen; NULL and detail_fault */
    json_t *listed; /* pages of the list of runs as they came; keeps `runs` alive */
    struct emr_run runs[EMR_RUNS_MAX]; /* newest first; without the details of `detail` */
    size_t run_count;
    bool runs_read;     /* else runs_fault */
    bool runs_complete; /* there are no older ones */
    struct aws_fault owner_fault, detail_fault, runs_fault;
};

/* Reads the owner, its newest runs and the run asked for; files each in the sources of `v`. The details of a run that was not
   asked for are read by emr_view_choose. */
void emr_view_read(struct aws_session *s, const struct emr_target *t, struct envelope *v, struct emr_view *view);

/* Reads only the newest runs of the target into an empty view. */
void emr_view_read_runs(struct aws_session *s, const struct emr_target *t, struct envelope *v, struct emr_view *view);

/* Reads the details of one of the runs into `detail`. Returns 0, or -1 and detail_fault. */
int emr_view_choose(struct aws_session *s, struct envelope *v, struct emr_view *view, const char *run_id);

/* Where the list does not tell what a run does (EMR Serverless), asks for it: of `run` and of newer runs of the same name. */
void emr_view_compare(struct aws_session *s, struct envelope *v, struct emr_view *view, const struct emr_run *run);

/* Whether a cluster (may be NULL) is in a state in which steps can be added (AddJobFlowSteps). */
bool emr_cluster_accepts(const json_t *cluster);

/* The newest failed run, or NULL. Borrowed. */
const struct emr_run *emr_latest_failed(const struct emr_view *view);

/* {id, name, state, started_at, ended_at?, duration_s?, retry?} of the newest `max` runs of the same kind as `run`; of all
   when it is NULL. New reference. */
json_t *emr_history(const struct emr_view *view, const struct emr_run *run, size_t max);

void emr_view_done(struct emr_view *view);

#endif
