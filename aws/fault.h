/* What an upstream said no with: read from whatever came back, put into words a person can use. */
#ifndef LW_AWS_FAULT_H
#define LW_AWS_FAULT_H

#include "aws/operation.h"
#include "base/http.h"

/* Everything a reply that is no success says. Survives HTML, empty bodies, truncated JSON and XML, duplicate
   keys. */
void fault_from_reply(const struct aws_operation *op, const struct http_reply *reply, struct aws_fault *f);

/* No reply at all: unreachable, timed out, cancelled. */
void fault_from_silence(const struct aws_operation *op, const struct http_reply *reply, struct aws_fault *f);

/* The request could not be made, or its reply not be read. `reply` may be NULL. */
void fault_from_err(const struct aws_operation *op, const struct http_reply *reply, const struct err *e,
                    struct aws_fault *f);

/* The request id of a reply, from its headers; "" when there is none. */
void fault_request_id(const struct http_reply *reply, char *out, size_t size);

/* The region S3 says the bucket is in (header x-amz-bucket-region, else the body's Region). False when it
   does not say. */
bool fault_bucket_region(const struct http_reply *reply, char *out, size_t size);

/* Whether the reply is a page of HTML, by its beginning or by what its headers say: a proxy, a login page, a
   load balancer. */
bool fault_is_html(const struct http_reply *reply);

/* --- Between the files of faults --- */

/* Code, message and request id as the protocol has them; each stays "" where it is not found. With `header_first` (rest-json)
   the header x-amzn-errortype goes before the body. */
void fault_read_json(const struct http_reply *reply, bool header_first, struct aws_fault *f);
void fault_read_xml(const struct http_reply *reply, struct aws_fault *f);

/* The body as compact JSON (as text where it is none) without secrets, cut at a letter to fit `size` bytes. */
void fault_detail(const struct http_reply *reply, char *out, size_t size);

/* What an AWS error code means to us; `status` decides where the code is not known. */
enum err_kind fault_kind(const char *code, int status);

#endif
