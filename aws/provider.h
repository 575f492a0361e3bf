/* Where keys come from, one file per source, and the order they are asked in: that of botocore. */
#ifndef LW_AWS_PROVIDER_H
#define LW_AWS_PROVIDER_H

#include "aws/aws_private.h"
#include "aws/profile.h"

#include <jansson.h>

/* The chain of a struct aws. `a` is borrowed as its context. */
struct credential_chain provider_chain(struct aws *a);

/* What a provider looks at. All borrowed. */
struct provider_ask {
    struct aws *a;
    struct stop *stop;
    const struct profile_set *set;
    const char *profile;
    bool variables; /* whether the environment counts: not for --profile, nor for a profile another names as its source */
};

/* One source: as struct credential_provider's fetch. */
typedef enum provider_result provider_fn(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                         struct err *e);

/* A profile with role_arn: asks STS for keys of that role, with keys of source_profile or of credential_source. */
provider_fn provider_assume_role;

/* A token file and a role, in AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN or in the profile (EKS service accounts): STS
   AssumeRoleWithWebIdentity. The file is read at every fetch. */
provider_fn provider_web_identity;

/* A profile of IAM Identity Center, by sso_session or in the older form: the token that `aws sso login` left in
   ~/.aws/sso/cache, only read, is taken to the portal's GetRoleCredentials. */
provider_fn provider_sso;

/* Keys in the profile's section of the credentials file, or of the config file. Half a pair is an error. */
provider_fn provider_credentials_file;
provider_fn provider_config_file;

/* A profile of `aws login`, whose tokens only that command can renew: says so. */
provider_fn provider_login;

/* The profile's credential_process, where --credential-process allows it. */
provider_fn provider_process;

/* AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI: ECS and EKS Pod Identity. */
provider_fn provider_container;

/* The role of an EC2 instance, by IMDSv2 and never by version 1. */
provider_fn provider_instance;

/* All sources that stand in a profile, in their order. `detail` says which it was. */
provider_fn provider_profile;

/* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Half a pair is an error. */
enum provider_result environment_keys(const struct aws_env *env, struct aws_credentials *out, char *detail,
                                      struct err *e);

/* Pieces shared by them. */

/* The value of a variable where the environment counts, else of the profile's key. Borrowed; NULL when neither is set. */
const char *provider_setting(const struct provider_ask *ask, const char *variable, const char *key);

/* Keys out of a reply {AccessKeyId, SecretAccessKey, Expiration?} whose session token is called `token` (optional, too).
   Returns 0, or -1 with ERR_UPSTREAM that shows nothing of it. */
int provider_read_keys(const json_t *reply, const char *token, struct aws_credentials *out, struct err *e);

/* Keys out of the answer of one of STS's operations (`Credentials`), all members of which must be there. */
int provider_read_sts(const json_t *output, const char *operation, struct aws_credentials *out, struct err *e);

/* A file with one secret line: its text without the line's end, a new string. Refuses (ERR_CONFIG) one that is empty, longer
   than 64 KiB, or has control characters within: it goes into a request. `what` names it for people. */
char *provider_read_token(const char *path, const char *what, struct err *e);

#endif
