/* The inside of struct aws, for the files of this folder. */
#ifndef LW_AWS_AWS_PRIVATE_H
#define LW_AWS_AWS_PRIVATE_H

#include "aws/aws.h"
#include "aws/aws_env.h"
#include "aws/credentials.h"
#include "aws/sign.h"

#include <pthread.h>

struct invoke_shared; /* what all requests of the process share: retry quota, clock offsets, bucket regions */
struct profiles;

/* Fixed after aws_new but for `region`. */
struct aws {
    struct http *http;              /* borrowed */
    struct aws_env *env;            /* snapshot of the environment */
    struct profiles *profiles;      /* the shared config and credentials files */
    struct signer *signer;
    struct credentials *credentials;
    struct invoke_shared *shared;   /* aws/invoke.h */
    char *profile_flag;             /* --profile, or NULL */
    char *region_flag;              /* --region, or NULL */
    pthread_mutex_t lock;           /* guards region */
    char *region;                   /* resolved default, NULL until asked for */
};

/* As aws_new, with an environment given as "NAME=value" strings ending in NULL instead of the process's own. */
struct aws *aws_new_with_env(const struct aws_options *o, const char *const *environment, struct err *e);

/* The profile in use: --profile, AWS_PROFILE, or "default". `*named` tells whether somebody chose it. Borrowed. */
const char *aws_profile(const struct aws *a, bool *named);

/* One request signed with keys given instead of the process's own: what AssumeRole is asked with. Retries as aws_invoke;
   asks credentials_get for nothing. In aws/invoke.c. Returns 0 and a new reference in `*output`, or -1 and `f`. */
int invoke_as(struct aws *a, const struct aws_credentials *who, const char *region, const struct aws_operation *op,
              const json_t *input, struct stop *stop, json_t **output, struct aws_fault *f);

#endif
