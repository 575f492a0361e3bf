/* What the error codes of AWS mean to a program. */
#include "aws/fault.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

enum match { IS, BEGINS, ENDS };

/* First match wins. */
static const struct rule {
    enum match match;
    const char *text;
    enum err_kind kind;
} rules[] = {
    {IS, "Throttling", ERR_THROTTLED},
    {IS, "ThrottlingException", ERR_THROTTLED},
    {IS, "ThrottledException", ERR_THROTTLED},
    {IS, "RequestThrottledException", ERR_THROTTLED},
    {IS, "RequestThrottled", ERR_THROTTLED},
    {IS, "EC2ThrottledException", ERR_THROTTLED},
    {IS, "TooManyRequestsException", ERR_THROTTLED},
    {IS, "ProvisionedThroughputExceededException", ERR_THROTTLED},
    {IS, "TransactionInProgressException", ERR_THROTTLED},
    {IS, "RequestLimitExceeded", ERR_THROTTLED},
    {IS, "BandwidthLimitExceeded", ERR_THROTTLED},
    {IS, "LimitExceededException", ERR_THROTTLED},
    {IS, "SlowDown", ERR_THROTTLED},
    {IS, "PriorRequestNotComplete", ERR_THROTTLED},
    {BEGINS, "ExpiredToken", ERR_UNAUTHENTICATED},
    {IS, "InvalidClientTokenId", ERR_UNAUTHENTICATED},
    {IS, "UnrecognizedClientException", ERR_UNAUTHENTICATED},
    {IS, "InvalidAccessKeyId", ERR_UNAUTHENTICATED},
    {IS, "InvalidToken", ERR_UNAUTHENTICATED},
    {IS, "TokenRefreshRequired", ERR_UNAUTHENTICATED},
    {BEGINS, "MissingAuthenticationToken", ERR_UNAUTHENTICATED},
    {BEGINS, "IncompleteSignature", ERR_UNAUTHENTICATED},
    {IS, "SignatureDoesNotMatch", ERR_UNAUTHENTICATED},
    {IS, "InvalidSignatureException", ERR_UNAUTHENTICATED},
    {IS, "AuthFailure", ERR_UNAUTHENTICATED},
    {IS, "RequestExpired", ERR_UNAUTHENTICATED},
    {IS, "RequestTimeTooSkewed", ERR_UNAUTHENTICATED},
    {IS, "RequestInTheFuture", ERR_UNAUTHENTICATED},
    {BEGINS, "AccessDenied", ERR_DENIED},
    {BEGINS, "NotAuthorized", ERR_DENIED},
    {BEGINS, "UnauthorizedOperation", ERR_DENIED},
    {IS, "AllAccessDisabled", ERR_DENIED},
    {IS, "AccountProblem", ERR_DENIED},
    {IS, "OptInRequired", ERR_DENIED},
    {IS, "InvalidObjectState", ERR_CONFLICT},
    {BEGINS, "NoSuch", ERR_NOT_FOUND},
    {IS, "NotFound", ERR_NOT_FOUND},
    {ENDS, "NotFoundException", ERR_NOT_FOUND},
    {ENDS, "NotFound", ERR_NOT_FOUND},
    {BEGINS, "Concurrent", ERR_CONFLICT},
    {BEGINS, "IllegalWorkflowState", ERR_CONFLICT},
    {IS, "ResourceNotReadyException", ERR_CONFLICT},
    {IS, "ResourceNumberLimitExceededException", ERR_CONFLICT},
    {BEGINS, "Conflict", ERR_CONFLICT},
    {BEGINS, "AlreadyExists", ERR_CONFLICT},
    {BEGINS, "IdempotentParameterMismatch", ERR_CONFLICT},
    {BEGINS, "PreconditionFailed", ERR_CONFLICT},
    {BEGINS, "OperationAborted", ERR_CONFLICT},
    {BEGINS, "RequestTimeout", ERR_UPSTREAM},
    {BEGINS, "OperationTimeout", ERR_UPSTREAM},
    {BEGINS, "Internal", ERR_UPSTREAM},
    {IS, "RestApiServerException", ERR_UPSTREAM},
    {BEGINS, "ServiceUnavailable", ERR_UPSTREAM},
    {IS, "GlueEncryptionException", ERR_DENIED},
};

static bool matches(const struct rule *r, const char *code)
{
    switch (r->match) {
    case IS:
        return strcmp(code, r->text) == 0;
    case BEGINS:
        return text_starts(code, r->text);
    case ENDS:
        return text_ends(code, r->text);
    }
    return false;
}

static enum err_kind kind_of_status(int status)
{
    switch (status) {
    case 304:
    case 409:
    case 412:
        return ERR_CONFLICT;
    case 401:
        return ERR_UNAUTHENTICATED;
    case 403:
        return ERR_DENIED;
    case 404:
    case 410:
        return ERR_NOT_FOUND;
    case 407:
        return ERR_UNAVAILABLE;
    case 413:
        return ERR_TOO_LARGE;
    case 429:
        return ERR_THROTTLED;
    default:
        return status >= 400 && status < 500 ? ERR_INVALID : ERR_UPSTREAM;
    }
}

enum err_kind fault_kind(const char *code, int status)
{
    for (size_t i = 0; *code && i < ARRAY_LEN(rules); i++)
        if (matches(&rules[i], code))
            return rules[i].kind;
    return kind_of_status(status);
}
