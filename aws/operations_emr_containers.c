/* Amazon EMR on EKS, API version 2020-10-01. Its times are ISO 8601 text: they are listed, to become seconds. */
#include "aws/operation.h"

static const struct aws_service emr_containers = {.name = "emr_containers", .protocol = AWS_REST_JSON};

/* Who may do what to what. */
static const struct aws_grant clusters = {.sid = "Containers",
    .access = AWS_READ,
    .resources = {"arn:${partition}:emr-containers:*:${account}:/virtualclusters/*"}};
static const struct aws_grant retry_runs = {.sid = "RetryContainers",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:emr-containers:*:${account}:/virtualclusters/*"}};
/* A retry keeps the tags of a run. */
static const struct aws_grant tags = {.sid = "TagContainers",
    .access = AWS_WRITE,
    .action = "emr-containers:TagResource",
    .resources = {"arn:${partition}:emr-containers:*:${account}:/virtualclusters/*"}};

#define PAGES {.in = {"nextToken"}, .out = {"nextToken"}}
#define ACTION(api) .name = (api), .iam_action = "emr-containers:" api
#define PATH(api, label) {.name = (api), .wire = (label), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, type) {.name = (api), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}
#define TIME(api) {.name = (api), .shape = &aws_shape_timestamp}

static const struct aws_member cluster_in_members[] = {PATH("id", "virtualClusterId")};
static const struct aws_shape cluster_in = AWS_STRUCT(cluster_in_members);
static const struct aws_member cluster_members[] = {TIME("createdAt")};
static const struct aws_shape cluster = AWS_OPEN_STRUCT(cluster_members);
static const struct aws_member cluster_out_members[] = {{.name = "virtualCluster", .shape = &cluster}};
static const struct aws_shape cluster_out = AWS_OPEN_STRUCT(cluster_out_members);

const struct aws_operation aws_emr_containers_describe_virtual_cluster = {.service = &emr_containers,
    ACTION("DescribeVirtualCluster"),
    .grants = {&clusters},
    .method = "GET",
    .path = "/virtualclusters/{virtualClusterId}",
    .input = &cluster_in,
    .output = &cluster_out};

static const struct aws_member run_in_members[] = {PATH("id", "jobRunId"), PATH("virtualClusterId", NULL)};
static const struct aws_shape run_in = AWS_STRUCT(run_in_members);
static const struct aws_member run_members[] = {TIME("createdAt"), TIME("finishedAt")};
static const struct aws_shape run = AWS_OPEN_STRUCT(run_members);
static const struct aws_member run_out_members[] = {{.name = "jobRun", .shape = &run}};
static const struct aws_shape run_out = AWS_OPEN_STRUCT(run_out_members);

const struct aws_operation aws_emr_containers_describe_job_run = {.service = &emr_containers,
    ACTION("DescribeJobRun"),
    .grants = {&clusters},
    .method = "GET",
    .path = "/virtualclusters/{virtualClusterId}/jobruns/{jobRunId}",
    .input = &run_in,
    .output = &run_out};

static const struct aws_member runs_in_members[] = {
    PATH("virtualClusterId", NULL),
    QUERY("createdBefore", timestamp),
    QUERY("createdAfter", timestamp),
    QUERY("name", string),
    QUERY("states", strings),
    QUERY("maxResults", integer),
    QUERY("nextToken", string),
};
static const struct aws_shape runs_in = AWS_STRUCT(runs_in_members);
static const struct aws_shape runs = {.type = AWS_LIST, .item = &run};
static const struct aws_member runs_out_members[] = {{.name = "jobRuns", .shape = &runs}};
static const struct aws_shape runs_out = AWS_OPEN_STRUCT(runs_out_members);

const struct aws_operation aws_emr_containers_list_job_runs = {.service = &emr_containers,
    ACTION("ListJobRuns"),
    .grants = {&clusters},
    .method = "GET",
    .path = "/virtualclusters/{virtualClusterId}/jobruns",
    .input = &runs_in,
    .output = &runs_out,
    .paging = PAGES};

/* What is not in the path is the body. It carries a clientToken of the caller's own: sent again unchanged, it is the same run. */
static const struct aws_member start_members[] = {PATH("virtualClusterId", NULL)};
static const struct aws_shape start = AWS_OPEN_STRUCT(start_members);

const struct aws_operation aws_emr_containers_start_job_run = {.service = &emr_containers,
    ACTION("StartJobRun"),
    .grants = {&retry_runs, &tags},
    .safety = AWS_TOKENED,
    .method = "POST",
    .path = "/virtualclusters/{virtualClusterId}/jobruns",
    .input = &start};
