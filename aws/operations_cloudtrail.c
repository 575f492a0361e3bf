/* AWS CloudTrail, API version 2013-11-01: management events of the last 90 days. */
#include "aws/operation.h"

static const struct aws_service cloudtrail = {
    .name = "cloudtrail",
    .protocol = AWS_JSON,
    .json_version = "1.1",
    .target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    .adaptive = true};

/* Events have no ARN. */
static const struct aws_grant trail = {.sid = "Trail", .access = AWS_READ, .resources = {"*"}};

const struct aws_operation aws_cloudtrail_lookup_events = {
    .service = &cloudtrail, .name = "LookupEvents",
    .grants = {&trail}, .paging = {.in = {"NextToken"}, .out = {"NextToken"}}, .per_s = 2};
