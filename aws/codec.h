/* The wire codecs: from an operation and its input to a request, and from a reply to its output. Pure
   functions. */
#ifndef LW_AWS_CODEC_H
#define LW_AWS_CODEC_H

#include "aws/operation.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

#include <jansson.h>

#define WIRE_HEADERS_MAX 16
#define WIRE_REQUEST_MAX ((size_t)1024 * 1024) /* bytes of a body we send */
#define WIRE_TARGET_MAX ((size_t)8192) /* bytes of a path, of a query and of all header values together */

/* A request before it has a host, a signature and a date. */
struct wire_request {
    const char *method;
    char *bucket;     /* S3; NULL elsewhere */
    struct buf path;  /* percent-encoded, begins with '/'; without the bucket */
    struct buf query; /* as on the wire, without '?'; may be empty */
    struct buf body;
    struct http_header headers[WIRE_HEADERS_MAX]; /* names are static, values the struct's own */
    size_t header_count;
};

/* Fails with ERR_INVALID where the input does not fit the operation. `input` may be NULL. On success free
   `out` with wire_request_done. */
int codec_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                 struct err *e);
void wire_request_done(struct wire_request *r);

/* Turns the reply of a success into a new reference. With `headers_only` the body is bytes and is left alone.
   Whatever is not what the operation promises (HTML, truncated JSON, another root element) is ERR_UPSTREAM:
   an answer that cannot be read is never an empty one. */
int codec_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                 json_t **output, struct err *e);

/* --- Between the codec's own files --- */

/* Adds a header; `name` must be static. Refuses control characters in the value. */
int wire_header(struct wire_request *r, const char *name, const char *value, struct err *e);

/* One protocol's codec_encode: adds to `out`, which has its method and its ceilings. Fails as that does. */
int codec_json_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                      struct err *e);
int codec_query_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                       struct err *e);
int codec_rest_xml_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                          struct err *e);
int codec_rest_json_encode(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                           struct err *e);

/* One protocol's codec_decode: a new reference, or NULL with ERR_UPSTREAM. */
json_t *codec_json_decode(const struct aws_operation *op, const char *p, size_t n, struct err *e);
json_t *codec_query_decode(const struct aws_operation *op, const char *p, size_t n, struct err *e);
json_t *codec_rest_xml_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                              struct err *e);
json_t *codec_rest_json_decode(const struct aws_operation *op, const struct http_reply *reply, bool headers_only,
                               struct err *e);

/* What is left of an input when path, query and headers have taken theirs. */
struct rest_body {
    json_t *value;                 /* own reference; NULL: nothing is left */
    const struct aws_shape *shape; /* of the value */
    bool raw;                      /* the request has its body already: a string or bytes */
};
void rest_body_done(struct rest_body *b);
#define auto_rest_body __attribute__((cleanup(rest_body_done)))

/* Puts the members of `input` where the two REST protocols have them; `body` (zeroed) gets those that are left.
   A member that neither the operation lists nor its input is open for is ERR_INVALID. */
int codec_rest_bind(const struct aws_operation *op, const json_t *input, struct wire_request *out,
                    struct rest_body *body, struct err *e);

/* Adds the members that a reply carries in its headers and its status. */
int codec_rest_headers(const struct aws_shape *shape, const struct http_reply *reply, json_t *out, struct err *e);

/* A value as JSON text with the names and times of the wire, and back: a new reference, or NULL with
   ERR_UPSTREAM. `shape` NULL: as it stands. */
int codec_json_write(const struct aws_shape *shape, const json_t *v, struct buf *out, struct err *e);
json_t *codec_json_read(const struct aws_shape *shape, json_t *v, struct err *e);

/* A scalar as text, for paths, queries, headers and forms. `fallback` is the place's own time format. -1 with
   ERR_INVALID when the value has another type. */
int codec_scalar_write(const struct aws_shape *shape, enum aws_time fallback, const json_t *v,
                       struct buf *out, struct err *e);

/* The reverse; NULL with ERR_UPSTREAM. A time says itself which of the forms it has. */
json_t *codec_scalar_read(const struct aws_shape *shape, const char *text, size_t n, struct err *e);

/* Seconds since 1970 in one of the three forms, and back. -1: it is not one. */
int codec_time_write(enum aws_time format, double seconds, struct buf *out);
json_t *codec_time_read(const char *text);

/* A number as short as it can be without losing anything. -1 for NaN and infinity. */
int codec_real_write(double v, struct buf *out);

#endif
