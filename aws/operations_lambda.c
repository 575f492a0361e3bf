/* AWS Lambda, API version 2015-03-31. The times of event source mappings are seconds since 1970, a function's LastModified is
   ISO 8601 text, as in the API. */
#include "aws/operation.h"

static const struct aws_service lambda = {.name = "lambda", .protocol = AWS_REST_JSON};

/* Who may do what to what. Lists of mappings have no ARN. */
static const struct aws_grant consumers = {.sid = "Consumers",
    .access = AWS_READ,
    .resources = {"arn:${partition}:lambda:*:${account}:function:*",
        "arn:${partition}:lambda:*:${account}:event-source-mapping:*"}};
static const struct aws_grant mapping_lists = {.sid = "ConsumerLists", .access = AWS_READ, .resources = {"*"}};
static const struct aws_grant switch_on = {.sid = "SwitchOn",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:lambda:*:${account}:event-source-mapping:*"}};

#define PATH(api) {.name = (api), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, type) {.name = (api), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}

static const struct aws_member configuration_members[] = {PATH("FunctionName"), QUERY("Qualifier", string)};
static const struct aws_shape configuration = AWS_STRUCT(configuration_members);

/* Its Environment holds what the function's owner put there, secrets too: never to be logged or shown. */
const struct aws_operation aws_lambda_get_function_configuration = {.service = &lambda,
    .name = "GetFunctionConfiguration",
    .grants = {&consumers},
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/functions/{FunctionName}/configuration",
    .input = &configuration};

static const struct aws_member concurrency_members[] = {PATH("FunctionName")};
static const struct aws_shape concurrency = AWS_STRUCT(concurrency_members);

const struct aws_operation aws_lambda_get_function_concurrency = {.service = &lambda,
    .name = "GetFunctionConcurrency",
    .grants = {&consumers},
    .per_s = 15,
    .method = "GET",
    .path = "/2019-09-30/functions/{FunctionName}/concurrency",
    .input = &concurrency};

static const struct aws_member mappings_members[] = {
    QUERY("EventSourceArn", string),
    QUERY("FunctionName", string),
    QUERY("Marker", string),
    QUERY("MaxItems", integer),
};
static const struct aws_shape mappings = AWS_STRUCT(mappings_members);

const struct aws_operation aws_lambda_list_event_source_mappings = {.service = &lambda,
    .name = "ListEventSourceMappings",
    .grants = {&mapping_lists},
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/event-source-mappings",
    .input = &mappings,
    .paging = {.in = {"Marker"}, .out = {"NextMarker"}}};

static const struct aws_member mapping_members[] = {PATH("UUID")};
static const struct aws_shape mapping = AWS_STRUCT(mapping_members);

const struct aws_operation aws_lambda_get_event_source_mapping = {.service = &lambda,
    .name = "GetEventSourceMapping",
    .grants = {&consumers},
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/event-source-mappings/{UUID}",
    .input = &mapping};

/* What is not in the path is the body. Says how a mapping shall be, so saying it twice changes nothing more. */
static const struct aws_shape update = AWS_OPEN_STRUCT(mapping_members);

const struct aws_operation aws_lambda_update_event_source_mapping = {.service = &lambda,
    .name = "UpdateEventSourceMapping",
    .grants = {&switch_on},
    .safety = AWS_TOKENED,
    .per_s = 15,
    .method = "PUT",
    .path = "/2015-03-31/event-source-mappings/{UUID}",
    .input = &update};
