/* Who we are to AWS, and how it is asked: one object for the process, one session per tool call. */
#ifndef LW_AWS_AWS_H
#define LW_AWS_AWS_H

#include "aws/operations.h"
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
    const char *region;  /* --region; NULL: AWS_REGION, AWS_DEFAULT_REGION, the profile's, then that of the EC2 instance */
    const char *profile; /* --profile; given, it wins over keys in the environment (AWS_PROFILE does not) */
    bool credential_process; /* --credential-process: a profile may name a program to run */

    /* --read-role-arn and --write-role-arn: a role for each account. Without any, everything is done as whoever we are. */
    const char *const *read_roles;
    size_t read_role_count;
    const char *const *write_roles;
    size_t write_role_count;
    const char *external_id; /* --role-external-id; NULL for none */

    const char *const *allowed_regions; /* --allowed-region: where else a session may look; "*" is anywhere */
    size_t allowed_region_count;
};

/* Reads no file and asks nobody yet: credentials and region are resolved when first needed. ERR_CONFIG where a region or a
   role's ARN is not one. */
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
    /* rest-json: the body of the refusal as compact JSON, without secrets, cut; MWAA puts Airflow's answer there */
    char detail[1024];
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

/* One tool call's view of AWS: where, until when, and what was asked. One thread at a time. */
struct aws_session;

/* Whether a session only looks. Reading and writing may be different roles, and each sends what its policy allows and nothing
   else (aws/policy.h): a session that looks sends no write, and one that writes looks as the role that looks. */
enum aws_access { AWS_READ, AWS_WRITE };

/* Where a session looks, and on whose behalf. A zeroed one reads in the default region as whoever we are. */
struct aws_where {
    const char *region;  /* NULL: the default */
    const char *account; /* 12 digits; NULL: the account of the keys or roles that are used by default */
    enum aws_access access;
    const char *subject; /* who asked, for the role session's name; may be NULL */
};

/* `where` may be NULL; it is read here and not kept. `stop` is borrowed and may be NULL. Fails with ERR_CONFIG when there is no
   region, ERR_INVALID when the region or the account is not one this server may use, ERR_DENIED where it may not write. */
struct aws_session *aws_session_new(struct aws *a, const struct aws_where *where, struct stop *stop, struct err *e);
void aws_session_free(struct aws_session *s);
const char *aws_session_region(const struct aws_session *s);

/* Whether a session that writes could be opened for that account (NULL: the default), as far as the settings tell: asks nobody.
   Returns 0, or -1 with ERR_DENIED or ERR_INVALID saying which role is missing. */
int aws_may_write(struct aws *a, const char *account, struct err *e);

/* The account whose role a session would take on for reading: 12 digits, or "" where that is whoever we are. Asks nobody.
   `out` holds AWS_ACCOUNT_MAX bytes. Two calls that look at the same account get the same text. */
void aws_read_account(struct aws *a, const char *account, char *out);
#define AWS_ACCOUNT_MAX 13

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
   (at most `max` bytes; a longer object needs a Range; what `*body` held is freed), the modelled headers in `*output`
   (ContentLength, LastModified, ETag ...). */
int aws_invoke_blob(struct aws_session *s, const struct aws_operation *op, const json_t *input, size_t max, json_t **output,
                    struct buf *body, struct aws_fault *f);

/* Several at once on the wire, all of them reads or all of them writes. Each item is filled as aws_invoke would. */
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

/* Who we are without any role (STS GetCallerIdentity): an ARN, a new string, or NULL. */
char *aws_own_arn(struct aws *a, struct stop *stop, struct err *e);

/* The account in a role's ARN, a new string; "" where it is none. */
char *aws_role_account(const char *arn);

/* Which credential providers were tried and what each said: [{provider, result, detail}]; for `doctor` and for the
   error a caller without credentials gets. Tries them now if nobody has yet. New reference. */
json_t *aws_credentials_report(struct aws *a, struct stop *stop);

/* How a service's base URL was decided ("AWS_ENDPOINT_URL_GLUE" or "rule") and what it is; for `doctor`. `url` holds 256 bytes.
   Returns NULL when it could not be; `url` then says why. Borrowed for ever. */
const char *aws_endpoint_report(struct aws *a, const char *service, char *url);

#endif
