"""STS: temporary keys for roles, by keys or by a token of the pool, and who the caller is."""
import datetime as dt

from .keyring import ACCOUNT, denied
from .registry import operation
from .reply import AwsError

REGION = "us-east-1"  # where an unsigned request is taken to come from


def needs_no_signature(service, scope, body):
    """Whether the request's own token is all the proof there is to be."""
    return service == "sts" and scope is None and b"Action=AssumeRoleWithWebIdentity" in body


def _role(call, action, who):
    """Temporary keys for the role that is asked for, if it is there to be had."""
    arn, seconds = call.parameters["RoleArn"], int(call.get("DurationSeconds", 3600))
    if not 900 <= seconds <= 43200:
        raise AwsError("ValidationError", f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed "
                       "to satisfy constraint: Member must have value between 900 and 43200", 400)
    if not arn.startswith(f"arn:aws:iam::{ACCOUNT}:role/") or "denied" in arn:
        raise denied("sts", f"{who} is not authorized to perform: {action} on resource: {arn}" if who else
                     f"Not authorized to perform {action}")
    key = call.world.keys.assume(arn, call.parameters["RoleSessionName"], seconds)
    return {"Credentials": {"AccessKeyId": key.akid, "SecretAccessKey": key.secret, "SessionToken": key.token,
                            "Expiration": dt.datetime.fromtimestamp(key.expires, dt.timezone.utc)},
            "AssumedRoleUser": {"AssumedRoleId": key.user_id, "Arn": key.arn}}


@operation("sts", "AssumeRole")
def assume_role(call):
    return _role(call, "sts:AssumeRole", f"User: {call.key.arn}")


@operation("sts", "AssumeRoleWithWebIdentity")
def assume_role_with_web_identity(call):
    """By an access token of the sandbox's own pool, which stands for the issuer that a role trusts."""
    subject = call.world.cognito.subject(call.parameters["WebIdentityToken"])
    if subject is None:
        raise AwsError("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider", 400)
    return {**_role(call, "sts:AssumeRoleWithWebIdentity", ""), "SubjectFromWebIdentityToken": subject}


@operation("sts", "GetCallerIdentity")
def get_caller_identity(call):
    return {"UserId": call.key.user_id, "Account": ACCOUNT, "Arn": call.key.arn}
