/* Amazon CloudWatch, API version 2010-08-01, in its JSON 1.0 form (as boto3 speaks it). */
#include "aws/operation.h"

static const struct aws_service cloudwatch = {.name = "cloudwatch",
    .protocol = AWS_JSON,
    .json_version = "1.0",
    .target = "GraniteServiceVersion20100801",
    .query_mode = true};

/* Who may do what. Alarms are asked for by prefix and by state, which takes all of them; metrics have no ARN. */
static const struct aws_grant alarms = {.sid = "Alarms", .access = AWS_READ, .resources = {"*"}};
static const struct aws_grant metrics = {.sid = "Metrics", .access = AWS_READ, .resources = {"*"}};

#define PAGES {.in = {"NextToken"}, .out = {"NextToken"}}

const struct aws_operation aws_cloudwatch_describe_alarm_contributors = {
    .service = &cloudwatch, .name = "DescribeAlarmContributors", .grants = {&alarms}, .paging = PAGES};
const struct aws_operation aws_cloudwatch_describe_alarm_history = {
    .service = &cloudwatch, .name = "DescribeAlarmHistory", .grants = {&alarms}, .paging = PAGES, .per_s = 3};
const struct aws_operation aws_cloudwatch_describe_alarms = {
    .service = &cloudwatch, .name = "DescribeAlarms", .grants = {&alarms}, .paging = PAGES, .per_s = 9};
const struct aws_operation aws_cloudwatch_get_metric_data = {
    .service = &cloudwatch, .name = "GetMetricData", .grants = {&metrics}, .paging = PAGES, .per_s = 50};
