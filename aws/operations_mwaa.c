/* Amazon Managed Workflows for Apache Airflow, API version 2020-07-01. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service mwaa = {.name = "mwaa", .protocol = AWS_REST_JSON};

/* Who may do what to what. Calls are allowed for a role that Airflow knows: Viewer looks, Op clears tasks and triggers runs. */
static const struct aws_grant environments = {.sid = "Airflow",
    .access = AWS_READ,
    .resources = {"arn:${partition}:airflow:*:${account}:environment/*",
        "arn:${partition}:airflow:*:${account}:role/*/Viewer"}};
static const struct aws_grant retry_runs = {.sid = "RetryAirflow",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:airflow:*:${account}:role/*/Op"}};

static const struct aws_member name_members[] = {
    {.name = "Name", .shape = &aws_shape_string, .place = AWS_IN_PATH}};
static const struct aws_shape environment = AWS_STRUCT(name_members);

const struct aws_operation aws_mwaa_get_environment = {.service = &mwaa,
    .name = "GetEnvironment",
    .iam_action = "airflow:GetEnvironment",
    .grants = {&environments},
    .method = "GET",
    .path = "/environments/{Name}",
    .host_prefix = "api.",
    .input = &environment};

/* Path, Method, QueryParameters and Body are Airflow's affair and pass as they stand. The service gives Airflow ten seconds. */
static const struct aws_shape rest_call = AWS_OPEN_STRUCT(name_members);

#define INVOKE_REST_API                                                                                      \
    .service = &mwaa, .name = "InvokeRestApi", .iam_action = "airflow:InvokeRestApi", .method = "POST",       \
    .path = "/restapi/{Name}", .host_prefix = "env.", .input = &rest_call, .timeout_ms = 15000, .per_s = 10

/* Whether a call may be sent again depends on what it asks Airflow for, so there are two rows of the one operation. */
const struct aws_operation aws_mwaa_invoke_rest_api = {INVOKE_REST_API, .grants = {&environments}};
const struct aws_operation aws_mwaa_invoke_rest_api_write = {
    INVOKE_REST_API, .grants = {&retry_runs}, .safety = AWS_ONCE};
