#include "tools/failure.h"

#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"
#include "tools/digest.h"

#include <stdio.h>
#include <string.h>

int failure_say(struct tool_answer *out, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *s = xvasprintf(fmt, ap);
    va_end(ap);
    size_t n = strlen(s);
    int secrets = 0;
    auto_buf struct buf clean = BUF_INIT(n * 4 + 64);
    redact_text(s, n, &clean, &secrets);
    size_t len = clean.len <= DIGEST_ERROR_MAX ? clean.len : text_utf8_floor(buf_text(&clean), DIGEST_ERROR_MAX);
    *out = (struct tool_answer){.is_error = true, .content = tool_text_content(buf_text(&clean), len)};
    return -1;
}

static bool is_one_of(const char *code, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(code, list[i]))
            return true;
    }
    return false;
}

/* What to do about credentials that are not there, have expired or are wrong; NULL when it is not about them. */
static const char *identity_advice(const struct aws_fault *f)
{
    static const char *const expired[] = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"};
    static const char *const clock[] = {"RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"};
    static const char *const wrong[] = {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId",
        "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException"};
    if (is_one_of(f->code, expired, ARRAY_LEN(expired)))
        return "The AWS credentials of this server have expired. Put new ones where they came from and call again; "
               "`lakewarden doctor` shows which were used.";
    if (is_one_of(f->code, clock, ARRAY_LEN(clock)))
        return "The clock of this server and that of AWS differ too much: set it, and call again.";
    if (f->err.kind == ERR_UNAUTHENTICATED && !f->status) /* nothing was sent; the error says what was tried */
        return "Nothing was asked of AWS. Give this server credentials and call again; `lakewarden doctor` shows more.";
    if (f->err.kind == ERR_DENIED && !f->status) /* refused before the service was asked: by STS or the portal */
        return "Nothing was asked of the service: this server may not take on the role it was to use. Let the role's "
               "trust policy name the server's identity, and allow that sts:AssumeRole; `lakewarden doctor` shows both.";
    if (f->err.kind == ERR_UNAUTHENTICATED || is_one_of(f->code, wrong, ARRAY_LEN(wrong)))
        return "The AWS credentials of this server were not accepted: they are wrong or no longer valid. Put right ones where "
               "they came from and call again; `lakewarden doctor` shows which were used.";
    return NULL;
}

/* What the reader can do about it; `buf` is for the sentences that carry a name. */
static const char *advice_for(const struct aws_operation *op, const struct aws_fault *f, const char *missing, char *buf,
                              size_t size)
{
    if (f->err.kind == ERR_NOT_FOUND)
        return missing;
    const char *identity = identity_advice(f);
    if (identity)
        return identity;
    if (f->err.kind == ERR_DENIED) {
        char action[AWS_ACTION_MAX];
        aws_operation_action(op, action);
        snprintf(buf, size, "Allow the IAM action %s to the role this server runs as; calling again will not help.", action);
        return buf;
    }
    if (!strcmp(f->code, "CircuitOpen")) /* the error says for how long and why */
        return "Nothing was sent. Call again when that time is over.";
    switch (f->err.kind) {
    case ERR_THROTTLED:
        return "The service is being called too often. Wait half a minute and call again.";
    case ERR_UNAVAILABLE:
        return "The endpoint could not be reached: check network, proxy, region and AWS_ENDPOINT_URL, then call again.";
    case ERR_TIMEOUT:
        return "The time allowed was used up. Call again, with smaller limits or a longer --call-timeout.";
    case ERR_CANCELLED:
        return "The call was cancelled.";
    case ERR_CONFIG:
        return "Set up region and credentials of this server; `lakewarden doctor` says what was tried.";
    case ERR_INVALID:
        return "The arguments do not fit what the service accepts.";
    case ERR_CONFLICT:
        return "A limit, or something else that is under way, stands against it. Call again when that has changed.";
    default:
        return f->retryable ? "The service failed on its own side. Call again in a minute."
                            : "Calling again unchanged is unlikely to help.";
    }
}

int failure_aws(struct tool_answer *out, const struct aws_operation *op, const struct aws_fault *f, const char *what,
                const char *missing)
{
    char buf[256];
    return failure_say(out, "Could not %s: %s. %s", what, f->err.text, advice_for(op, f, missing, buf, sizeof buf));
}

int failure_err(struct tool_answer *out, const struct err *e)
{
    return failure_say(out, "%s", e->text);
}
