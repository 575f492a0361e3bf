#include "aws/invoke_request.h"

#include "aws/retry.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Path as sent and as signed. The bucket is part of it where it is not part of the host. */
static void add_path(const struct endpoint *ep, const struct wire_request *wire, struct buf *out)
{
    buf_adds(out, ep->path_prefix);
    if (wire->bucket && ep->path_style) {
        buf_addc(out, '/');
        text_percent_encode(wire->bucket, strlen(wire->bucket), "", out);
    }
    /* "/bucket", not "/bucket/", as boto3 has it */
    if (out->len == 0 || strcmp(buf_text(&wire->path), "/") != 0)
        buf_adds(out, buf_text(&wire->path));
}

int signed_request_build(struct signer *signer, const struct endpoint *endpoint,
                         const struct wire_request *wire, const struct aws_credentials *who, int64_t wall_ms,
                         struct signed_request *out, struct err *e)
{
    auto_buf struct buf path = BUF_INIT(WIRE_TARGET_MAX + ENDPOINT_HOST_MAX);
    add_path(endpoint, wire, &path);
    const char *query = wire->query.len ? wire->query.data : NULL;
    struct sign_request s = {.method = wire->method,
                             .host = endpoint->host,
                             .path = buf_text(&path),
                             .query = query,
                             .headers = wire->headers,
                             .header_count = wire->header_count,
                             .body = wire->body.data,
                             .body_len = wire->body.len,
                             .region = endpoint->signing_region,
                             .service = endpoint->signing_name,
                             .wall_ms = wall_ms,
                             .credentials = who};
    *out = (struct signed_request){0};
    if (who && sign_with_headers(signer, &s, &out->signature, e))
        return -1;
    out->url = xasprintf("%s%s%s%s", endpoint->origin, buf_text(&path), query ? "?" : "", query ? query : "");
    size_t n = 0;
    for (size_t i = 0; i < wire->header_count; i++)
        out->headers[n++] = wire->headers[i];
    for (size_t i = 0; i < out->signature.count; i++)
        out->headers[n++] = out->signature.list[i];
    out->http = (struct http_request){.method = wire->method,
                                      .url = out->url,
                                      .headers = out->headers,
                                      .header_count = n,
                                      .body = wire->body.data,
                                      .body_len = wire->body.len};
    return 0;
}

void signed_request_tag(struct signed_request *r, const char *invocation_id, int attempt)
{
    int max = attempt > RETRY_ATTEMPTS ? attempt : RETRY_ATTEMPTS;
    snprintf(r->attempt, sizeof r->attempt, "attempt=%d; max=%d", attempt, max);
    r->headers[r->http.header_count++] = (struct http_header){"amz-sdk-invocation-id", invocation_id};
    r->headers[r->http.header_count++] = (struct http_header){"amz-sdk-request", r->attempt};
}

void signed_request_done(struct signed_request *r)
{
    sign_headers_done(&r->signature);
    free(r->url);
    r->url = NULL;
}
