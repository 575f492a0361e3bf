/* One attempt as it goes onto the wire: URL, headers, signature. Made afresh for each attempt. */
#ifndef LW_AWS_INVOKE_REQUEST_H
#define LW_AWS_INVOKE_REQUEST_H

#include "aws/codec.h"
#include "aws/endpoint.h"
#include "aws/sign.h"

struct signed_request {
    struct http_request http; /* points into this struct: do not copy it */
    struct http_header headers[WIRE_HEADERS_MAX + 8];
    struct sign_headers signature;
    char *url;
    char attempt[48];
};

/* Puts `wire` to `endpoint`, signed by `who` at `wall_ms`; with `who` NULL, not signed at all. Everything given is borrowed until
   signed_request_done. */
int signed_request_build(struct signer *signer, const struct endpoint *endpoint,
                         const struct wire_request *wire, const struct aws_credentials *who, int64_t wall_ms,
                         struct signed_request *out, struct err *e);

/* Adds what AWS support asks for: the id all attempts share, and which attempt this is. Unsigned, as boto3
   has it. */
void signed_request_tag(struct signed_request *r, const char *invocation_id, int attempt);

/* Safe on a zeroed struct. */
void signed_request_done(struct signed_request *r);

#endif
