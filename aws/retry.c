#include "aws/retry.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define SCALE_MAX_MS 20000
#define AFTER_EXTRA_MAX_MS 5000

static bool is_one_of(const char *code, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(code, list[i]) == 0)
            return true;
    return false;
}

bool retry_code_is_clock(const char *code)
{
    static const char *const codes[] = {"RequestTimeTooSkewed",  "RequestExpired",
                                        "RequestInTheFuture",    "InvalidSignatureException",
                                        "SignatureDoesNotMatch", "AuthFailure"};
    return is_one_of(code, codes, ARRAY_LEN(codes));
}

static bool code_is_keys(const char *code)
{
    static const char *const codes[] = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId",
                                        "UnrecognizedClientException", "InvalidAccessKeyId"};
    return is_one_of(code, codes, ARRAY_LEN(codes));
}

/* Failures of the service that some services answer with 400. */
static bool code_is_transient(const char *code)
{
    static const char *const codes[] = {
        "RequestTimeout",       "RequestTimeoutException",     "InternalError",
        "InternalFailure",      "InternalServiceException",    "InternalServiceError",
        "InternalServiceFault", "InternalServerException",     "InternalServerError",
        "ServiceUnavailable",   "ServiceUnavailableException", "OperationTimeoutException",
        "RestApiServerException"};
    return is_one_of(code, codes, ARRAY_LEN(codes));
}

static enum retry_kind kind_of_silence(const struct http_reply *reply)
{
    switch (reply->err.kind) {
    case ERR_UNAVAILABLE:
    case ERR_TIMEOUT:
    case ERR_UPSTREAM:
        return RETRY_TRANSIENT;
    default: /* cancelled, too large, our own mistake: again would be the same */
        return RETRY_NEVER;
    }
}

enum retry_kind retry_kind_of(const struct http_reply *reply, const struct aws_fault *f, bool clock_off,
                              bool region_off)
{
    if (reply->sent != HTTP_REPLIED)
        return kind_of_silence(reply);
    if (region_off)
        return RETRY_REGION;
    if (clock_off)
        return RETRY_CLOCK;
    if (code_is_keys(f->code))
        return RETRY_KEYS;
    if (f->err.kind == ERR_THROTTLED)
        return RETRY_THROTTLED;
    if (reply->status < 300) /* a success that could not be read: cut short, or not of AWS */
        return f->err.kind == ERR_UPSTREAM ? RETRY_TRANSIENT : RETRY_NEVER;
    if (reply->status == 500 || (reply->status >= 502 && reply->status <= 504) || code_is_transient(f->code))
        return RETRY_TRANSIENT;
    return RETRY_NEVER;
}

bool retry_allowed(enum aws_safety safety, const struct http_reply *reply, enum retry_kind kind)
{
    if (kind == RETRY_NEVER)
        return false;
    if (safety != AWS_ONCE || reply->sent == HTTP_NOT_SENT)
        return true;
    bool refused = reply->sent == HTTP_REPLIED && reply->status >= 300 && reply->status < 500;
    return refused && kind != RETRY_TRANSIENT;
}

bool retry_effect_unknown(enum aws_safety safety, const struct http_reply *reply, enum retry_kind kind)
{
    if (safety == AWS_IDEMPOTENT || reply->sent == HTTP_NOT_SENT)
        return false;
    if (reply->sent == HTTP_MAYBE_SENT)
        return true;
    return kind == RETRY_TRANSIENT || reply->status < 300 || reply->status >= 500;
}

int64_t retry_wait_ms(enum retry_kind kind, int attempt, double dice, int64_t after_ms)
{
    if (kind != RETRY_TRANSIENT && kind != RETRY_THROTTLED)
        return 0;
    int64_t scale = kind == RETRY_THROTTLED ? 1000 : 50;
    for (int i = 1; i < attempt && scale < SCALE_MAX_MS; i++)
        scale *= 2;
    if (scale > SCALE_MAX_MS)
        scale = SCALE_MAX_MS;
    int64_t wait = (int64_t)((double)scale * dice);
    if (after_ms > wait)
        wait = after_ms < wait + AFTER_EXTRA_MAX_MS ? after_ms : wait + AFTER_EXTRA_MAX_MS;
    return wait;
}

int retry_cost(enum retry_kind kind)
{
    return kind == RETRY_THROTTLED ? 5 : kind == RETRY_TRANSIENT ? 14 : 0;
}

bool retry_later_may_help(const struct http_reply *reply, const struct aws_fault *f)
{
    static const char *const limits[] = {"ConcurrentRunsExceededException",
                                         "ResourceNumberLimitExceededException",
                                         "ConcurrentModificationException"};
    enum retry_kind kind = retry_kind_of(reply, f, false, false);
    return kind == RETRY_TRANSIENT || kind == RETRY_THROTTLED ||
           is_one_of(f->code, limits, ARRAY_LEN(limits));
}
