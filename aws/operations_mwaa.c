/* Amazon Managed Workflows for Apache Airflow, API version 2020-07-01. Its times are seconds since 1970. */
#include "aws/operation.h"

static const struct aws_service mwaa = {.name = "mwaa", .protocol = AWS_REST_JSON};

/* Who may do what to what. Calls are allowed for a role that Airflow knows: Viewer looks, Op clears tasks and triggers runs. */
static const struct aws_grant environments = {.sid = "Airflow",
    .access = AWS_READ,
    .resources = {"arn:${partition}:airflow:*:${account}:environment/*",
        "arn:${partition}:airflow:*:${account}:role/*/Viewer"}};
static const struct aws_grant environment_names = {.sid = "EnvironmentNames", .access = AWS_READ, .resources = {"*"}};
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

static const struct aws_member list_members[] = {
    {.name = "NextToken", .shape = &aws_shape_string, .place = AWS_IN_QUERY},
    {.name = "MaxResults", .shape = &aws_shape_integer, .place = AWS_IN_QUERY}};
static const struct aws_shape list = AWS_STRUCT(list_members);
static const struct aws_member listed_members[] = {
    {.name = "Environments", .shape = &aws_shape_strings}, {.name = "NextToken", .shape = &aws_shape_string}};
static const struct aws_shape listed = AWS_STRUCT(listed_members);

const struct aws_operation aws_mwaa_list_environments = {.service = &mwaa,
    .name = "ListEnvironments",
    .iam_action = "airflow:ListEnvironments",
    .grants = {&environment_names},
    .method = "GET",
    .path = "/environments",
    .host_prefix = "api.",
    .input = &list,
    .output = &listed,
    .paging = {.in = {"NextToken"}, .out = {"NextToken"}}};

/* Path, Method, QueryParameters and Body are Airflow's affair and pass as they stand. The service gives Airflow ten seconds. */
static const struct aws_shape rest_call = AWS_OPEN_STRUCT(name_members);

#define INVOKE_REST_API                                                                                      \
    .service = &mwaa, .name = "InvokeRestApi", .iam_action = "airflow:InvokeRestApi", .method = "POST",       \
    .path = "/restapi/{Name}", .host_prefix = "env.", .input = &rest_call, .timeout_ms = 15000, .per_s = 10

/* Whether a call may be sent again depends on what it asks Airflow for, so there are two rows of the one operation. A rehearsal
   changes nothing, but Airflow lets no Viewer rehearse: within a session that writes, all calls are made as Op. */
const struct aws_operation aws_mwaa_invoke_rest_api = {INVOKE_REST_API, .grants = {&environments, &retry_runs}};
const struct aws_operation aws_mwaa_invoke_rest_api_write = {
    INVOKE_REST_API, .grants = {&retry_runs}, .safety = AWS_ONCE};
