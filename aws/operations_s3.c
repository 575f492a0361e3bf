/* Amazon S3, API version 2006-03-01: the reads, and one write. Only what a reader of objects asks for or looks at is listed.
   S3 names its permissions after the thing, not the call (service authorization reference, "Actions for Amazon S3"). */
#include "aws/operation.h"

static const struct aws_service s3 = {.name = "s3", .protocol = AWS_REST_XML};

/* An ARN of S3 names no account: without this, "*" is every bucket of the world that lets itself be read. Who configures a job
   says where its logs lie, and must not have the server read, or write, in an account of theirs. */
#define OWN_ACCOUNT {"StringLike", "aws:ResourceAccount", "${account}"}

/* Who may do what to what. */
static const struct aws_grant whole_buckets = {.sid = "Buckets",
    .access = AWS_READ,
    .resources = {"arn:${partition}:s3:::*"},
    .condition = OWN_ACCOUNT};
static const struct aws_grant contents = {.sid = "Objects",
    .access = AWS_READ,
    .resources = {"arn:${partition}:s3:::*/*"},
    .condition = OWN_ACCOUNT};
static const struct aws_grant documents = {.sid = "Documents",
    .access = AWS_WRITE,
    .resources = {"arn:${partition}:s3:::*/rca/*"},
    .condition = OWN_ACCOUNT};

