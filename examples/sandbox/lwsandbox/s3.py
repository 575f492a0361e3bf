"""S3: moto keeps the objects; the region of a bucket and closed buckets are decided here."""
from .keyring import denied
from .reply import AwsError

CLOSED = {"acme-finance-closed"}  # exists, and its bucket policy lets nobody in


def _backend():
    from moto.s3.models import s3_backends
    from .keyring import ACCOUNT
    return s3_backends[ACCOUNT]["aws"]


def create_bucket(name, region="us-east-1", versioned=False):
    _backend().create_bucket(name, region)
    if versioned:
        _backend().put_bucket_versioning(name, "Enabled")


def put_object(bucket, key, value, modified):
    """An object that has lain there since `modified` (datetime in UTC), which the API itself cannot say."""
    _backend().put_object(bucket, key, value).last_modified = modified.replace(tzinfo=None)


def delete_object(bucket, key, when):
    """In a versioned bucket: lays a delete marker of that time over the object."""
    _backend().delete_object(bucket, key)
    marker = _backend().buckets[bucket].keys.getlist(key)[-1]
    marker.last_modified = when.replace(tzinfo=None)


def must_exist(name):
    if name not in _backend().buckets:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=name)


def guard(parameters, region):
    """Refuses what AWS refuses before it looks at the object: a closed bucket, a bucket of another region."""
    name = parameters.get("Bucket")
    bucket = _backend().buckets.get(name) if name else None
    if bucket is None:
        return
    place = {"x-amz-bucket-region": bucket.region_name}
    if name in CLOSED:
        raise denied("s3", "Access Denied")
    if bucket.region_name != region:
        raise AwsError("PermanentRedirect", "The bucket you are attempting to access must be addressed using the "
                       "specified endpoint. Please send all future requests to this endpoint.", 301, place,
                       Endpoint=f"{name}.s3.{bucket.region_name}.amazonaws.com", Bucket=name)
