/* One retry of a step or job run, while retry_emr decides and carries it out. */
#ifndef LW_TOOLS_EMR_RETRY_H
#define LW_TOOLS_EMR_RETRY_H

#include "tools/advice.h"
#include "tools/emr/view.h"
#include "tools/envelope.h"
#include "tools/gate.h"

struct emr_retry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;
    struct gate gate;

    struct emr_view view;
    struct emr_run run; /* the one to retry; of the view */
    struct emr_context context;
    char mark[FINGERPRINT_TEXT]; /* what a retry of that run carries */
    json_t *place;               /* EMR on EKS: its virtual cluster; NULL and place_fault */
    struct aws_fault place_fault;

    const struct aws_operation *operation;
    json_t *request; /* the input of the operation */
    json_t *changed; /* what differs from the run: [{field, from, to, why}] */

    const struct emr_run *other; /* the run that makes this retry needless; of the view */
};

/* Reads owner, runs and run, afresh. Returns 0, or -1 when `out` has the error answer. */
int emr_retry_read(struct emr_retry *r, struct tool_answer *out);

/* Builds the request. */
void emr_retry_build(struct emr_retry *r);

/* Checks everything that must hold, files it in the gate, and sets its effect to what speaks against the retry (already in
   flight, already done, refused) or leaves it open. */
void emr_retry_check(struct emr_retry *r);

/* Sends it, once, and finds out what came of it; sets the effect. Returns 0, or -1 when `out` has the error answer. */
int emr_retry_start(struct emr_retry *r, struct tool_answer *out);

/* Files the run that exists now as `after`, `state` and `follow_up`; `run` is NULL when only its id is known, `id` too when not
   even that is. */
void emr_retry_after(struct emr_retry *r, const char *id, const struct emr_run *run);

/* The request as it goes out, but for the values of secret arguments: {service, operation, input, sent}. New reference. */
json_t *emr_retry_request_shown(const struct emr_retry *r);

/* Sets what the answer says of request and before, and tells the digest. */
void emr_retry_report(struct emr_retry *r);

#endif
