/* AWS Secrets Manager, API version 2017-10-17. What it answers is secret: never to be logged, quoted or shown. */
#include "aws/operation.h"

static const struct aws_service secretsmanager = {
    .name = "secretsmanager", .protocol = AWS_JSON, .json_version = "1.1", .target = "secretsmanager"};

/* Who may do what to what. A replay signs in at the brokers as whoever changes. */
static const struct aws_grant secrets = {.sid = "Secrets",
    .access = AWS_READ,
    .resources = {"arn:${partition}:secretsmanager:*:${account}:secret:lakewarden/servicenow-*",
        "arn:${partition}:secretsmanager:*:${account}:secret:AmazonMSK_lakewarden-*"}};
static const struct aws_grant broker_secrets = {.sid = "BrokerSecrets",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:secretsmanager:*:${account}:secret:AmazonMSK_lakewarden-*"}};

const struct aws_operation aws_secretsmanager_get_secret_value = {
    .service = &secretsmanager, .name = "GetSecretValue", .grants = {&secrets, &broker_secrets}};
