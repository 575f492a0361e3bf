/* What AWS itself prescribes: which host serves which service where. Pure functions over tables. */
#ifndef LW_AWS_ENDPOINT_RULES_H
#define LW_AWS_ENDPOINT_RULES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct endpoint_service {
    const char *name;     /* of the command line */
    const char *prefix;   /* of its host names */
    const char *signing;  /* in the scope of a signature */
    const char *variable; /* AWS_ENDPOINT_URL_<SERVICE> */
    const char *key;      /* in a `services` section */
};

/* The row of a service, or NULL. */
const struct endpoint_service *endpoint_service(const char *name);

/* The name of the i-th partition that there are rules for ("aws-cn"), as ARNs have it; NULL behind the last. */
const char *endpoint_partition(size_t i);

struct endpoint_variant {
    bool fips;
    bool dual_stack;
    bool s3_global; /* us-east-1 by its old name, "s3.amazonaws.com" */
};

/* Host of a service in a region, for S3 without bucket, into `host`. Fails with ERR_CONFIG where the partition
   has no such variant. (botocore's endpoint rule sets of our services, reduced; suite golden compares.) */
int endpoint_rule_host(const struct endpoint_service *s, const char *region, const struct endpoint_variant *v,
                       char *host, size_t size, struct err *e);

/* Whether the bucket's name can be the first label of a host under the certificate: 3 to 63 of [a-z0-9-], no
   hyphen at the ends. */
bool endpoint_bucket_is_label(const char *bucket);

#endif
