/* Tokens by which brokers of Amazon MSK know an IAM identity: a presigned request for kafka-cluster:Connect, as SASL/OAUTHBEARER
   carries it. (aws-msk-iam-sasl-signer; suite golden compares.) */
#ifndef LW_AWS_MSK_TOKEN_H
#define LW_AWS_MSK_TOKEN_H

#include "aws/aws.h"
#include "aws/sign.h"
#include "base/buf.h"

#define MSK_TOKEN_LIFE_MS (900 * 1000)
#define MSK_TOKEN_MAX 16384

/* What a token is made of; borrowed. */
struct msk_token_parts {
    const struct aws_credentials *credentials;
    const char *region; /* of the brokers */
    const char *user_agent;
    int64_t wall_ms;
};

/* Appends a token to `out`. It opens a connection until MSK_TOKEN_LIFE_MS after `wall_ms`, or until the keys expire. Returns 0,
   or -1. */
int msk_token_make(struct signer *s, const struct msk_token_parts *parts, struct buf *out, struct err *e);

/* A token for the brokers of the session's region, made now with the session's keys. Appends it to `out`; `*expires_wall_ms`
   is when it ends, in milliseconds since 1970. Fails as asking AWS without credentials does. */
int aws_session_msk_token(struct aws_session *s, struct buf *out, int64_t *expires_wall_ms, struct err *e);

#endif
