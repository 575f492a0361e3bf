/* Amazon EMR on EC2, API version 2009-03-31. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service emr = {
    .name = "emr", .protocol = AWS_JSON, .json_version = "1.1", .target = "ElasticMapReduce"};

/* Who may do what to what. */
static const struct aws_grant clusters = {.sid = "Clusters",
    .access = AWS_READ,
    .resources = {"arn:${partition}:elasticmapreduce:*:${account}:cluster/*"}};
static const struct aws_grant retry_steps = {.sid = "RetrySteps",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:elasticmapreduce:*:${account}:cluster/*"}};

#define PAGES {.in = {"Marker"}, .out = {"Marker"}}
#define NAMED(op) .name = (op), .iam_action = "elasticmapreduce:" op

const struct aws_operation aws_emr_describe_cluster = {
    .service = &emr, NAMED("DescribeCluster"), .grants = {&clusters}};
const struct aws_operation aws_emr_describe_step = {.service = &emr, NAMED("DescribeStep"), .grants = {&clusters}};
const struct aws_operation aws_emr_list_instances = {
    .service = &emr, NAMED("ListInstances"), .grants = {&clusters}, .paging = PAGES};
const struct aws_operation aws_emr_list_steps = {
    .service = &emr, NAMED("ListSteps"), .grants = {&clusters}, .paging = PAGES};

/* Takes no idempotency token: sent twice, the steps run twice. */
const struct aws_operation aws_emr_add_job_flow_steps = {
    .service = &emr, NAMED("AddJobFlowSteps"), .grants = {&retry_steps}, .safety = AWS_ONCE};
