/* AWS IAM Identity Center, the portal's API, version 2019-06-10: keys for somebody who has signed in. */
#include "aws/operation.h"

static const struct aws_service sso = {.name = "sso", .protocol = AWS_REST_JSON};

static const struct aws_member role_members[] = {
    {.name = "roleName", .wire = "role_name", .shape = &aws_shape_string, .place = AWS_IN_QUERY},
    {.name = "accountId", .wire = "account_id", .shape = &aws_shape_string, .place = AWS_IN_QUERY},
    {.name = "accessToken", .wire = "x-amz-sso_bearer_token", .shape = &aws_shape_string, .place = AWS_IN_HEADER},
};
static const struct aws_shape role = AWS_STRUCT(role_members);

/* The token in its header is all the proof it takes. Its `expiration` is milliseconds since 1970. */
const struct aws_operation aws_sso_get_role_credentials = {.service = &sso,
    .name = "GetRoleCredentials",
    .method = "GET",
    .path = "/federation/credentials",
    .input = &role,
    .anonymous = true};
