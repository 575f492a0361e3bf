/* AWS Glue, API version 2017-03-31. */
#include "aws/operation.h"

static const struct aws_service glue = {
    .name = "glue", .protocol = AWS_JSON, .json_version = "1.1", .target = "AWSGlue", .adaptive = true};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}

const struct aws_operation aws_glue_get_job = {.service = &glue, .name = "GetJob"};
const struct aws_operation aws_glue_get_job_bookmark = {.service = &glue, .name = "GetJobBookmark"};
const struct aws_operation aws_glue_get_job_run = {.service = &glue, .name = "GetJobRun"};
const struct aws_operation aws_glue_get_job_runs = {.service = &glue, .name = "GetJobRuns", .paging = PAGES};
const struct aws_operation aws_glue_get_partitions = {.service = &glue, .name = "GetPartitions", .paging = PAGES};
const struct aws_operation aws_glue_get_table = {.service = &glue, .name = "GetTable"};
const struct aws_operation aws_glue_get_workflow_run = {.service = &glue, .name = "GetWorkflowRun"};

/* Neither takes an idempotency token: sent twice, they run twice. */
const struct aws_operation aws_glue_resume_workflow_run = {
    .service = &glue, .name = "ResumeWorkflowRun", .safety = AWS_ONCE};
const struct aws_operation aws_glue_start_job_run = {.service = &glue, .name = "StartJobRun", .safety = AWS_ONCE};
