/* Who we are to AWS, and how it is asked: one object for the process, one session per tool call. */
#ifndef LW_AWS_AWS_H
#define LW_AWS_AWS_H

#include "base/err.h"
#include "base/http.h"
#include "base/stop.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aws;

struct aws_options {
    struct http *http;   /* borrowed */
    const char *region;  /* --region; NULL: AWS_REGION, AWS_DEFAULT_REGION, then the profile's */
    const char *profile; /* --profile; given, it wins over keys in the environment (AWS_PROFILE does not) */
};

/* Reads no file and asks nobody yet: credentials and region are resolved when first needed. */
struct aws *aws_new(const struct aws_options *o, struct err *e);
void aws_free(struct aws *a);

/* The default region, or NULL with ERR_CONFIG naming where it was looked for. Never guesses us-east-1. Borrowed. */
const char *aws_region(struct aws *a, struct err *e);

/* What an upstream said no with. `err` is always set on failure, and its text is fit to show: service, operation,
   code, message, request id; never a signature or a token. */
struct aws_fault {
    struct err err;
    char code[96];       /* AWS error code ("EntityNotFoundException"), "" if none could be read */
    char message[384];   /* the service's own message */
    int status;          /* HTTP status, 0 if nothing came back */
    char request_id[80];
    bool retryable;      /* trying again later may help (attempts allowed here are used up) */
    bool effect_unknown; /* the request may have been executed: only ever true for operations that are not idempotent */
};

enum aws_safety {
    AWS_IDEMPOTENT, /* may be sent again at will */
    AWS_TOKENED,    /* carries an idempotency token: may be sent again unchanged */
    AWS_ONCE        /* sent again only when it certainly was not executed */
};

/* One operation of one service; the rows are in aws/operations_*.c, the type's inside in aws/operation.h. */
struct aws_operation;
extern const struct aws_operation aws_glue_get_job, aws_glue_get_job_run, aws_glue_get_job_runs, aws_glue_start_job_run,
    aws_glue_get_job_bookmark, aws_glue_get_workflow_run, aws_glue_resume_workflow_run, aws_glue_get_table,
    aws_glue_get_partitions, aws_glue_get_partition;
extern const struct aws_operation aws_logs_describe_log_groups, aws_logs_describe_log_streams, aws_logs_get_log_events,
    aws_logs_filter_log_events;
extern const struct aws_operation aws_cloudwatch_describe_alarms, aws_cloudwatch_describe_alarm_history,
    aws_cloudwatch_describe_alarm_contributors, aws_cloudwatch_get_metric_data;
extern const struct aws_operation aws_s3_head_bucket, aws_s3_list_objects_v2, aws_s3_head_object, aws_s3_get_object,
    aws_s3_list_object_versions;
extern const struct aws_operation aws_sts_get_caller_identity, aws_sts_assume_role;

/* One tool call's view of AWS: where, until when, and what was asked. One thread at a time. */
struct aws_session;

/* `region` NULL for the default. `stop` is borrowed and may be NULL. Fails with ERR_CONFIG when there is no region. */
struct aws_session *aws_session_new(struct aws *a, const char *region, struct stop *stop, struct err *e);
void aws_session_free(struct aws_session *s);
const char *aws_session_region(const struct aws_session *s);

/* What was asked so far: [{service, op, request_id, attempts, ms, status, code?}], oldest first, at most 200. New reference. */
json_t *aws_session_requests(const struct aws_session *s);

/* One request. `input` and `output` are objects whose members have the names of the AWS API ("JobName"), whatever the
   wire format. For S3 the members bound to path, query or headers ("Bucket", "Prefix", "Range") are named as in the API too.
   Signs, retries within the rules of the operation's safety, obeys the stop. `input` is borrowed; NULL for none.
   Output times are numbers (seconds since 1970 with fraction; CloudWatch Logs keeps its milliseconds).
   Returns 0 and a new reference in `*output`, or -1 and `f`. */
int aws_invoke(struct aws_session *s, const struct aws_operation *op, const json_t *input, json_t **output,
               struct aws_fault *f);

/* As aws_invoke for an operation whose reply body is bytes (GetObject): the body lands in `*body`
   (at most `max` bytes; a longer object needs a Range; what `*body` held is freed), the modelled headers in `*output` (ContentLength, LastModified, ETag ...). */
int aws_invoke_blob(struct aws_session *s, const struct aws_operation *op, const json_t *input, size_t max, json_t **output,
                    struct buf *body, struct aws_fault *f);

/* Several at once on the wire. Each item is filled as aws_invoke would. */
struct aws_item {
    const struct aws_operation *op;
    const json_t *input; /* borrowed */
    json_t *output;      /* new reference, NULL when it failed */
    struct aws_fault fault;
};
void aws_invoke_all(struct aws_session *s, struct aws_item *items, size_t n);

/* Walks pages by the operation's own token members until there is no token, `max_pages` is reached, the callback
   returns 1 (enough), or something fails. An empty page with a token is not the end; a token that repeats is.
   `input` is borrowed and may hold a starting token. `*next` gets the token to go on with (free it) or NULL when complete.
   ListObjectVersions has two token members; its `next` holds both and goes back in as "KeyMarker" alone.
   The callback borrows the page. Returns pages read, or -1 and `f` (pages before the failure were delivered). */
typedef int aws_page_fn(const json_t *page, void *ctx);
int aws_each_page(struct aws_session *s, const struct aws_operation *op, const json_t *input, int max_pages,
                  aws_page_fn *fn, void *ctx, char **next, struct aws_fault *f);

/* A time member of an output ("StartedOn": seconds with fraction) in milliseconds since 1970, or -1 when there is none or it
   cannot be one. Not for CloudWatch Logs, whose times are milliseconds already. */
int64_t aws_time_ms(const json_t *object, const char *key);

/* Names of operation and service as AWS spells them ("GetJobRuns", "glue"). Borrowed. */
const char *aws_operation_name(const struct aws_operation *op);
const char *aws_operation_service(const struct aws_operation *op);

/* The IAM action an operation needs ("glue:GetJobRun", "s3:ListBucket"), into `out`, which holds AWS_ACTION_MAX bytes. */
void aws_operation_action(const struct aws_operation *op, char *out);
#define AWS_ACTION_MAX 96

/* Which credential providers were tried and what each said: [{provider, result, detail}]; for `doctor` and for the
   error a caller without credentials gets. Tries them now if nobody has yet. New reference. */
json_t *aws_credentials_report(struct aws *a, struct stop *stop);

/* How a service's base URL was decided ("AWS_ENDPOINT_URL_GLUE" or "rule") and what it is; for `doctor`. `url` holds 256 bytes.
   Returns NULL when it could not be; `url` then says why. Borrowed for ever. */
const char *aws_endpoint_report(struct aws *a, const char *service, char *url);

#endif
