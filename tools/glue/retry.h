/* One retry of a Glue run, while retry_glue_job decides and carries it out. */
#ifndef LW_TOOLS_GLUE_RETRY_H
#define LW_TOOLS_GLUE_RETRY_H

#include "tools/advice.h"
#include "tools/envelope.h"
#include "tools/gate.h"
#include "tools/glue/run.h"

struct glue_retry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    const char *job_name;
    int64_t now_ms;
    struct gate gate;

    struct glue_view view;
    const json_t *run; /* the one to retry; borrowed from the view */
    struct glue_context context;

    /* A run that a workflow started is resumed there, so that what follows it runs too. */
    const char *workflow, *workflow_run; /* borrowed from the run; NULL outside a workflow */
    json_t *workflow_view;               /* Run of GetWorkflowRun */
    struct aws_fault workflow_fault;
    const char *workflow_node; /* borrowed from workflow_view; NULL when the run was not found in its graph */

    const struct aws_operation *operation;
    json_t *request; /* the input of the operation */

    const json_t *other; /* the run that makes this retry needless; borrowed from the view */
};

/* Reads job, runs, run, and workflow and bookmark where there are any, afresh. Returns 0, or -1 when `out` has the error
   answer. */
int glue_retry_read(struct glue_retry *r, const char *run_id, struct tool_answer *out);

/* Checks everything that must hold, files it in the gate, and sets its effect to what speaks against the retry (already in
   flight, already done, refused) or leaves it open. */
void glue_retry_check(struct glue_retry *r);

/* Builds the request. Returns 0, or -1 and ERR_INVALID when the arguments of the call cannot be honoured. */
int glue_retry_build(struct glue_retry *r, struct err *e);

/* Sends it, once, and finds out what came of it; sets the effect. Returns 0, or -1 when `out` has the error answer. */
int glue_retry_start(struct glue_retry *r, struct tool_answer *out);

/* The request as it goes out, but for the values of secret arguments: {service, operation, input, sent}. New reference. */
json_t *glue_retry_request_shown(const struct glue_retry *r);

/* Sets what the answer says of request, before, run and retry advice, and tells the digest. */
void glue_retry_report(struct glue_retry *r);

/* Files the run that exists now as `after`, `state` and `follow_up`. `id` may be of a run of which nothing else is known
   (run NULL). */
void glue_retry_after(struct glue_retry *r, const char *id, const json_t *run);

#endif
