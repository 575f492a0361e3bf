/* One retry of an Athena query, while retry_athena_query decides and carries it out. */
#ifndef LW_TOOLS_ATHENA_RETRY_H
#define LW_TOOLS_ATHENA_RETRY_H

#include "tools/athena/query.h"
#include "tools/athena/statement.h"
#include "tools/envelope.h"
#include "tools/gate.h"

#define RETRY_LIST_PAGES 4 /* of the work group's newest queries, looked through for the same statement */

struct athena_retry {
    const struct tool_call *call;
    struct aws_session *session;
    struct envelope answer;
    int64_t now_ms;
    struct gate gate;

    struct athena_view view;
    const json_t *query; /* the one to run again; borrowed from the view */
    struct statement statement;
    struct athena_context context;

    json_t *request;     /* the input of StartQueryExecution */
    const json_t *other; /* the execution that makes this retry needless; borrowed from the view */
};

/* Checks everything that must hold, files it in the gate, and sets its effect to what speaks against the retry, or leaves it
   open. */
void athena_retry_check(struct athena_retry *r);

/* Builds the request. */
void athena_retry_build(struct athena_retry *r);

/* Where results go: the folder of the old run's output, or NULL where the work group decides. Free it. */
char *athena_output_folder(const json_t *query, const json_t *workgroup);

/* Whether the first run left its target as it was; `why` (size 300) gets what was seen either way. What cannot be looked at is
   not unchanged. */
bool athena_target_unchanged(struct athena_retry *r, char *why);

/* Sends it and finds out what came of it; sets the effect. Returns 0, or -1 when `out` has the error answer. */
int athena_retry_start(struct athena_retry *r, struct tool_answer *out);

/* Files the execution that there is now as `after`, `state` and `follow_up`; `query` may be NULL when only its id is known. */
void athena_retry_after(struct athena_retry *r, const char *id, const json_t *query);

/* The request as it goes out, but for the end of a long statement: {service, operation, input, sent}. New reference. */
json_t *athena_retry_request_shown(const struct athena_retry *r);

/* Sets what the answer says of request, before and after, and tells the digest. */
void athena_retry_report(struct athena_retry *r);

#endif
