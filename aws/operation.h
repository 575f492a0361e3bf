/* The inside of an operation: everything the codecs, the retry rules and the pager must know of it, as const
   data. */
#ifndef LW_AWS_OPERATION_H
#define LW_AWS_OPERATION_H

#include "aws/aws.h"
#include "aws/shape.h"

enum aws_protocol { AWS_JSON, AWS_QUERY, AWS_REST_XML, AWS_REST_JSON };

struct aws_service {
    const char *name; /* as the endpoint rules and AWS_ENDPOINT_URL_* know it: "glue" */
    enum aws_protocol protocol;
    const char *json_version; /* JSON: "1.1" */
    const char *target;       /* JSON: what stands before ".Operation" in X-Amz-Target */
    const char *version;      /* QUERY: the API version, a date */
    bool adaptive;            /* throttles readers often: asked more slowly for a while when it does (aws/pace.h) */
    bool query_mode; /* JSON of a service that used to speak QUERY: say so, and read its old error codes */
};

/* A statement of an IAM policy (IAM User Guide, "JSON policy elements"): what some operations may be done to, and by the role
   that looks or by the one that changes. aws/policy.c makes the policies of these. */
struct aws_grant {
    const char *sid; /* unique; its resources may be given under this name */
    enum aws_access access;
    const char *action;       /* NULL: that of the operations; else one that they take besides */
    const char *resources[5]; /* ARN patterns in which ${partition} and ${account} are filled in; "*" where there is no ARN;
                                 none: nothing is allowed until somebody says what */
    const char *condition[3]; /* operator, key, value; all NULL: none. The value is filled in likewise */
};

/* How one page leads to the next. */
struct aws_paging {
    const char *in[2];      /* input members that take the token; NULL: there are no pages */
    const char *out[2];     /* output members that hold it */
    const char *more;       /* output member that is false on the last page; NULL: the token alone decides */
    const char *forward_if; /* input flag that selects `out_forward` instead of out[0]; NULL: never */
    const char *out_forward;
};

struct aws_operation {
    const struct aws_service *service;
    const char *name;
    const char *iam_action; /* the permission it needs, where that is not "service:Name" */
    const struct aws_grant *grants[3]; /* what allows it; for both roles where both send it, none where it is how keys are got */
    enum aws_safety safety;
    const char *method;             /* REST; the others POST */
    const char *path;               /* REST: "/{Key+}?versions" */
    const char *host_prefix;        /* stands before the host of the rules ("env."); NULL: nothing does */
    const struct aws_shape *input;  /* NULL: taken as it stands (JSON only) */
    const struct aws_shape *output; /* NULL: taken as it stands (JSON only) */
    const char *root;               /* REST_XML: root element of the reply; NULL: any */
    const char *preset[2];          /* member and value sent unless the caller gives it */
    bool anonymous;    /* sent without keys: it is how keys are got */
    bool checksum;     /* S3: sends the SHA-256 of its body, which buckets with object lock ask for */
    bool keys_encoded; /* S3 lists: the preset asks for percent-encoded keys, and they are decoded here */
    struct aws_paging paging;
    int64_t timeout_ms; /* one attempt; 0 for 10,000 */
    double per_s;       /* requests a second to an account and region: the default quota, where known; 0: no limit */
};

/* Whether a session with that access may send the operation: it is granted, or needs no grant. */
bool aws_operation_granted(const struct aws_operation *op, enum aws_access access);

/* Every operation, sorted by service and name; `*n` gets the count. */
const struct aws_operation *const *aws_operations(size_t *n);

#endif
