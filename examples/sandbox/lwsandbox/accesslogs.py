"""S3 access logs: where the buckets log to, in which layout, and how a line is written."""
import hashlib
from urllib.parse import quote_plus

from . import s3
from .keyring import ACCOUNT
from .registry import operation

OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
LOGGING = {  # what moto keeps of it lacks the layout, so it is kept here
    "acme-lake-raw": {"TargetBucket": "acme-access-logs", "TargetPrefix": "raw/",
                      "TargetObjectKeyFormat": {"SimplePrefix": {}}},
    "acme-lake-curated": {"TargetBucket": "acme-access-logs", "TargetPrefix": "curated/", "TargetObjectKeyFormat": {
        "PartitionedPrefix": {"PartitionDateSource": "EventTime"}}},
}


@operation("s3", "GetBucketLogging")
def get_bucket_logging(call):
    s3.guard(call.parameters, call.region)
    s3.must_exist(call.parameters["Bucket"])
    logging = LOGGING.get(call.parameters["Bucket"])
    return {"LoggingEnabled": logging} if logging else {}


def line(bucket, at, who, what, key="-", status="200", code="-", sent="-", address="10.0.3.17", agent="aws-sdk-java/1.12"):
    """A record of 26 fields. The key is percent-encoded twice, as in the real thing."""
    request = hashlib.sha256(f"{bucket} {at.isoformat()} {key} {what} {status}".encode()).hexdigest()[:16].upper()
    method = what.split(".")[1] if what.startswith("REST.") else "POST"
    shown = key if key == "-" else quote_plus(quote_plus(key))
    return (f'{OWNER} {bucket} {at.strftime("[%d/%b/%Y:%H:%M:%S +0000]")} {address} {who} {request} {what} {shown} '
            f'"{method} /{"" if key == "-" else quote_plus(key, safe="/")} HTTP/1.1" {status} {code} {sent} - 14 12 "-" '
            f'"{agent}" - {request}host= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader {bucket}.s3.us-east-1.amazonaws.com '
            'TLSv1.3 - -')


def deliver(bucket, at, delivered, lines):
    """Writes one log object: records of about `at`, delivered later."""
    logging = LOGGING[bucket]
    mark = hashlib.sha256(f"{bucket} {at.isoformat()}".encode()).hexdigest()[:16].upper()
    if "PartitionedPrefix" in logging["TargetObjectKeyFormat"]:
        name = f"{ACCOUNT}/us-east-1/{bucket}/{at.strftime('%Y/%m/%d/%Y-%m-%d')}-00-00-00-{mark}"
    else:
        name = f"{delivered.strftime('%Y-%m-%d-%H-%M-%S')}-{mark}"
    s3.put_object(logging["TargetBucket"], logging["TargetPrefix"] + name, ("\n".join(lines) + "\n").encode(), delivered)
