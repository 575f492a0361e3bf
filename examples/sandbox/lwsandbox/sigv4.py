"""Checks Signature Version 4 over the request target exactly as it came, header form and presigned form."""
import datetime as dt
import hashlib
import hmac
import re
import time
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from .reply import AwsError

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^, ]+), *SignedHeaders=([a-z0-9;_.-]+), *Signature=([0-9a-f]{64})")
SKEW_S = {"s3": 900}  # the others allow five minutes
DEFAULT_SKEW_S = 300


class Scope(NamedTuple):
    akid: str
    day: str
    region: str
    service: str


class Claim(NamedTuple):
    """What the request says about its own signature."""
    scope: Scope
    signed: list
    signature: str
    when: str
    token: str | None
    lifetime_s: int | None  # presigned form only
    query: str              # without X-Amz-Signature


def _error(service, json_code, s3, query_code, message, s3_message=None):
    """The same failure has three names: JSON services answer 400, S3 and the query services mostly 403."""
    if service == "s3":
        return AwsError(s3[0], s3_message or message, s3[1])
    if service in ("sts", "iam"):
        return AwsError(query_code, message, 403)
    return AwsError(json_code, message)


def peek_scope(headers, target):
    """The credential scope as claimed, unchecked; None without one. Names the service before anything is parsed."""
    text = headers.get("authorization", "")
    match = re.search(r"Credential=([^, ]+)", text) if text else re.search(r"[?&]X-Amz-Credential=([^&]+)", target)
    parts = unquote(match[1]).rsplit("/", 4) if match else []
    return Scope(*parts[:4]) if len(parts) == 5 and parts[4] == "aws4_request" else None


def _read_claim(headers, target, service):
    query = target.partition("?")[2]
    scope = peek_scope(headers, target)
    if headers.get("authorization"):
        match = AUTHORIZATION.fullmatch(headers["authorization"])
        if not match or not scope:
            raise _error(service, "IncompleteSignatureException", ("AuthorizationHeaderMalformed", 400),
                         "IncompleteSignature", "Authorization header is not of the SigV4 form.")
        return Claim(scope, match[2].split(";"), match[3], headers.get("x-amz-date", ""),
                     headers.get("x-amz-security-token"), None, query)
    fields = dict(parse_qsl(query, keep_blank_values=True))
    if "X-Amz-Signature" not in fields:
        raise _error(service, "MissingAuthenticationTokenException", ("AccessDenied", 403),
                     "MissingAuthenticationToken", "Missing Authentication Token", "Access Denied")
    wanted = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
    if not scope or any(w not in fields for w in wanted) or not fields["X-Amz-Expires"].isdigit():
        raise _error(service, "IncompleteSignatureException", ("AuthorizationQueryParametersError", 400),
                     "IncompleteSignature", "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                     "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires "
                     "parameters.")
    rest = "&".join(p for p in query.split("&") if not p.startswith("X-Amz-Signature="))
    return Claim(scope, fields["X-Amz-SignedHeaders"].split(";"), fields["X-Amz-Signature"], fields["X-Amz-Date"],
                 fields.get("X-Amz-Security-Token"), int(fields["X-Amz-Expires"]), rest)


def _check_time(claim, service):
    try:
        made = dt.datetime.strptime(claim.when, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.timezone.utc).timestamp()
    except ValueError:
        raise _error(service, "IncompleteSignatureException", ("AccessDenied", 403), "IncompleteSignature",
                     "Date in the request is missing or not of the form YYYYMMDDTHHMMSSZ.") from None
    if not claim.when.startswith(claim.scope.day):
        raise _error(service, "InvalidSignatureException", ("SignatureDoesNotMatch", 403), "SignatureDoesNotMatch",
                     "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
    age, limit = time.time() - made, SKEW_S.get(service, DEFAULT_SKEW_S)
    if claim.lifetime_s is not None:
        if age > claim.lifetime_s:
            raise _error(service, "InvalidSignatureException", ("AccessDenied", 403), "SignatureDoesNotMatch",
                         "Request has expired")
    elif age > limit:
        raise _error(service, "InvalidSignatureException", ("RequestTimeTooSkewed", 403), "SignatureDoesNotMatch",
                     f"Signature expired: {claim.when} is now earlier than {_stamp(-limit)} ({_stamp(0)} - "
                     f"{limit // 60} min.)",
                     "The difference between the request time and the current time is too large.")
    if age < -limit:
        raise _error(service, "InvalidSignatureException", ("RequestTimeTooSkewed", 403), "SignatureDoesNotMatch",
                     f"Signature not yet current: {claim.when} is still later than {_stamp(limit)} ({_stamp(0)} + "
                     f"{limit // 60} min.)",
                     "The difference between the request time and the current time is too large.")


def _stamp(offset_s):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + offset_s))


