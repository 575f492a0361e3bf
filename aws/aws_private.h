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
struct roles;

/* Fixed after aws_new but for `region`. */
struct aws {
    struct http *http;         /* borrowed */
    struct aws_env *env;       /* snapshot of the environment */
    struct profiles *profiles; /* the shared config and credentials files */
    struct signer *signer;
    struct credentials *credentials; /* who we are without any role of --read-role-arn and --write-role-arn */
    struct roles *roles;             /* those: aws/roles.h */
    struct invoke_shared *shared; /* retry quota, clock offsets, bucket regions: aws/invoke.h */
    char *profile_flag;           /* --profile, or NULL */
    char *region_flag;            /* --region, or NULL */
    char **allowed_regions;       /* --allowed-region; "*" is any */
    size_t allowed_region_count;
    bool credential_process;      /* --credential-process */
    pthread_mutex_t lock;         /* guards region */
    char *region;                 /* resolved default, NULL until asked for */
};

/* As aws_new, with an environment given as "NAME=value" strings ending in NULL instead of the process's own.
   Borrowed for the call. */
struct aws *aws_new_with_env(const struct aws_options *o, const char *const *environment, struct err *e);

/* The session's keys as they are now, the caller's own (credentials_done), and what signs with them. */
int aws_session_keys(const struct aws_session *s, struct aws_credentials *out, struct err *e);
struct signer *aws_session_signer(const struct aws_session *s);

/* The profile in use: --profile, AWS_DEFAULT_PROFILE, AWS_PROFILE (in botocore's order), or "default". `*named` tells
   whether somebody chose it. Borrowed. */
const char *aws_profile(const struct aws *a, bool *named);

/* The region for a session: `region`, which must be the default or one of --allowed-region, or the default where it is NULL.
   Borrowed; NULL with ERR_INVALID or ERR_CONFIG. */
const char *aws_region_for(struct aws *a, const char *region, struct err *e);

#endif
