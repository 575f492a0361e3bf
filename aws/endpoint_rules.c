#include "aws/endpoint_rules.h"

#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct endpoint_service services[] = {
    {"athena", "athena", "athena", "AWS_ENDPOINT_URL_ATHENA", "athena", false, false, NULL},
    {"cloudtrail", "cloudtrail", "cloudtrail", "AWS_ENDPOINT_URL_CLOUDTRAIL", "cloudtrail", true, true, NULL},
    {"cloudwatch", "monitoring", "monitoring", "AWS_ENDPOINT_URL_CLOUDWATCH", "cloudwatch", true, true, NULL},
    {"emr", "elasticmapreduce", "elasticmapreduce", "AWS_ENDPOINT_URL_EMR", "emr", true, true, NULL},
    {"emr_containers", "emr-containers", "emr-containers", "AWS_ENDPOINT_URL_EMR_CONTAINERS", "emr_containers", true, true, NULL},
    {"emr_serverless", "emr-serverless", "emr-serverless", "AWS_ENDPOINT_URL_EMR_SERVERLESS", "emr_serverless", false, false, NULL},
    {"glue", "glue", "glue", "AWS_ENDPOINT_URL_GLUE", "glue", false, false, NULL},
    {"kafka", "kafka", "kafka", "AWS_ENDPOINT_URL_KAFKA", "kafka", true, true, "kafka-api"},
    {"lambda", "lambda", "lambda", "AWS_ENDPOINT_URL_LAMBDA", "lambda", false, false, NULL},
    {"logs", "logs", "logs", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "cloudwatch_logs", true, false, NULL},
    {"mwaa", "airflow", "airflow", "AWS_ENDPOINT_URL_MWAA", "mwaa", false, false, NULL},
    {"s3", "s3", "s3", "AWS_ENDPOINT_URL_S3", "s3", false, false, NULL},
    {"secretsmanager", "secretsmanager", "secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "secrets_manager", false,
     false, NULL},
    {"sso", "portal.sso", "awsssoportal", "AWS_ENDPOINT_URL_SSO", "sso", true, true, NULL},
    {"sts", "sts", "sts", "AWS_ENDPOINT_URL_STS", "sts", true, false, NULL},
};

struct partition {
    const char *regions; /* prefix of its regions */
    const char *suffix;
    const char *dual_suffix; /* NULL: no dual-stack endpoints */
    bool no_s3_fips;
};

/* The last row takes every region the others leave. */
static const struct partition partitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", true},
    {"us-gov-", "amazonaws.com", "api.aws", false},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", false},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", false},
    {"us-isof-", "csp.hci.ic.gov", NULL, false},
    {"eu-isoe-", "cloud.adc-e.uk", NULL, false},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", false},
    {"", "amazonaws.com", "api.aws", false},
};

const struct endpoint_service *endpoint_service(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

static const struct partition *partition_of(const char *region)
{
    const struct partition *p = partitions;
    while (!text_starts(region, p->regions))
        p++;
    return p;
}

static int s3_host(const struct partition *p, const char *region, const struct endpoint_variant *v,
                   char *host, size_t size, struct err *e)
{
    if (v->fips && p->no_s3_fips)
        return err_set(e, ERR_CONFIG, "S3 has no FIPS endpoint in %s", region);
    if (v->s3_global && !v->fips && !v->dual_stack && strcmp(region, "us-east-1") == 0) {
        snprintf(host, size, "s3.%s", p->suffix);
        return 0;
    }
    snprintf(host, size, "s3%s%s.%s.%s", v->fips ? "-fips" : "", v->dual_stack ? ".dualstack" : "", region,
             p->suffix);
    return 0;
}

int endpoint_rule_host(const struct endpoint_service *s, const char *region, const struct endpoint_variant *v,
                       char *host, size_t size, struct err *e)
{
    const struct partition *p = partition_of(region);
    if (v->dual_stack && !p->dual_suffix)
        return err_set(e, ERR_CONFIG, "there is no dual-stack endpoint of %s in %s", s->name, region);
    if (strcmp(s->name, "s3") == 0)
        return s3_host(p, region, v, host, size, e);
    bool plain = text_starts(region, "us-gov-") && (v->dual_stack ? s->gov_plain_dual : s->gov_plain);
    const char *prefix = v->dual_stack && s->dual_prefix ? s->dual_prefix : s->prefix;
    snprintf(host, size, "%s%s.%s.%s", prefix, v->fips && !plain ? "-fips" : "", region,
             v->dual_stack ? p->dual_suffix : p->suffix);
    return 0;
}

bool endpoint_bucket_is_label(const char *bucket)
{
    size_t n = strlen(bucket);
    return n >= 3 && n <= 63 && strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           bucket[0] != '-' && bucket[n - 1] != '-';
}
