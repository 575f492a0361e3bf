/* AWS Lambda, API version 2015-03-31. The times of event source mappings are seconds since 1970, a function's LastModified is
   ISO 8601 text, as in the API. */
#include "aws/operation.h"

static const struct aws_service lambda = {.name = "lambda", .protocol = AWS_REST_JSON};

#define PATH(api) {.name = (api), .shape = &aws_shape_string, .place = AWS_IN_PATH}
#define QUERY(api, type) {.name = (api), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}

static const struct aws_member configuration_members[] = {PATH("FunctionName"), QUERY("Qualifier", string)};
static const struct aws_shape configuration = AWS_STRUCT(configuration_members);

/* Its Environment holds what the function's owner put there, secrets too: never to be logged or shown. */
const struct aws_operation aws_lambda_get_function_configuration = {.service = &lambda,
    .name = "GetFunctionConfiguration",
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/functions/{FunctionName}/configuration",
    .input = &configuration};

static const struct aws_member concurrency_members[] = {PATH("FunctionName")};
static const struct aws_shape concurrency = AWS_STRUCT(concurrency_members);

const struct aws_operation aws_lambda_get_function_concurrency = {.service = &lambda,
    .name = "GetFunctionConcurrency",
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
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/event-source-mappings",
    .input = &mappings,
    .paging = {.in = {"Marker"}, .out = {"NextMarker"}}};

static const struct aws_member mapping_members[] = {PATH("UUID")};
static const struct aws_shape mapping = AWS_STRUCT(mapping_members);

const struct aws_operation aws_lambda_get_event_source_mapping = {.service = &lambda,
    .name = "GetEventSourceMapping",
    .per_s = 15,
    .method = "GET",
    .path = "/2015-03-31/event-source-mappings/{UUID}",
    .input = &mapping};

/* What is not in the path is the body. Says how a mapping shall be, so saying it twice changes nothing more. */
static const struct aws_shape update = AWS_OPEN_STRUCT(mapping_members);

const struct aws_operation aws_lambda_update_event_source_mapping = {.service = &lambda,
    .name = "UpdateEventSourceMapping",
    .safety = AWS_TOKENED,
    .per_s = 15,
    .method = "PUT",
    .path = "/2015-03-31/event-source-mappings/{UUID}",
    .input = &update};
