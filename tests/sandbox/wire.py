"""Requests by hand: signed with botocore's signer, sent with http.client, so that every byte can be bent."""
import http.client
import socket
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SIGNING = {"cloudwatch": "monitoring"}
JSON = {"glue": ("AWSGlue", "1.1"), "logs": ("Logs_20140328", "1.1"),
        "cloudwatch": ("GraniteServiceVersion20100801", "1.0")}


def credentials(sandbox, key="writer"):
    pair = sandbox["keys"][key]
    return Credentials(pair["akid"], pair["secret"])


def json_request(sandbox, service, operation, body="{}", key="writer", who=None):
    """A signed call of a JSON service."""
    prefix, version = JSON[service]
    request = AWSRequest("POST", sandbox["endpoint"] + "/", data=body.encode(), headers={
        "X-Amz-Target": f"{prefix}.{operation}", "Content-Type": f"application/x-amz-json-{version}"})
    SigV4Auth(who or credentials(sandbox, key), SIGNING.get(service, service), "us-east-1").add_auth(request)
    return request


def s3_request(sandbox, path, method="GET", expires=None, who=None):
    """A signed call of S3; with `expires` (seconds) in the presigned form."""
    request = AWSRequest(method, sandbox["endpoint"] + path)
    who = who or credentials(sandbox)
    if expires:
        S3SigV4QueryAuth(who, "s3", "us-east-1", expires=expires).add_auth(request)
    else:
        request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
        S3SigV4Auth(who, "s3", "us-east-1").add_auth(request)
    return request


def sts_request(sandbox, body="Action=GetCallerIdentity&Version=2011-06-15"):
    request = AWSRequest("POST", sandbox["endpoint"] + "/", data=body.encode(), headers={
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    SigV4Auth(credentials(sandbox), "sts", "us-east-1").add_auth(request)
    return request


def send(request):
    """-> (status, headers, body). Raises what http.client raises."""
    url = urlsplit(request.url)
    target = url.path + (f"?{url.query}" if url.query else "")
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    try:
        connection.request(request.method, target, request.data or None, dict(request.headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def send_raw(sandbox, data):
    """Bytes as they are -> everything that comes back until the other side closes."""
    url = urlsplit(sandbox["endpoint"])
    with socket.create_connection((url.hostname, url.port), timeout=60) as sock:
        sock.sendall(data)
        out = b""
        while piece := sock.recv(65536):
            out += piece
        return out