#define BUCKET {.name = "Bucket", .shape = &aws_shape_string, .place = AWS_IN_BUCKET}
#define QUERY(api, on_wire, type)                                                                            \
    {.name = (api), .wire = (on_wire), .shape = &aws_shape_##type, .place = AWS_IN_QUERY}
#define HEADER(api, on_wire, type)                                                                           \
    {.name = (api), .wire = (on_wire), .shape = &aws_shape_##type, .place = AWS_IN_HEADER}
#define BODY(api, type) {.name = (api), .shape = &aws_shape_##type}
#define OWNER_CHECK HEADER("ExpectedBucketOwner", "x-amz-expected-bucket-owner", string)
#define PAYER HEADER("RequestPayer", "x-amz-request-payer", string)

static const struct aws_member head_bucket_in_members[] = {BUCKET, OWNER_CHECK};
static const struct aws_member head_bucket_out_members[] = {
    HEADER("BucketArn", "x-amz-bucket-arn", string),
    HEADER("BucketRegion", "x-amz-bucket-region", string),
    HEADER("AccessPointAlias", "x-amz-access-point-alias", boolean),
};
static const struct aws_shape head_bucket_in = AWS_STRUCT(head_bucket_in_members);
static const struct aws_shape head_bucket_out = AWS_STRUCT(head_bucket_out_members);

const struct aws_operation aws_s3_head_bucket = {.service = &s3,
    .name = "HeadBucket",
    .grants = {&whole_buckets},
    .iam_action = "s3:ListBucket",
    .method = "HEAD",
    .path = "/",
    .input = &head_bucket_in,
    .output = &head_bucket_out};

/* Names alone; who owns the account is nobody's affair. */
static const struct aws_grant bucket_names = {.sid = "BucketNames", .access = AWS_READ, .resources = {"*"}};

static const struct aws_member buckets_in_members[] = {
    QUERY("MaxBuckets", "max-buckets", integer),
    QUERY("ContinuationToken", "continuation-token", string),
    QUERY("Prefix", "prefix", string),
    QUERY("BucketRegion", "bucket-region", string),
};
static const struct aws_shape buckets_in = AWS_STRUCT(buckets_in_members);
static const struct aws_member bucket_members[] = {
    BODY("Name", string), BODY("CreationDate", timestamp), BODY("BucketRegion", string), BODY("BucketArn", string)};
static const struct aws_shape bucket = AWS_STRUCT(bucket_members);
static const struct aws_shape buckets = {.type = AWS_LIST, .item = &bucket, .item_name = "Bucket"};
static const struct aws_member buckets_out_members[] = {
    {.name = "Buckets", .shape = &buckets}, BODY("ContinuationToken", string), BODY("Prefix", string)};
static const struct aws_shape buckets_out = AWS_STRUCT(buckets_out_members);

const struct aws_operation aws_s3_list_buckets = {.service = &s3,
    .name = "ListBuckets",
    .grants = {&bucket_names},
    .iam_action = "s3:ListAllMyBuckets",
    .method = "GET",
    .path = "/",
    .input = &buckets_in,
    .output = &buckets_out,
    .root = "ListAllMyBucketsResult",
    .paging = {.in = {"ContinuationToken"}, .out = {"ContinuationToken"}}};

/* Shapes that both lists share. */
static const struct aws_member owner_members[] = {BODY("DisplayName", string), BODY("ID", string)};
static const struct aws_shape owner = AWS_STRUCT(owner_members);
static const struct aws_member restore_members[] = {
    BODY("IsRestoreInProgress", boolean), BODY("RestoreExpiryDate", timestamp)};
static const struct aws_shape restore = AWS_STRUCT(restore_members);
static const struct aws_member prefix_members[] = {BODY("Prefix", string)};
static const struct aws_shape prefix = AWS_STRUCT(prefix_members);
static const struct aws_shape prefixes = {.type = AWS_LIST, .item = &prefix};

static const struct aws_member list_in_members[] = {
    BUCKET,
    QUERY("Delimiter", "delimiter", string),
    QUERY("EncodingType", "encoding-type", string),
    QUERY("MaxKeys", "max-keys", integer),
    QUERY("Prefix", "prefix", string),
    QUERY("ContinuationToken", "continuation-token", string),
    QUERY("FetchOwner", "fetch-owner", boolean),
    QUERY("StartAfter", "start-after", string),
    HEADER("OptionalObjectAttributes", "x-amz-optional-object-attributes", strings),
    PAYER,
    OWNER_CHECK,
};
static const struct aws_shape list_in = AWS_STRUCT(list_in_members);

static const struct aws_member object_members[] = {
    BODY("Key", string),
    BODY("LastModified", timestamp),
    BODY("ETag", string),
    BODY("Size", integer),
    BODY("StorageClass", string),
    {.name = "Owner", .shape = &owner},
    {.name = "RestoreStatus", .shape = &restore},
};
static const struct aws_shape object = AWS_STRUCT(object_members);
static const struct aws_shape objects = {.type = AWS_LIST, .item = &object};

static const struct aws_member list_out_members[] = {
    BODY("IsTruncated", boolean),
    {.name = "Contents", .shape = &objects, .flattened = true},
    BODY("Name", string),
    BODY("Prefix", string),
    BODY("Delimiter", string),
    BODY("MaxKeys", integer),
    {.name = "CommonPrefixes", .shape = &prefixes, .flattened = true},
    BODY("EncodingType", string),
    BODY("KeyCount", integer),
    BODY("ContinuationToken", string),
    BODY("NextContinuationToken", string),
    BODY("StartAfter", string),
};
static const struct aws_shape list_out = AWS_STRUCT(list_out_members);

const struct aws_operation aws_s3_list_objects_v2 = {.service = &s3,
    .name = "ListObjectsV2",
    .grants = {&whole_buckets},
    .iam_action = "s3:ListBucket",
    .method = "GET",
    .path = "/?list-type=2",
    .input = &list_in,
    .output = &list_out,
    .root = "ListBucketResult",
    .preset = {"EncodingType", "url"},
    .keys_encoded = true,
    .paging = {.in = {"ContinuationToken"}, .out = {"NextContinuationToken"}, .more = "IsTruncated"}};

static const struct aws_member versions_in_members[] = {
    BUCKET,
    QUERY("Delimiter", "delimiter", string),
    QUERY("EncodingType", "encoding-type", string),
    QUERY("KeyMarker", "key-marker", string),
    QUERY("MaxKeys", "max-keys", integer),
    QUERY("Prefix", "prefix", string),
    QUERY("VersionIdMarker", "version-id-marker", string),
    HEADER("OptionalObjectAttributes", "x-amz-optional-object-attributes", strings),
    PAYER,
    OWNER_CHECK,
};
static const struct aws_shape versions_in = AWS_STRUCT(versions_in_members);

static const struct aws_member version_members[] = {
    BODY("Key", string),
    BODY("VersionId", string),
    BODY("IsLatest", boolean),
    BODY("LastModified", timestamp),
    BODY("ETag", string),
    BODY("Size", integer),
    BODY("StorageClass", string),
    {.name = "Owner", .shape = &owner},
    {.name = "RestoreStatus", .shape = &restore},
};
static const struct aws_shape version = AWS_STRUCT(version_members);
static const struct aws_shape versions = {.type = AWS_LIST, .item = &version};

static const struct aws_member marker_members[] = {
    BODY("Key", string),
    BODY("VersionId", string),
    BODY("IsLatest", boolean),
    BODY("LastModified", timestamp),
    {.name = "Owner", .shape = &owner},
};
static const struct aws_shape marker = AWS_STRUCT(marker_members);
static const struct aws_shape markers = {.type = AWS_LIST, .item = &marker};

static const struct aws_member versions_out_members[] = {
    BODY("IsTruncated", boolean),
    BODY("KeyMarker", string),
    BODY("VersionIdMarker", string),
    BODY("NextKeyMarker", string),
    BODY("NextVersionIdMarker", string),
    {.name = "Versions", .wire = "Version", .shape = &versions, .flattened = true},
    {.name = "DeleteMarkers", .wire = "DeleteMarker", .shape = &markers, .flattened = true},
    BODY("Name", string),
    BODY("Prefix", string),
    BODY("Delimiter", string),
    BODY("MaxKeys", integer),
    {.name = "CommonPrefixes", .shape = &prefixes, .flattened = true},
    BODY("EncodingType", string),
};
static const struct aws_shape versions_out = AWS_STRUCT(versions_out_members);

const struct aws_operation aws_s3_list_object_versions = {.service = &s3,
    .name = "ListObjectVersions",
    .grants = {&whole_buckets},
    .iam_action = "s3:ListBucketVersions",
    .method = "GET",
    .path = "/?versions",
    .input = &versions_in,
    .output = &versions_out,
    .root = "ListVersionsResult",
    .preset = {"EncodingType", "url"},
    .keys_encoded = true,
    .paging = {.in = {"KeyMarker", "VersionIdMarker"},
        .out = {"NextKeyMarker", "NextVersionIdMarker"},
        .more = "IsTruncated"}};

/* HeadObject and GetObject take and tell the same. */
static const struct aws_member object_in_members[] = {
    BUCKET,
    {.name = "Key", .shape = &aws_shape_string, .place = AWS_IN_PATH},
    HEADER("IfMatch", "If-Match", string),
    HEADER("IfModifiedSince", "If-Modified-Since", timestamp),
    HEADER("IfNoneMatch", "If-None-Match", string),
    HEADER("IfUnmodifiedSince", "If-Unmodified-Since", timestamp),
    HEADER("Range", "Range", string),
    HEADER("ChecksumMode", "x-amz-checksum-mode", string),
    QUERY("VersionId", "versionId", string),
    QUERY("PartNumber", "partNumber", integer),
    PAYER,
    OWNER_CHECK,
};
static const struct aws_shape object_in = AWS_STRUCT(object_in_members);

static const struct aws_member object_out_members[] = {
    HEADER("DeleteMarker", "x-amz-delete-marker", boolean),
    HEADER("AcceptRanges", "accept-ranges", string),
    HEADER("Expiration", "x-amz-expiration", string),
    HEADER("Restore", "x-amz-restore", string),
    HEADER("ArchiveStatus", "x-amz-archive-status", string),
    HEADER("LastModified", "Last-Modified", timestamp),
    HEADER("ContentLength", "Content-Length", integer),
    HEADER("ContentRange", "Content-Range", string),
    HEADER("ContentType", "Content-Type", string),
    HEADER("ContentEncoding", "Content-Encoding", string),
    HEADER("ETag", "ETag", string),
    HEADER("VersionId", "x-amz-version-id", string),
    HEADER("ServerSideEncryption", "x-amz-server-side-encryption", string),
    HEADER("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id", string),
    HEADER("StorageClass", "x-amz-storage-class", string),
    HEADER("ReplicationStatus", "x-amz-replication-status", string),
    HEADER("PartsCount", "x-amz-mp-parts-count", integer),
};
static const struct aws_shape object_out = AWS_STRUCT(object_out_members);

const struct aws_operation aws_s3_head_object = {.service = &s3,
    .name = "HeadObject",
    .grants = {&contents},
    .iam_action = "s3:GetObject",
    .method = "HEAD",
    .path = "/{Key+}",
    .input = &object_in,
    .output = &object_out};

/* The preset is what boto3 sends: S3 then tells the checksum it keeps. */
const struct aws_operation aws_s3_get_object = {.service = &s3,
    .name = "GetObject",
    .grants = {&contents},
    .method = "GET",
    .path = "/{Key+}",
    .input = &object_in,
    .output = &object_out,
    .preset = {"ChecksumMode", "ENABLED"},
    .timeout_ms = 60000};

/* Where a bucket's access logs go. An answer without LoggingEnabled says that there are none. */
static const struct aws_member bucket_in_members[] = {BUCKET, OWNER_CHECK};
static const struct aws_shape bucket_in = AWS_STRUCT(bucket_in_members);
static const struct aws_shape simple_prefix = {.type = AWS_STRUCTURE};
static const struct aws_member partitioned_members[] = {BODY("PartitionDateSource", string)};
static const struct aws_shape partitioned = AWS_STRUCT(partitioned_members);
static const struct aws_member key_format_members[] = {
    {.name = "SimplePrefix", .shape = &simple_prefix},
    {.name = "PartitionedPrefix", .shape = &partitioned},
};
static const struct aws_shape key_format = AWS_STRUCT(key_format_members);
static const struct aws_member logging_members[] = {
    BODY("TargetBucket", string),
    BODY("TargetPrefix", string),
    {.name = "TargetObjectKeyFormat", .shape = &key_format},
};
static const struct aws_shape logging = AWS_STRUCT(logging_members);
static const struct aws_member logging_out_members[] = {{.name = "LoggingEnabled", .shape = &logging}};
static const struct aws_shape logging_out = AWS_STRUCT(logging_out_members);

const struct aws_operation aws_s3_get_bucket_logging = {.service = &s3,
    .name = "GetBucketLogging",
    .grants = {&whole_buckets},
    .method = "GET",
    .path = "/?logging",
    .input = &bucket_in,
    .output = &logging_out,
    .root = "BucketLoggingStatus"};

/* `Body` is text here, not base64: what is put is documents of our own. */
static const struct aws_member put_in_members[] = {
    BUCKET,
    {.name = "Key", .shape = &aws_shape_string, .place = AWS_IN_PATH},
    {.name = "Body", .shape = &aws_shape_string, .place = AWS_IN_PAYLOAD},
    HEADER("ContentType", "Content-Type", string),
    HEADER("CacheControl", "Cache-Control", string),
    HEADER("ChecksumSHA256", "x-amz-checksum-sha256", string),
    HEADER("IfMatch", "If-Match", string),
    HEADER("IfNoneMatch", "If-None-Match", string),
    HEADER("ServerSideEncryption", "x-amz-server-side-encryption", string),
    HEADER("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id", string),
    HEADER("BucketKeyEnabled", "x-amz-server-side-encryption-bucket-key-enabled", boolean),
    HEADER("StorageClass", "x-amz-storage-class", string),
    HEADER("Tagging", "x-amz-tagging", string),
    PAYER,
    OWNER_CHECK,
};
static const struct aws_shape put_in = AWS_STRUCT(put_in_members);
static const struct aws_member put_out_members[] = {
    HEADER("ETag", "ETag", string),
    HEADER("VersionId", "x-amz-version-id", string),
    HEADER("ServerSideEncryption", "x-amz-server-side-encryption", string),
    HEADER("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id", string),
};
static const struct aws_shape put_out = AWS_STRUCT(put_out_members);

/* The same bytes under the same key, however often: safe to send again. With IfNoneMatch "*" the second time is refused (412),
   so a 412 behind a lost answer may mean that the first one did it. */
const struct aws_operation aws_s3_put_object = {.service = &s3,
    .name = "PutObject",
    .grants = {&documents},
    .safety = AWS_TOKENED,
    .method = "PUT",
    .path = "/{Key+}",
    .input = &put_in,
    .output = &put_out,
    .checksum = true};
