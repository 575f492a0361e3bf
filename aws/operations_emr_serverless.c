/* Amazon EMR Serverless, API version 2021-07-13. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service emr_serverless = {.name = "emr_serverless", .protocol = AWS_REST_JSON};

#define PAGES {.in = {"nextToken"}, .out = {"nextToken"}}
#define ACTION(api) .name = (api), .iam_action = "emr-serverless:" api
#define PATH(api) {.name = (api), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, type) {.name = (api), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}
#define RUN_PATH "/applications/{applicationId}/jobruns/{jobRunId}"

static const struct aws_member application_members[] = {PATH("applicationId")};
static const struct aws_shape application = AWS_STRUCT(application_members);

const struct aws_operation aws_emr_serverless_get_application = {.service = &emr_serverless,
    ACTION("GetApplication"),
    .method = "GET",
    .path = "/applications/{applicationId}",
    .input = &application};

static const struct aws_member run_members[] = {PATH("applicationId"), PATH("jobRunId"), QUERY("attempt", integer)};
static const struct aws_shape run = AWS_STRUCT(run_members);

const struct aws_operation aws_emr_serverless_get_job_run = {.service = &emr_serverless,
    ACTION("GetJobRun"),
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
    .method = "GET",
    .path = "/applications/{applicationId}/jobruns",
    .input = &runs,
    .paging = PAGES};

static const struct aws_member attempts_members[] = {
    PATH("applicationId"), PATH("jobRunId"), QUERY("nextToken", string), QUERY("maxResults", integer)};
static const struct aws_shape attempts = AWS_STRUCT(attempts_members);

const struct aws_operation aws_emr_serverless_list_job_run_attempts = {.service = &emr_serverless,
    ACTION("ListJobRunAttempts"),
    .method = "GET",
    .path = RUN_PATH "/attempts",
    .input = &attempts,
    .paging = PAGES};

/* What is not in the path is the body. It carries a clientToken of the caller's own: sent again unchanged, it is the same run. */
static const struct aws_shape start = AWS_OPEN_STRUCT(application_members);

const struct aws_operation aws_emr_serverless_start_job_run = {.service = &emr_serverless,
    ACTION("StartJobRun"),
    .safety = AWS_TOKENED,
    .method = "POST",
    .path = "/applications/{applicationId}/jobruns",
    .input = &start};
