/* AWS Security Token Service, API version 2011-06-15. */
#include "aws/operation.h"

static const struct aws_service sts = {.name = "sts", .protocol = AWS_QUERY, .version = "2011-06-15"};

static const struct aws_member identity_members[] = {
    {.name = "UserId", .shape = &aws_shape_string},
    {.name = "Account", .shape = &aws_shape_string},
    {.name = "Arn", .shape = &aws_shape_string},
};
static const struct aws_shape identity = AWS_STRUCT(identity_members);
static const struct aws_shape nothing = {.type = AWS_STRUCTURE};

const struct aws_operation aws_sts_get_caller_identity = {
    .service = &sts, .name = "GetCallerIdentity", .input = &nothing, .output = &identity};

static const struct aws_member policy_members[] = {{.name = "arn", .shape = &aws_shape_string}};
static const struct aws_shape policy = AWS_STRUCT(policy_members);
static const struct aws_shape policies = {.type = AWS_LIST, .item = &policy};

static const struct aws_member tag_members[] = {
    {.name = "Key", .shape = &aws_shape_string},
    {.name = "Value", .shape = &aws_shape_string},
};
static const struct aws_shape tag = AWS_STRUCT(tag_members);
static const struct aws_shape tags = {.type = AWS_LIST, .item = &tag};

static const struct aws_member assume_members[] = {
    {.name = "RoleArn", .shape = &aws_shape_string},
    {.name = "RoleSessionName", .shape = &aws_shape_string},
    {.name = "PolicyArns", .shape = &policies},
    {.name = "Policy", .shape = &aws_shape_string},
    {.name = "DurationSeconds", .shape = &aws_shape_integer},
    {.name = "Tags", .shape = &tags},
    {.name = "TransitiveTagKeys", .shape = &aws_shape_strings},
    {.name = "ExternalId", .shape = &aws_shape_string},
    {.name = "SourceIdentity", .shape = &aws_shape_string},
};
static const struct aws_shape assume = AWS_STRUCT(assume_members);

static const struct aws_member key_members[] = {
    {.name = "AccessKeyId", .shape = &aws_shape_string},
    {.name = "SecretAccessKey", .shape = &aws_shape_string},
    {.name = "SessionToken", .shape = &aws_shape_string},
    {.name = "Expiration", .shape = &aws_shape_timestamp},
};
static const struct aws_shape keys = AWS_STRUCT(key_members);

static const struct aws_member role_user_members[] = {
    {.name = "AssumedRoleId", .shape = &aws_shape_string},
    {.name = "Arn", .shape = &aws_shape_string},
};
static const struct aws_shape role_user = AWS_STRUCT(role_user_members);

static const struct aws_member assumed_members[] = {
    {.name = "Credentials", .shape = &keys},
    {.name = "AssumedRoleUser", .shape = &role_user},
    {.name = "PackedPolicySize", .shape = &aws_shape_integer},
    {.name = "SourceIdentity", .shape = &aws_shape_string},
};
static const struct aws_shape assumed = AWS_STRUCT(assumed_members);

const struct aws_operation aws_sts_assume_role = {
    .service = &sts, .name = "AssumeRole", .input = &assume, .output = &assumed};

static const struct aws_member web_members[] = {
    {.name = "RoleArn", .shape = &aws_shape_string},
    {.name = "RoleSessionName", .shape = &aws_shape_string},
    {.name = "WebIdentityToken", .shape = &aws_shape_string},
    {.name = "PolicyArns", .shape = &policies},
    {.name = "Policy", .shape = &aws_shape_string},
    {.name = "DurationSeconds", .shape = &aws_shape_integer},
};
static const struct aws_shape web = AWS_STRUCT(web_members);

static const struct aws_member web_out_members[] = {
    {.name = "Credentials", .shape = &keys},
    {.name = "SubjectFromWebIdentityToken", .shape = &aws_shape_string},
    {.name = "AssumedRoleUser", .shape = &role_user},
    {.name = "PackedPolicySize", .shape = &aws_shape_integer},
    {.name = "Provider", .shape = &aws_shape_string},
    {.name = "Audience", .shape = &aws_shape_string},
};
static const struct aws_shape web_out = AWS_STRUCT(web_out_members);

/* The token is all the proof it takes. */
const struct aws_operation aws_sts_assume_role_with_web_identity = {.service = &sts,
    .name = "AssumeRoleWithWebIdentity",
    .input = &web,
    .output = &web_out,
    .anonymous = true};
