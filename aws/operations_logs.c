/* Amazon CloudWatch Logs, API version 2014-03-28. Its times are milliseconds since 1970, in and out. */
#include "aws/operation.h"

static const struct aws_service logs = {
    .name = "logs", .protocol = AWS_JSON, .json_version = "1.1", .target = "Logs_20140328", .adaptive = true};

/* Who may do what to what: the groups in which the services keep what jobs write. `doctor` alone lists groups. */
static const struct aws_grant groups = {.sid = "Logs",
    .access = AWS_READ,
    .resources = {"arn:${partition}:logs:*:${account}:log-group:/aws-glue/*",
        "arn:${partition}:logs:*:${account}:log-group:airflow-*",
        "arn:${partition}:logs:*:${account}:log-group:/aws/emr*",
        "arn:${partition}:logs:*:${account}:log-group:/aws/lambda/*"}};
static const struct aws_grant group_lists = {.sid = "Doctor", .access = AWS_READ, .resources = {"*"}};

#define PAGES {.in = {"nextToken"}, .out = {"nextToken"}}

const struct aws_operation aws_logs_describe_log_groups = {
    .service = &logs, .name = "DescribeLogGroups", .grants = {&group_lists}, .paging = PAGES, .per_s = 10};
const struct aws_operation aws_logs_describe_log_streams = {
    .service = &logs, .name = "DescribeLogStreams", .grants = {&groups}, .paging = PAGES, .per_s = 25};
const struct aws_operation aws_logs_filter_log_events = {
    .service = &logs, .name = "FilterLogEvents", .grants = {&groups}, .paging = PAGES, .per_s = 5};

/* Always answers with both tokens; the end is where a token comes back as it was sent. */
const struct aws_operation aws_logs_get_log_events = {
    .service = &logs,
    .name = "GetLogEvents",
    .grants = {&groups},
    .paging = {.in = {"nextToken"},
        .out = {"nextBackwardToken"},
        .forward_if = "startFromHead",
        .out_forward = "nextForwardToken"},
    .per_s = 10};
