/* Where keys come from, one function per source, and the order they are asked in (that of botocore, as far as
   built). */
#ifndef LW_AWS_PROVIDER_H
#define LW_AWS_PROVIDER_H

#include "aws/aws_private.h"
#include "aws/profile.h"

/* The chain of a struct aws. `a` is borrowed as its context. */
struct credential_chain provider_chain(struct aws *a);

/* The functions behind its rows; each is called as struct credential_provider says, with the struct aws as
   context. */

/* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Half a pair is an error. Passed over when
   --profile was given. */
enum provider_result provider_environment(void *ctx, struct stop *stop, struct aws_credentials *out,
                                          char *detail, struct err *e);

/* A profile with role_arn: asks STS for keys of that role, with keys of source_profile or of credential_source. */
enum provider_result provider_assume_role(void *ctx, struct stop *stop, struct aws_credentials *out,
                                          char *detail, struct err *e);

/* Keys in the profile's section of the credentials file, or of the config file. */
enum provider_result provider_credentials_file(void *ctx, struct stop *stop, struct aws_credentials *out,
                                               char *detail, struct err *e);
enum provider_result provider_config_file(void *ctx, struct stop *stop, struct aws_credentials *out,
                                          char *detail, struct err *e);

/* Sources other AWS tools have and this version has not: says so instead of using other keys than those meant.
   The first stands before the files in the order, the second behind. */
enum provider_result provider_token_exchange(void *ctx, struct stop *stop, struct aws_credentials *out,
                                             char *detail, struct err *e);
enum provider_result provider_process_or_container(void *ctx, struct stop *stop, struct aws_credentials *out,
                                                   char *detail, struct err *e);

/* Pieces shared by them. */

/* The keys of the environment. */
enum provider_result environment_keys(const struct aws_env *env, struct aws_credentials *out, char *detail,
                                      struct err *e);

/* The keys in one file's section. Half a pair is an error that names the file. */
enum provider_result file_keys(const struct config_file *file, const char *path, const char *profile,
                               struct aws_credentials *out, char *detail, struct err *e);

#endif
