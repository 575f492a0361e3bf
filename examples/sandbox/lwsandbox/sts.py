"""STS: temporary keys for roles, and who the caller is."""
import datetime as dt

from .keyring import ACCOUNT, denied
from .registry import operation
from .reply import AwsError


@operation("sts", "AssumeRole")
def assume_role(call):
    arn, seconds = call.parameters["RoleArn"], int(call.get("DurationSeconds", 3600))
    if not 900 <= seconds <= 43200:
        raise AwsError("ValidationError", f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed "
                       "to satisfy constraint: Member must have value between 900 and 43200", 400)
    if not arn.startswith(f"arn:aws:iam::{ACCOUNT}:role/") or "denied" in arn:
        raise denied("sts", f"User: {call.key.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}")
    key = call.world.keys.assume(arn, call.parameters["RoleSessionName"], seconds)
    return {"Credentials": {"AccessKeyId": key.akid, "SecretAccessKey": key.secret, "SessionToken": key.token,
                            "Expiration": dt.datetime.fromtimestamp(key.expires, dt.timezone.utc)},
            "AssumedRoleUser": {"AssumedRoleId": key.user_id, "Arn": key.arn}}


@operation("sts", "GetCallerIdentity")
def get_caller_identity(call):
    return {"UserId": call.key.user_id, "Account": ACCOUNT, "Arn": call.key.arn}
