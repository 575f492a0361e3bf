/* AWS Glue, API version 2017-03-31. */
#include "aws/operation.h"

static const struct aws_service glue = {
    .name = "glue", .protocol = AWS_JSON, .json_version = "1.1", .target = "AWSGlue", .adaptive = true};

/* Who may do what to what. A bookmark has no ARN, and a list of jobs none either. */
static const struct aws_grant jobs = {.sid = "Jobs",
    .access = AWS_READ,
    .resources = {"arn:${partition}:glue:*:${account}:job/*", "arn:${partition}:glue:*:${account}:workflow/*"}};
static const struct aws_grant bookmarks = {.sid = "Bookmarks", .access = AWS_READ, .resources = {"*"}};
static const struct aws_grant job_names = {.sid = "JobNames", .access = AWS_READ, .resources = {"*"}};
static const struct aws_grant tables = {.sid = "Tables",
    .access = AWS_READ,
    .resources = {"arn:${partition}:glue:*:${account}:catalog", "arn:${partition}:glue:*:${account}:database/*",
        "arn:${partition}:glue:*:${account}:table/*/*"}};
static const struct aws_grant retry_jobs = {.sid = "RetryJobs",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:glue:*:${account}:job/*", "arn:${partition}:glue:*:${account}:workflow/*"}};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}

const struct aws_operation aws_glue_get_databases = {
    .service = &glue, .name = "GetDatabases", .grants = {&tables}, .paging = PAGES};
const struct aws_operation aws_glue_get_job = {.service = &glue, .name = "GetJob", .grants = {&jobs}};
const struct aws_operation aws_glue_get_job_bookmark = {
    .service = &glue, .name = "GetJobBookmark", .grants = {&bookmarks}};
const struct aws_operation aws_glue_get_job_run = {.service = &glue, .name = "GetJobRun", .grants = {&jobs}};
const struct aws_operation aws_glue_get_job_runs = {
    .service = &glue, .name = "GetJobRuns", .grants = {&jobs}, .paging = PAGES};
const struct aws_operation aws_glue_get_partitions = {
    .service = &glue, .name = "GetPartitions", .grants = {&tables}, .paging = PAGES};
const struct aws_operation aws_glue_get_table = {.service = &glue, .name = "GetTable", .grants = {&tables}};
const struct aws_operation aws_glue_get_tables = {
    .service = &glue, .name = "GetTables", .grants = {&tables}, .paging = PAGES};
const struct aws_operation aws_glue_get_workflow_run = {
    .service = &glue, .name = "GetWorkflowRun", .grants = {&jobs}};

const struct aws_operation aws_glue_list_jobs = {
    .service = &glue, .name = "ListJobs", .grants = {&job_names}, .paging = PAGES};

/* Neither takes an idempotency token: sent twice, they run twice. */
const struct aws_operation aws_glue_resume_workflow_run = {
    .service = &glue, .name = "ResumeWorkflowRun", .grants = {&retry_jobs}, .safety = AWS_ONCE};
const struct aws_operation aws_glue_start_job_run = {
    .service = &glue, .name = "StartJobRun", .grants = {&retry_jobs}, .safety = AWS_ONCE};
