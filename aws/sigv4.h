/* The steps of SigV4 one by one: what a SignatureDoesNotMatch is hunted down with, and what the vectors compare. */
#ifndef LW_AWS_SIGV4_H
#define LW_AWS_SIGV4_H

#include "aws/sign.h"

struct sigv4_steps {
    struct buf canonical;
    struct buf to_sign;
    struct buf signed_headers; /* names, joined by ";" */
    char scope[160];           /* "20261121/eu-west-1/glue/aws4_request" */
    char signature[SIGN_HASH_MAX];
};

/* Frees the buffers. Safe on a zeroed struct. */
void sigv4_steps_done(struct sigv4_steps *steps);

#define auto_sigv4_steps __attribute__((cleanup(sigv4_steps_done)))

/* As sign_with_headers and sign_with_query, keeping the steps (free them whatever is returned). */
int sigv4_with_headers(struct signer *s, const struct sign_request *r, struct sigv4_steps *steps,
                       struct sign_headers *out, struct err *e);
int sigv4_with_query(struct signer *s, const struct sign_request *r, int expires_s, struct sigv4_steps *steps,
                     struct buf *out, struct err *e);

#endif
