"""What S3 says, written short in a case: listings of objects, folders and versions become its XML."""
import datetime as dt
from xml.sax.saxutils import escape


def moment(seconds):
    """A time as S3 writes it in lists."""
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def element(name, **members):
    return f"<{name}>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in members.items()) + f"</{name}>"


def listing(spec):
    """{objects: [{key, size, at, class?}], folders: [prefix], next: token} as ListObjectsV2 answers."""
    rows = "".join(element("Contents", Key=o["key"], LastModified=moment(o["at"]), ETag='"0"', Size=o["size"],
                           StorageClass=o.get("class", "STANDARD")) for o in spec.get("objects", []))
    rows += "".join(element("CommonPrefixes", Prefix=p) for p in spec.get("folders", []))
    rows += f"<IsTruncated>{'true' if 'next' in spec else 'false'}</IsTruncated>"
    if "next" in spec:
        rows += f"<NextContinuationToken>{escape(spec['next'])}</NextContinuationToken>"
    return f"<ListBucketResult>{rows}</ListBucketResult>"


def versions(spec):
    """{markers: [{key, at, latest?}]} as ListObjectVersions answers."""
    rows = "".join(element("DeleteMarker", Key=m["key"], VersionId="v1", IsLatest=str(m.get("latest", True)).lower(),
                           LastModified=moment(m["at"])) for m in spec.get("markers", []))
    return f"<ListVersionsResult><IsTruncated>false</IsTruncated>{rows}</ListVersionsResult>"


def logging(spec):
    """{bucket, prefix, partitioned?: "EventTime" or "DeliveryTime"} as GetBucketLogging answers; {} where there is none."""
    if not spec:
        return "<BucketLoggingStatus/>"
    layout = (f"<PartitionedPrefix><PartitionDateSource>{spec['partitioned']}</PartitionDateSource></PartitionedPrefix>"
              if "partitioned" in spec else "<SimplePrefix/>")
    return (f"<BucketLoggingStatus><LoggingEnabled><TargetBucket>{escape(spec['bucket'])}</TargetBucket>"
            f"<TargetPrefix>{escape(spec['prefix'])}</TargetPrefix>"
            f"<TargetObjectKeyFormat>{layout}</TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>")


def error(code):
    """An error of S3 with that code."""
    return element("Error", Code=code, Message=f"{code} happened", RequestId="R")
