/* Where a service is reached, and what to sign for there. */
#ifndef LW_AWS_ENDPOINT_H
#define LW_AWS_ENDPOINT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct aws;

#define ENDPOINT_HOST_MAX 256
#define REGION_MAX 32

/* The URL of a request is origin + path_prefix + path [+ "?" + query], where a path of "/" adds nothing to a prefix
   (as botocore has it); what is signed is the same path. */
struct endpoint {
    char origin[ENDPOINT_HOST_MAX + 16]; /* "https://glue.eu-west-1.amazonaws.com", no trailing slash */
    char host[ENDPOINT_HOST_MAX]; /* value of the Host header, with a port only if it is not the scheme's */
    char path_prefix[ENDPOINT_HOST_MAX]; /* "" or "/base" of a configured URL, without slash at its end */
    char signing_region[REGION_MAX];
    char signing_name[32];
    bool path_style;    /* S3: the path begins with "/" + bucket; otherwise the bucket is in the host */
    bool configured;    /* a URL from the environment or a profile, not a rule */
    const char *source; /* "AWS_ENDPOINT_URL_GLUE", "endpoint_url of the profile", "rule"; static storage */
};

/* `service` is the name of the AWS command line: "glue", "logs", "cloudwatch", "s3", "sts". `region` must be
   valid (region_check). `bucket` is for S3 and may be NULL; else it has 3 to 255 of [A-Za-z0-9._-] and no "..". Order:
   AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's `services` section, its endpoint_url, then the rules
   (partition, FIPS, dual stack). Fails with ERR_CONFIG (a bad URL) or ERR_INVALID (a bucket that cannot be one). Any thread
   may call it. */
int endpoint_resolve(struct aws *a, const char *service, const char *region, const char *bucket,
                     struct endpoint *out, struct err *e);

/* Puts an operation's host prefix ("env.") in front of the host, as Amazon MWAA wants it. A configured URL stays as
   it is: whoever wrote it knows the host. So does every host with AWS_DISABLE_HOST_PREFIX_INJECTION, or
   disable_host_prefix_injection in the profile. `prefix` may be NULL. */
int endpoint_add_prefix(struct aws *a, const char *prefix, struct endpoint *at, struct err *e);

/* Whether `region` has the shape of one ("eu-west-1", "us-gov-east-1"): it becomes part of a host name, so
   nothing else passes. Returns 0, or -1 with ERR_INVALID. */
int region_check(const char *region, struct err *e);

#endif
