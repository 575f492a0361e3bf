"""Access keys the account knows, who they belong to, and what their owner may do."""
import re
import secrets
import time
from dataclasses import dataclass, replace

from .reply import AwsError

ACCOUNT = "123456789012"
READING = re.compile(r"(Get|List|Lookup|Describe|Head|Filter|BatchGet|AssumeRole|InvokeRestApi)")  # the last: Airflow decides


@dataclass(frozen=True)
class Key:
    akid: str
    secret: str
    arn: str
    user_id: str
    may: str                  # "read", "write" (everything) or "nothing"
    token: str | None = None
    expires: float | None = None

    def expired(self):
        return self.expires is not None and time.time() >= self.expires


def _user(name, may):
    akid = f"AKIDSANDBOX{name.upper()}000"
    return Key(akid, f"sandbox/{name}/secret+key/EXAMPLE0000000", f"arn:aws:iam::{ACCOUNT}:user/{name}",
               f"AIDASANDBOX{name.upper()}", may)


NOBODY = Key("", "", "", "", "read")  # who calls an operation that is not signed
SEEDED = {"reader": _user("reader", "read"), "writer": _user("writer", "write"), "denied": _user("denied", "nothing")}


class Keyring:
    def __init__(self):
        self.reset()

    def reset(self):
        """Forgets temporary keys and every change made to the seeded ones."""
        self._keys = {k.akid: k for k in SEEDED.values()}

    def find(self, akid):
        return self._keys.get(akid)

    def assume(self, role_arn, session, duration_s):
        """A temporary key. A role whose name contains `read` may read; every other one may do everything."""
        role = role_arn.rsplit("/", 1)[-1]
        key = Key("ASIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30),
                  f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
                  f"AROASANDBOX{len(self._keys):05d}:{session}", "read" if "read" in role else "write",
                  secrets.token_urlsafe(120) + "+/==", time.time() + duration_s)
        self._keys[key.akid] = key
        return key

    def change(self, akid, **fields):
        """Control call: alters a key (expires_in_s, may), so that expired and powerless credentials can be had."""
        key = self._keys[akid]
        if "expires_in_s" in fields:
            fields["expires"] = time.time() + fields.pop("expires_in_s")
        self._keys[akid] = replace(key, **{k: v for k, v in fields.items() if k in ("expires", "may")})


def authorize(key, signing_name, operation, service):
    """Raises the AccessDenied of the service unless the owner of the key may do this."""
    if operation == "GetCallerIdentity" or key.may == "write":
        return
    if key.may == "read" and READING.match(operation):
        return
    prefix = "cloudwatch" if service == "cloudwatch" else signing_name
    action = f"{prefix}:{operation}"
    raise denied(service, f"User: {key.arn} is not authorized to perform: {action} "
                          f"because no identity-based policy allows the {action} action")


def denied(service, message):
    if service in ("s3", "sts"):
        return AwsError("AccessDenied", message, 403)
    return AwsError("AccessDenied" if service == "cloudwatch" else "AccessDeniedException", message)