def _check_key(claim, keyring, service):
    key = keyring.find(claim.scope.akid)
    if key is None:
        raise _error(service, "UnrecognizedClientException", ("InvalidAccessKeyId", 403), "InvalidClientTokenId",
                     "The security token included in the request is invalid.",
                     "The AWS Access Key Id you provided does not exist in our records.")
    if key.token != claim.token:
        raise _error(service, "UnrecognizedClientException", ("InvalidToken", 400), "InvalidClientTokenId",
                     "The security token included in the request is invalid.",
                     "The provided token is malformed or otherwise invalid.")
    if key.expired():
        raise _error(service, "ExpiredTokenException", ("ExpiredToken", 400), "ExpiredToken",
                     "The security token included in the request is expired", "The provided token has expired.")
    return key


def _payload_hash(headers, body, service, presigned):
    declared, actual = headers.get("x-amz-content-sha256"), hashlib.sha256(body).hexdigest()
    if service == "s3" and not presigned and not declared:
        raise AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400)
    if declared and re.fullmatch("[0-9a-f]{64}", declared) and declared != actual:
        raise _error(service, "InvalidSignatureException", ("XAmzContentSHA256Mismatch", 400),
                     "SignatureDoesNotMatch", "The provided 'x-amz-content-sha256' header does not match what was "
                     "computed.")
    return declared or ("UNSIGNED-PAYLOAD" if presigned and service == "s3" else actual)


def canonical_path(raw, service):
    """S3 signs the path as it is on the wire; the others drop dot segments and encode once more (RFC 3986 5.2.4)."""
    if service == "s3":
        return raw or "/"
    out, parts = [], raw.split("/")
    for part in parts:
        if part == "..":
            out[-1:] = []
        elif part not in ("", "."):
            out.append(part)
    tail = "/" if out and parts[-1] in ("", ".", "..") else ""
    return quote(("/" + "/".join(out) + tail).encode("latin-1"), safe="/-_.~")


def canonical_query(raw):
    pairs = [part.partition("=")[::2] for part in raw.split("&") if part]
    coded = sorted(tuple(quote(unquote_to_bytes(x), safe="-_.~") for x in pair) for pair in pairs)
    return "&".join(f"{k}={v}" for k, v in coded)


def sign(secret, scope, when, canonical):
    key = b"AWS4" + secret.encode()
    for part in (scope.day, scope.region, scope.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    digest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{when}\n{scope.day}/{scope.region}/{scope.service}/aws4_request\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify(method, target, headers, body, keyring, service):
    """-> (key, scope). `headers` has lower-case names. Raises AwsError with the code `service` (signing name) uses."""
    claim = _read_claim(headers, target, service)
    _check_time(claim, service)
    key = _check_key(claim, keyring, service)
    must = {"host"} | {h for h in headers if h.startswith("x-amz-")}
    if claim.signed != sorted(claim.signed) or not must <= set(claim.signed):
        raise _error(service, "InvalidSignatureException", ("AccessDenied", 403), "SignatureDoesNotMatch",
                     "There were headers present in the request which were not signed: "
                     + ", ".join(sorted(must - set(claim.signed))))
    payload = _payload_hash(headers, body, service, claim.lifetime_s is not None)
    lines = "".join(f"{n}:{' '.join(headers.get(n, '').split())}\n" for n in claim.signed)
    canonical = "\n".join([method, canonical_path(target.partition("?")[0], service), canonical_query(claim.query),
                           lines, ";".join(claim.signed), payload])
    if not hmac.compare_digest(sign(key.secret, claim.scope, claim.when, canonical), claim.signature):
        raise _error(service, "InvalidSignatureException", ("SignatureDoesNotMatch", 403), "SignatureDoesNotMatch",
                     "The request signature we calculated does not match the signature you provided. Check your AWS "
                     "Secret Access Key and signing method. The canonical request was:\n" + canonical)
    return key, claim.scope
