/* Sending: from an operation and its input to a reply, with the retries its safety allows. */
#ifndef LW_AWS_INVOKE_H
#define LW_AWS_INVOKE_H

#include "aws/aws.h"
#include "aws/credentials.h"

/* What all requests of the process share: the retry quota, the clock offset of each host, the region of each
   bucket that turned out to be elsewhere, circuit breakers and paces. Any thread may use it. Nothing is allocated later, so
   its size is its ceiling. */
struct invoke_shared;
struct invoke_shared *invoke_shared_new(void);
void invoke_shared_free(struct invoke_shared *s);

/* One request and what became of it. */
struct invoke_job {
    const struct aws_operation *op;
    const json_t *input; /* borrowed */
    size_t reply_max;    /* 0: 8 MiB */
    struct buf *body;    /* where the reply's bytes go instead of being decoded; NULL for all but aws_invoke_blob */
    json_t *output; /* new reference, NULL when it failed */
    struct aws_fault fault;
};

/* Where and as whom: by fixed keys (`who`, to ask STS for others), or by those of `keys`, which are fetched anew when AWS says
   that they have expired. An anonymous operation needs neither. */
struct invoke_site {
    struct aws *aws;
    const char *region;                /* valid: see region_check */
    const char *account; /* whose limits count, any text that tells it from others; NULL: that of our own keys */
    const struct aws_credentials *who; /* NULL: whoever `keys` says we are */
    struct credentials *keys;          /* borrowed */
    struct stop *stop;                 /* may be NULL */
    json_t *log;                       /* array that gets one entry per job; may be NULL */
    enum aws_access access;            /* an operation that is not granted for it is not sent */
};

/* Runs `n` jobs side by side, retries included, until each has its output or its fault. */
void invoke_run(const struct invoke_site *site, struct invoke_job *jobs, size_t n);

#endif
