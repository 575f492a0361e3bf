/* Amazon Athena, API version 2017-05-18. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service athena = {
    .name = "athena", .protocol = AWS_JSON, .json_version = "1.1", .target = "AmazonAthena"};

/* Who may do what to what. */
static const struct aws_grant queries = {.sid = "Queries",
    .access = AWS_READ,
    .resources = {"arn:${partition}:athena:*:${account}:workgroup/*"}};
static const struct aws_grant work_group_names = {.sid = "WorkGroupNames", .access = AWS_READ, .resources = {"*"}};
static const struct aws_grant retry_queries = {.sid = "RetryQueries",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:athena:*:${account}:workgroup/*"}};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}

const struct aws_operation aws_athena_batch_get_query_execution = {
    .service = &athena, .name = "BatchGetQueryExecution", .grants = {&queries}, .per_s = 20};
const struct aws_operation aws_athena_get_query_execution = {
    .service = &athena, .name = "GetQueryExecution", .grants = {&queries}, .per_s = 100};
const struct aws_operation aws_athena_get_query_results = {
    .service = &athena, .name = "GetQueryResults", .grants = {&queries}, .paging = PAGES, .per_s = 100};
const struct aws_operation aws_athena_get_query_runtime_statistics = {
    .service = &athena, .name = "GetQueryRuntimeStatistics", .grants = {&queries}};
const struct aws_operation aws_athena_get_work_group = {
    .service = &athena, .name = "GetWorkGroup", .grants = {&queries}};
const struct aws_operation aws_athena_list_query_executions = {
    .service = &athena, .name = "ListQueryExecutions", .grants = {&queries}, .paging = PAGES, .per_s = 5};

const struct aws_operation aws_athena_list_work_groups = {
    .service = &athena, .name = "ListWorkGroups", .grants = {&work_group_names}, .paging = PAGES, .per_s = 5};

/* Carries a ClientRequestToken of the caller's own: sent again unchanged, it is the same execution. */
const struct aws_operation aws_athena_start_query_execution = {
    .service = &athena, .name = "StartQueryExecution",
    .grants = {&retry_queries}, .safety = AWS_TOKENED, .per_s = 20};
