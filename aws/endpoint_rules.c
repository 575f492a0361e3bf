#include "aws/endpoint_rules.h"

#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct endpoint_service services[] = {
    {"athena", "athena", "athena", "AWS_ENDPOINT_URL_ATHENA", "athena"},
    {"cloudtrail", "cloudtrail", "cloudtrail", "AWS_ENDPOINT_URL_CLOUDTRAIL", "cloudtrail"},
    {"cloudwatch", "monitoring", "monitoring", "AWS_ENDPOINT_URL_CLOUDWATCH", "cloudwatch"},
    {"emr", "elasticmapreduce", "elasticmapreduce", "AWS_ENDPOINT_URL_EMR", "emr"},
    {"emr_containers", "emr-containers", "emr-containers", "AWS_ENDPOINT_URL_EMR_CONTAINERS", "emr_containers"},
    {"emr_serverless", "emr-serverless", "emr-serverless", "AWS_ENDPOINT_URL_EMR_SERVERLESS", "emr_serverless"},
    {"glue", "glue", "glue", "AWS_ENDPOINT_URL_GLUE", "glue"},
    {"kafka", "kafka", "kafka", "AWS_ENDPOINT_URL_KAFKA", "kafka"},
    {"lambda", "lambda", "lambda", "AWS_ENDPOINT_URL_LAMBDA", "lambda"},
    {"logs", "logs", "logs", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "cloudwatch_logs"},
    {"mwaa", "airflow", "airflow", "AWS_ENDPOINT_URL_MWAA", "mwaa"},
    {"s3", "s3", "s3", "AWS_ENDPOINT_URL_S3", "s3"},
    {"secretsmanager", "secretsmanager", "secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "secrets_manager"},
    {"sso", "portal.sso", "awsssoportal", "AWS_ENDPOINT_URL_SSO", "sso"},
    {"sts", "sts", "sts", "AWS_ENDPOINT_URL_STS", "sts"},
};

struct partition {
    const char *name;    /* as it stands in ARNs */
    const char *regions; /* prefix of its regions */
    const char *suffix;
    const char *dual_suffix; /* NULL: no dual-stack endpoints */
    bool no_s3_fips;
};

/* The last row takes every region the others leave. */
static const struct partition partitions[] = {
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", true},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", false},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", false},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", false},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", NULL, false},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", NULL, false},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", false},
    {"aws", "", "amazonaws.com", "api.aws", false},
};

/* Where a service's hosts are not called as the rule has it. `regions` is a partition's. */
enum variant { FIPS = 1, DUAL = 2 };
static const struct exception {
    const char *service, *regions;
    unsigned variant;
    const char *prefix, *suffix;
} exceptions[] = {
    {"cloudtrail", "us-gov-", FIPS, "cloudtrail", "amazonaws.com"},
    {"cloudwatch", "us-gov-", FIPS, "monitoring", "amazonaws.com"},
    {"cloudwatch", "us-gov-", FIPS | DUAL, "monitoring", "api.aws"},
    {"emr", "us-gov-", FIPS, "elasticmapreduce", "amazonaws.com"},
    {"emr_containers", "us-gov-", FIPS, "emr-containers", "amazonaws.com"},
    {"kafka", "", DUAL, "kafka-api", "api.aws"},
    {"kafka", "", FIPS | DUAL, "kafka-api-fips", "api.aws"},
    {"kafka", "cn-", DUAL, "kafka-api", "api.amazonwebservices.com.cn"},
    {"kafka", "eusc-", DUAL, "kafka-api", "api.amazonwebservices.eu"},
    {"kafka", "us-gov-", FIPS, "kafka", "amazonaws.com"},
    {"kafka", "us-gov-", DUAL, "kafka-api", "api.aws"},
    {"kafka", "us-gov-", FIPS | DUAL, "kafka-api", "api.aws"},
    {"lambda", "eu-isoe-", DUAL, "lambda", "api.cloud-aws.adc-e.uk"},
    {"lambda", "us-isof-", DUAL, "lambda", "api.aws.hci.ic.gov"},
    {"logs", "us-gov-", FIPS, "logs", "amazonaws.com"},
    {"secretsmanager", "", DUAL, "secretsmanager", "amazonaws.com"},
    {"secretsmanager", "", FIPS | DUAL, "secretsmanager-fips", "amazonaws.com"},
    {"secretsmanager", "cn-", DUAL, "secretsmanager", "amazonaws.com.cn"},
    {"secretsmanager", "us-gov-", DUAL, "secretsmanager", "amazonaws.com"},
    {"secretsmanager", "us-gov-", FIPS | DUAL, "secretsmanager-fips", "amazonaws.com"},
    {"sso", "us-gov-", FIPS, "portal.sso", "amazonaws.com"},
    {"sts", "us-gov-", FIPS, "sts", "amazonaws.com"},
};

const struct endpoint_service *endpoint_service(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

const char *endpoint_partition(size_t i)
{
    return i < ARRAY_LEN(partitions) ? partitions[i].name : NULL;
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

static const struct exception *exception_of(const struct endpoint_service *s, const struct partition *p,
                                            const struct endpoint_variant *v)
{
    unsigned variant = (v->fips ? FIPS : 0U) | (v->dual_stack ? DUAL : 0U);
    for (size_t i = 0; i < ARRAY_LEN(exceptions); i++)
        if (exceptions[i].variant == variant && strcmp(exceptions[i].service, s->name) == 0 &&
            strcmp(exceptions[i].regions, p->regions) == 0)
            return &exceptions[i];
    return NULL;
}

int endpoint_rule_host(const struct endpoint_service *s, const char *region, const struct endpoint_variant *v,
                       char *host, size_t size, struct err *e)
{
    const struct partition *p = partition_of(region);
    const struct exception *x = exception_of(s, p, v);
    if (x) {
        snprintf(host, size, "%s.%s.%s", x->prefix, region, x->suffix);
        return 0;
    }
    if (v->dual_stack && !p->dual_suffix)
        return err_set(e, ERR_CONFIG, "there is no dual-stack endpoint of %s in %s", s->name, region);
    if (strcmp(s->name, "s3") == 0)
        return s3_host(p, region, v, host, size, e);
    snprintf(host, size, "%s%s.%s.%s", s->prefix, v->fips ? "-fips" : "", region,
             v->dual_stack ? p->dual_suffix : p->suffix);
    return 0;
}

bool endpoint_bucket_is_label(const char *bucket)
{
    size_t n = strlen(bucket);
    return n >= 3 && n <= 63 && strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           bucket[0] != '-' && bucket[n - 1] != '-';
}
