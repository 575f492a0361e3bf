"""Who asked the lake's buckets for what in the night, as their access logs say, and who changed a policy."""
import datetime as dt

from .. import accesslogs, s3

LOGS, RESULTS = "acme-access-logs", "acme-athena-results"
RAW, CURATED = "acme-lake-raw", "acme-lake-curated"
ETL = "arn:aws:sts::123456789012:assumed-role/acme-glue-etl/GlueJobRunnerSession"
SHOP = "arn:aws:iam::123456789012:user/shop-export"
REPORTING = "arn:aws:sts::123456789012:assumed-role/reporting/dashboard"
KIM = "arn:aws:iam::123456789012:user/kim"


def seed(night, region):
    """-> the facts that `serve` tells."""
    for name in (LOGS, RESULTS):
        s3.create_bucket(name)
    _raw(night)
    _curated(night)
    region.trail.add(night.at(3, 25, 40), "PutBucketPolicy", "s3.amazonaws.com", KIM,
                     {"bucketName": CURATED, "bucketPolicy": {"Version": "2012-10-17"}}, [("AWS::S3::Bucket", CURATED)])
    return {"access_log_bucket": LOGS, "closed_to": REPORTING}


def _deliver(bucket, at, lines, minutes=20):
    accesslogs.deliver(bucket, at, at + dt.timedelta(minutes=minutes), lines)


def _raw(night):
    """The load looks for the day's folder too early, the shop delivers late, and at five past three S3 is overrun."""
    folder, early = f"orders/dt={night.dt()}/", night.at(2, 5, 31)
    _deliver(RAW, early, [accesslogs.line(RAW, early, ETL, "REST.HEAD.OBJECT", folder.rstrip("/"), "404", "NoSuchKey"),
                          accesslogs.line(RAW, early, ETL, "REST.GET.BUCKET", sent="311")])
    came = night.at(2, 40, 11)
    _deliver(RAW, came, [accesslogs.line(RAW, came, SHOP, "REST.PUT.OBJECT", f"{folder}part-{n:05d}.parquet", sent="-",
                                         address="192.0.2.44", agent="shop-export/3.1") for n in range(5)])
    for minute in range(5, 20, 5):
        at = night.at(3, minute, 12)
        lines = []
        for n in range(60):
            slow = n % 3 == 0
            lines.append(accesslogs.line(RAW, at + dt.timedelta(seconds=n), ETL, "REST.GET.OBJECT", f"{folder}part-{n % 5:05d}.parquet",
                                         "503" if slow else "206", "SlowDown" if slow else "-", "-" if slow else "262144"))
        _deliver(RAW, at, lines)


def _curated(night):
    """The dashboard reads until the policy is changed, and is refused from then on."""
    for hour in range(0, 4):
        at = night.at(hour, 12)
        _deliver(CURATED, at, [accesslogs.line(CURATED, at, ETL, "REST.PUT.OBJECT", f"customers/part-{n:05d}-snappy.parquet")
                               for n in range(2)])
    for minute in range(0, 60, 6):
        at, refused = night.at(3, minute, 5), minute > 25
        _deliver(CURATED, at, [accesslogs.line(
            CURATED, at, REPORTING, "REST.GET.OBJECT", "customers/part-00000-snappy.parquet", "403" if refused else "200",
            "AccessDenied" if refused else "-", "243" if refused else "8192", "10.0.9.8", "Boto3/1.34")])
