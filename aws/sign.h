/* AWS Signature Version 4, header form and presigned query form.
   (AWS General Reference, "Signature Version 4 signing process".) */
#ifndef LW_AWS_SIGN_H
#define LW_AWS_SIGN_H

#include "aws/credentials.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

#include <stddef.h>
#include <stdint.h>

#define SIGN_HASH_MAX 65 /* 64 hex digits and a NUL */

/* What is about to be sent. Everything is borrowed. */
struct sign_request {
    const char *method;
    const char *host; /* as in the Host header: no port if it is the scheme's. NULL: among the headers */
    const char *path;  /* as on the wire, already percent-encoded; "" counts as "/" */
    const char *query; /* as on the wire, without "?"; NULL for none */
    const struct http_header *headers; /* those never signed (User-Agent, Expect, ...) are passed over */
    size_t header_count;
    const void *body; /* hashed unless payload_hash is given */
    size_t body_len;
    const char *payload_hash; /* lower-case hex, or "UNSIGNED-PAYLOAD"; NULL: taken from the body */
    const char *region;       /* to sign for, which may differ from the endpoint's */
    const char *service;      /* signing name: "glue", "monitoring", "s3" (which has rules of its own), ... */
    int64_t wall_ms;          /* signing time, skew corrected by the caller */
    const struct aws_credentials *credentials;
};

/* Headers to send along with those that were signed: x-amz-date, x-amz-security-token (with a session token),
   x-amz-content-sha256 (S3 always), Authorization. They point into the struct: do not copy it. */
struct sign_headers {
    struct http_header list[4];
    size_t count;
    char date[17];
    char payload_hash[SIGN_HASH_MAX];
    char *token;
    char *authorization;
};

/* Remembers derived signing keys for (key id, day, region, service). Any thread may use it. */
struct signer;
struct signer *signer_new(void);

/* Overwrites the keys it holds. Accepts NULL. */
void signer_free(struct signer *s);

/* The header form. Headers of `r` that this adds itself (x-amz-date and so on) are an error: ERR_INTERNAL, as is a
   header value with CR, LF or NUL. Returns 0 with `out` to be freed by sign_headers_done, or -1. */
int sign_with_headers(struct signer *s, const struct sign_request *r, struct sign_headers *out,
                      struct err *e);

/* Overwrites and frees. Safe on a zeroed struct. */
void sign_headers_done(struct sign_headers *h);

/* The presigned form: appends to `out` the query parameters to put behind r->query
   ("X-Amz-Algorithm=...&...&X-Amz-Signature=..."). `expires_s` is 1 to 604,800. S3 signs UNSIGNED-PAYLOAD, the
   others the body's hash. Returns 0, or -1. */
int sign_with_query(struct signer *s, const struct sign_request *r, int expires_s, struct buf *out,
                    struct err *e);

/* Lower-case hex of SHA-256; `out` holds SIGN_HASH_MAX bytes. */
void sign_hash(const void *p, size_t n, char *out);

#endif
