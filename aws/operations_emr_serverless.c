/* Amazon EMR Serverless, API version 2021-07-13. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service emr_serverless = {.name = "emr_serverless", .protocol = AWS_REST_JSON};

/* Who may do what to what. */
static const struct aws_grant applications = {.sid = "Serverless",
    .access = AWS_READ,
    .resources = {"arn:${partition}:emr-serverless:*:${account}:/applications/*"}};
static const struct aws_grant retry_runs = {.sid = "RetryServerless",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:emr-serverless:*:${account}:/applications/*"}};
/* A retry keeps the tags of a run, and hands its runtime role on. */
static const struct aws_grant tags = {.sid = "TagServerless",
    .access = AWS_WRITE,
    .action = "emr-serverless:TagResource",
    .resources = {"arn:${partition}:emr-serverless:*:${account}:/applications/*"}};
static const struct aws_grant runtime_roles = {.sid = "RuntimeRoles",
    .access = AWS_WRITE,
    .action = "iam:PassRole",
    .condition = {"StringEquals", "iam:PassedToService", "emr-serverless.amazonaws.com"}};

#define PAGES {.in = {"nextToken"}, .out = {"nextToken"}}
#define ACTION(api) .name = (api), .iam_action = "emr-serverless:" api
#define PATH(api) {.name = (api), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, type) {.name = (api), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}
#define RUN_PATH "/applications/{applicationId}/jobruns/{jobRunId}"

static const struct aws_member application_members[] = {PATH("applicationId")};
static const struct aws_shape application = AWS_STRUCT(application_members);

const struct aws_operation aws_emr_serverless_get_application = {.service = &emr_serverless,
    ACTION("GetApplication"),
    .grants = {&applications},
    .method = "GET",
    .path = "/applications/{applicationId}",
    .input = &application};

static const struct aws_member run_members[] = {PATH("applicationId"), PATH("jobRunId"), QUERY("attempt", integer)};
static const struct aws_shape run = AWS_STRUCT(run_members);

const struct aws_operation aws_emr_serverless_get_job_run = {.service = &emr_serverless,
    ACTION("GetJobRun"),
    .grants = {&applications},
    .method = "GET",
    .path = RUN_PATH,
    .input = &run};

static const struct aws_member runs_members[] = {
    PATH("applicationId"),
    QUERY("nextToken", string),
    QUERY("maxResults", integer),
    QUERY("createdAtAfter", timestamp),
    QUERY("createdAtBefore", timestamp),
    QUERY("states", strings),
    QUERY("mode", string),
};
static const struct aws_shape runs = AWS_STRUCT(runs_members);

const struct aws_operation aws_emr_serverless_list_job_runs = {.service = &emr_serverless,
    ACTION("ListJobRuns"),
    .grants = {&applications},
    .method = "GET",
    .path = "/applications/{applicationId}/jobruns",
    .input = &runs,
    .paging = PAGES};

static const struct aws_member attempts_members[] = {
    PATH("applicationId"), PATH("jobRunId"), QUERY("nextToken", string), QUERY("maxResults", integer)};
static const struct aws_shape attempts = AWS_STRUCT(attempts_members);

const struct aws_operation aws_emr_serverless_list_job_run_attempts = {.service = &emr_serverless,
    ACTION("ListJobRunAttempts"),
    .grants = {&applications},
    .method = "GET",
    .path = RUN_PATH "/attempts",
    .input = &attempts,
    .paging = PAGES};

/* What is not in the path is the body. It carries a clientToken of the caller's own: sent again unchanged, it is the same run. */
static const struct aws_shape start = AWS_OPEN_STRUCT(application_members);

const struct aws_operation aws_emr_serverless_start_job_run = {.service = &emr_serverless,
    ACTION("StartJobRun"),
    .grants = {&retry_runs, &tags, &runtime_roles},
    .safety = AWS_TOKENED,
    .method = "POST",
    .path = "/applications/{applicationId}/jobruns",
    .input = &start};
