/* AWS Secrets Manager, API version 2017-10-17. What it answers is secret: never to be logged, quoted or shown. */
#include "aws/operation.h"

static const struct aws_service secretsmanager = {
    .name = "secretsmanager", .protocol = AWS_JSON, .json_version = "1.1", .target = "secretsmanager"};

const struct aws_operation aws_secretsmanager_get_secret_value = {
    .service = &secretsmanager, .name = "GetSecretValue"};
