#include "aws/msk_token.h"

#include "aws/aws_private.h"
#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define QUERY "Action=kafka-cluster%3AConnect"

/* Brokers check the signature over this name, in every partition, and never resolve it. */
#define HOST_FORM "kafka.%s.amazonaws.com"

int msk_token_make(struct signer *s, const struct msk_token_parts *parts, struct buf *out, struct err *e)
{
    char host[128];
    int n = snprintf(host, sizeof host, HOST_FORM, parts->region);
    if (n < 0 || (size_t)n >= sizeof host)
        return err_set(e, ERR_INVALID, "the region is too long for a broker's token");
    const struct sign_request request = {
        .method = "GET",
        .host = host,
        .path = "/",
        .query = QUERY,
        .region = parts->region,
        .service = "kafka-cluster",
        .wall_ms = parts->wall_ms,
        .credentials = parts->credentials,
    };
    auto_buf struct buf url = BUF_INIT(MSK_TOKEN_MAX);
    buf_addf(&url, "https://%s/?%s&", host, request.query);
    if (sign_with_query(s, &request, MSK_TOKEN_LIFE_MS / 1000, &url, e))
        return -1;
    buf_adds(&url, "&User-Agent="); /* behind the signature: not signed */
    text_percent_encode(parts->user_agent, strlen(parts->user_agent), "", &url);
    int full = url.full || text_b64url_encode(url.data, url.len, out);
    explicit_bzero(url.data, url.len);
    return full ? err_set(e, ERR_TOO_LARGE, "the session token is too long for a broker's token") : 0;
}

int aws_session_msk_token(struct aws_session *s, struct buf *out, int64_t *expires_wall_ms, struct err *e)
{
    auto_credentials struct aws_credentials keys = {0};
    if (aws_session_keys(s, &keys, e))
        return -1;
    int64_t now = clock_wall_ms(), end = now / 1000 * 1000 + MSK_TOKEN_LIFE_MS;
    const struct msk_token_parts parts = {
        .credentials = &keys,
        .region = aws_session_region(s),
        .user_agent = "lakewarden/" LW_VERSION,
        .wall_ms = now,
    };
    if (msk_token_make(aws_session_signer(s), &parts, out, e))
        return -1;
    *expires_wall_ms = keys.expires_wall_ms < end ? keys.expires_wall_ms : end;
    return 0;
}
