/* What a call is about: one of the three ways to run work on EMR, the thing it runs in, and the run. */
#ifndef LW_TOOLS_EMR_TARGET_H
#define LW_TOOLS_EMR_TARGET_H

#include "base/err.h"
#include "tools/tool.h"

#include <jansson.h>

enum emr_runtime {
    EMR_EC2,        /* a cluster and its steps */
    EMR_SERVERLESS, /* an application and its job runs */
    EMR_EKS         /* a virtual cluster and its job runs */
};

struct emr_target {
    enum emr_runtime runtime;
    const char *owner; /* "j-...", or the id of the application or virtual cluster; borrowed */
    const char *run;   /* "s-...", or the id of the job run; NULL: the latest failed one */
};

/* Reads it from the arguments of a call, which it borrows from. Returns 0, or -1 and ERR_INVALID when they name no target or more
   than one. */
int emr_target_of(const json_t *arguments, struct emr_target *t, struct err *e);

/* Names for people: "EMR cluster", "step". */
const char *emr_owner_word(enum emr_runtime r);
const char *emr_run_word(enum emr_runtime r);

/* The type of resource: "emr_step", "emr_serverless_job_run", "emr_eks_job_run". */
const char *emr_resource_type(enum emr_runtime r);

/* Arguments of a call that leads to that run again, where the call of now looks; `run` may be NULL. New reference. */
json_t *emr_target_arguments(const struct emr_target *t, const char *run, const struct tool_call *call);

#endif
