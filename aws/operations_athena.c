/* Amazon Athena, API version 2017-05-18. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service athena = {
    .name = "athena", .protocol = AWS_JSON, .json_version = "1.1", .target = "AmazonAthena"};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}

const struct aws_operation aws_athena_batch_get_query_execution = {
    .service = &athena, .name = "BatchGetQueryExecution", .per_s = 20};
const struct aws_operation aws_athena_get_query_execution = {.service = &athena, .name = "GetQueryExecution", .per_s = 100};
const struct aws_operation aws_athena_get_query_results = {
    .service = &athena, .name = "GetQueryResults", .paging = PAGES, .per_s = 100};
const struct aws_operation aws_athena_get_query_runtime_statistics = {
    .service = &athena, .name = "GetQueryRuntimeStatistics"};
const struct aws_operation aws_athena_get_work_group = {.service = &athena, .name = "GetWorkGroup"};
const struct aws_operation aws_athena_list_query_executions = {
    .service = &athena, .name = "ListQueryExecutions", .paging = PAGES, .per_s = 5};

/* Carries a ClientRequestToken of the caller's own: sent again unchanged, it is the same execution. */
const struct aws_operation aws_athena_start_query_execution = {
    .service = &athena, .name = "StartQueryExecution", .safety = AWS_TOKENED, .per_s = 20};
