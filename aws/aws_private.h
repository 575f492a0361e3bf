/* The inside of struct aws, for the files of this folder. */
#ifndef LW_AWS_AWS_PRIVATE_H
#define LW_AWS_AWS_PRIVATE_H

#include "aws/aws.h"
#include "aws/aws_env.h"
#include "aws/credentials.h"
#include "aws/sign.h"

#include <pthread.h>

struct invoke_shared;
struct profiles;

/* Fixed after aws_new but for `region`. */
struct aws {
    struct http *http;         /* borrowed */
    struct aws_env *env;       /* snapshot of the environment */
    struct profiles *profiles; /* the shared config and credentials files */
    struct signer *signer;
    struct credentials *credentials;
    struct invoke_shared *shared; /* retry quota, clock offsets, bucket regions: aws/invoke.h */
    char *profile_flag;           /* --profile, or NULL */
    char *region_flag;            /* --region, or NULL */
    pthread_mutex_t lock;         /* guards region */
    char *region;                 /* resolved default, NULL until asked for */
};

/* As aws_new, with an environment given as "NAME=value" strings ending in NULL instead of the process's own.
   Borrowed for the call. */
struct aws *aws_new_with_env(const struct aws_options *o, const char *const *environment, struct err *e);

/* The profile in use: --profile, AWS_PROFILE, or "default". `*named` tells whether somebody chose it. Borrowed. */
const char *aws_profile(const struct aws *a, bool *named);

#endif
