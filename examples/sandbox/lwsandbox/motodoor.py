"""The door to moto: S3 and the Glue catalog are moto's, apart from what is put right here."""
import io
import json
import re
from urllib.parse import parse_qsl, quote

from . import paging
from .reply import AwsError, Reply, not_implemented

CATALOG = re.compile(r"(Batch)?(Create|Delete|Get|Update)(Database|Table|TableVersion|Partition|PartitionIndexe)s?"
                     r"|(Create|Get|List|Delete|Start|Stop|Update)Workflow(s|Run|Runs|RunProperties)?")
NOT_OURS = {"server", "date", "content-length", "x-amzn-requestid", "x-amz-request-id"}
_app = None


def serves(service, operation):
    return service == "s3" or (service == "glue" and CATALOG.fullmatch(operation) is not None)


def _moto():
    """Built at the first use: importing Flask and moto's dispatcher takes a while."""
    global _app
    if _app is None:
        from moto.server import DomainDispatcherApplication, create_backend_app
        _app = DomainDispatcherApplication(create_backend_app)
    return _app


def _catalog():
    from moto.glue.models import glue_backends
    from .keyring import ACCOUNT
    return glue_backends[ACCOUNT]["us-east-1"]


def create_database(name, description):
    _catalog().create_database(name, {"Name": name, "Description": description})


def create_table(database, name, table_input, created):
    _catalog().create_table(database, name, table_input).created_time = created


def create_partition(database, table, partition_input, created):
    """For seeding: with a time of creation, which the API does not take."""
    _catalog().create_partition(database, table, partition_input)
    _catalog().get_partition(database, table, partition_input["Values"]).creation_time = created


def reset():
    """Empties what moto keeps."""
    from moto.glue.models import glue_backends
    from moto.s3.models import s3_backends
    for backends in (s3_backends, glue_backends):
        for account in backends.values():
            account.reset()


def _call(env, body):
    got = {}

    def start(status, headers, _exc=None):
        got["status"], got["headers"] = int(status.split()[0]), dict(headers)
    answer = _moto()({**env, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start)
    out = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    kept_for_head = "content-length" if env["REQUEST_METHOD"] == "HEAD" else ""
    for name in [n for n in got["headers"] if n.lower() in NOT_OURS and n.lower() != kept_for_head]:
        del got["headers"][name]
    return Reply(got["status"], got["headers"], out)


def answer(env, body, service, operation, call, request_id):
    """Hands the request to moto and its reply back, corrected. moto's HTML 500 becomes a 501 of the service."""
    if operation == "ListObjectsV2":
        env = _plain_token(env)
    reply = _call(env, body)
    if reply.status == 500 and reply.body[:15].lower().startswith(b"<!doctype html"):
        raise not_implemented(f"{service}:{operation} in this way (moto failed)")
    if service == "s3":
        return _correct_s3(reply, operation, call, request_id)
    reply.headers.update({"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": request_id})
    if reply.status != 200:
        return _correct_error(reply)
    document = json.loads(reply.body or b"{}")
    if operation == "GetPartitions":
        _page_partitions(document, call)
    document = call.world.patches.apply(service, document)
    return reply._replace(body=json.dumps(document).encode())


def _correct_error(reply):
    """Glue says Message, moto says message."""
    document = json.loads(reply.body)
    if "message" in document:
        document["Message"] = document.pop("message")
    return reply._replace(body=json.dumps(document).encode())


def _page_partitions(document, call):
    """moto sends all partitions at once and in the order of creation; AWS pages them."""
    limit = min(call.get("MaxResults", 1000), 1000)
    segment = call.get("Segment", {"SegmentNumber": 0, "TotalSegments": 1})
    rows = [p for i, p in enumerate(document["Partitions"])
            if i % segment["TotalSegments"] == segment["SegmentNumber"]]
    for row in rows if call.get("ExcludeColumnSchema") else ():
        row.get("StorageDescriptor", {}).pop("Columns", None)
    document["Partitions"], token = paging.cut(rows, limit, call.get("NextToken"),
                                               AwsError("InvalidInputException", "Invalid NextToken"))
    document.pop("NextToken", None)
    if token:
        document["NextToken"] = token


def _plain_token(env):
    """moto's continuation tokens are hex; ours are the same in a wrapping that needs percent-encoding."""
    pairs = parse_qsl(env["QUERY_STRING"], keep_blank_values=True)
    try:
        pairs = [(k, paging.unseal(v) if k == "continuation-token" else v) for k, v in pairs]
    except ValueError:
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect", 400) from None
    query = "&".join(f"{quote(k)}={quote(v, safe='')}" for k, v in pairs)
    target = env["RAW_URI"].partition("?")[0]
    return {**env, "QUERY_STRING": query, "RAW_URI": f"{target}?{query}", "REQUEST_URI": f"{target}?{query}"}


def _correct_s3(reply, operation, call, request_id):
    """Seals the token and adds the one that was sent, which moto leaves out."""
    headers = {**reply.headers, "x-amz-request-id": request_id, "x-amz-id-2": "sandbox"}
    body = reply.body
    if operation == "ListObjectsV2" and reply.status == 200:
        body = re.sub(rb"(<NextContinuationToken>)([^<]+)",
                      lambda m: m[1] + paging.seal(m[2].decode()).encode(), body)
        if sent := call.get("ContinuationToken"):
            body = body.replace(b"<KeyCount>", b"<ContinuationToken>%b</ContinuationToken><KeyCount>" % sent.encode())
    return reply._replace(headers=headers, body=body)
